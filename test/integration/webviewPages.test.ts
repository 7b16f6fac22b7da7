// The details page and the map in a browser, with their bundled scripts: in each state and theme, narrow and wide, under
// the strict CSP, without a complaint of axe. Pictures of them are in test-results/pages.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { after, before, describe, it } from 'mocha';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { forwardKey } from '../../src/tunnels/config/forward';
import type { RemoteForward } from '../../src/tunnels/config/forward';
import { targetRefused } from '../../src/tunnels/errors/forwards/target';
import type { TunnelSnapshot } from '../../src/tunnels/model/snapshot';
import type { TunnelActivity } from '../../src/tunnels/model/tunnelActivity';
import { detailsOf, detailsOfRemovedTunnel } from '../../src/views/details/detailsView';
import { windowMap } from '../../src/views/details/mapView';
import { launchChromium, screenshot } from '../support/editor/chromium';
import { showPage } from '../support/pages/shownPage';
import type { ThemeName } from '../support/pages/themes';
import {
  everyState,
  failed,
  failedForward,
  forward,
  listening,
  local,
  now,
  program,
  running,
  tunnel,
  up,
  waiting,
  wide,
} from '../unit/views/snapshots';

const axeSource = createRequire(__filename).resolve('axe-core/axe.min.js');
const remote: RemoteForward = {
  kind: 'remote',
  listen: { bind: undefined, port: 9000 },
  target: { host: 'localhost', port: 3000 },
  label: 'Webhook',
  ifPortBusy: 'fail',
};
const web = forward(
  local('Web', {
    listen: { bind: undefined, port: 8080 },
    target: { host: 'localhost', port: 80 },
    protocol: 'http',
  }),
  listening({ bound: [{ host: '127.0.0.1', port: 8080 }], connections: 2, bytesIn: 3e6, bytesOut: 4e4 }),
);
const direction = { cipher: 'aes256-gcm@openssh.com', mac: '', compression: 'none' };
const protection = ['me@bastion.example.org:22', 'deploy@app1.internal:22'].map((who) => ({
  who,
  kex: 'mlkem768x25519-sha256',
  postQuantum: 'yes' as const,
  hostKey: undefined,
  login: [
    {
      key: 'id_ed25519',
      inAgent: true as const,
      fingerprint: 'SHA256:2uCBnvMBDjgGKaBjYM1FuLbOcRWCPaTAGZbXiK6xVtU',
    },
  ],
  sent: direction,
  received: direction,
}));
const working = tunnel(up, {
  protection,
  forwards: [
    web,
    forward(local('Database'), listening()),
    forward(
      { kind: 'dynamic', listen: { bind: undefined, port: 1080 }, label: '1080', ifPortBusy: 'fail' },
      listening({ bound: [{ host: '127.0.0.1', port: 1080 }] }),
    ),
    forward(remote, listening({ bound: [{ host: '127.0.0.1', port: 9000 }] })),
    failedForward,
    wide,
  ],
  programs: [program(running())],
});
const activity: TunnelActivity = {
  connections: [1, 2].map((client) => ({
    forward: forwardKey(web.forward),
    peer: `127.0.0.1:${50_000 + client}`,
    since: now - client * 65_000,
    bytesIn: client * 1_400_000,
    bytesOut: client * 20_000,
  })),
  connectionCount: 60,
  roundTripMs: 23.4,
  history: [
    { at: now - 60_000, status: 'up' },
    { at: now - 61_000, status: 'connecting' },
    {
      at: now - 64_000,
      status: 'waiting',
      error: targetRefused({ host: 'web', port: 80 }, { host: 'b' }, 'x'),
    },
  ],
};
const traffic = {
  moving: new Map([[forwardKey(web.forward), 2000]]),
  samples: Array.from({ length: 300 }, (_, index) => ({
    at: now - (300 - index) * 2000,
    ...((index < 90 || index > 110) && {
      rates: {
        received: 8e5 * (1 + Math.sin(index / 14)) + 1e5 * ((index * 7919) % 13),
        sent: 1e5 * (1 + Math.cos(index / 9)),
        connections: 1 + (Math.floor(index / 40) % 4),
      },
    }),
  })),
};
const log = [{ level: 'info', text: 'Connected to deploy@app1.internal', at: now - 60_000 }];

function detailsFor(snapshot: TunnelSnapshot): object {
  return detailsOf(snapshot, { now, platform: 'linux', locale: 'en-GB', activity, traffic, log }).view;
}

function map(...tunnels: readonly TunnelSnapshot[]): object {
  return {
    title: 'Map of the tunnels',
    state: 'All tunnels of this window.',
    map: windowMap(tunnels, () => traffic.moving),
  };
}

async function violations(page: Page): Promise<readonly string[]> {
  await page.evaluate(await readFile(axeSource, 'utf8'));
  const results = await page.evaluate<AxeResults>('axe.run(document)');
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`),
  );
}

describe('the pages', () => {
  let browser: Browser;
  before(async () => {
    browser = await launchChromium();
  });
  after(() => browser.close());

  const shapes: readonly [name: string, theme: ThemeName, width: number][] = [
    ['dark', 'dark', 1000],
    ['light', 'light', 1000],
    ['contrast', 'contrast', 1000],
    ['narrow', 'dark', 360],
    // 1000 pixels at 200 %.
    ['zoomed', 'light', 500],
  ];
  for (const [name, theme, width] of shapes) {
    it(`fit, and please axe: ${name}`, async () => {
      for (const [what, script, view] of [
        ['details', 'details.js', detailsFor(working)],
        [
          'map',
          'map.js',
          map(
            working,
            tunnel(failed, { name: 'refused', forwards: [forward()] }),
            tunnel(waiting, { name: 'docs', forwards: [forward(local('Docs'))] }),
          ),
        ],
      ] as const) {
        await using shown = await showPage(browser, script, theme, { width, height: 1000 });
        await shown.draw(view);
        const { page } = shown;
        await page.locator('.map svg').waitFor();
        const height = Number(await page.evaluate('document.documentElement.scrollHeight'));
        await page.setViewportSize({ width, height: Math.min(height + 20, 5000) });
        await page.waitForTimeout(200);
        await screenshot(page, `test-results/pages/${what}-${name}.png`);
        assert.deepEqual(await violations(page), []);
        assert.deepEqual(shown.complaints, []);
        const over = Number(await page.evaluate('document.documentElement.scrollWidth - innerWidth'));
        assert.ok(over <= 0, `${what} is ${over} pixels too wide`);
      }
    });
  }

  it('please axe in every state', async () => {
    await using details = await showPage(browser, 'details.js', 'light', { width: 900, height: 900 });
    for (const snapshot of [...everyState, working]) {
      await details.draw(detailsFor(snapshot));
      assert.deepEqual(await violations(details.page), [], JSON.stringify(snapshot.state));
    }
    await details.draw(detailsOfRemovedTunnel('gone').view);
    assert.deepEqual(await violations(details.page), []);
    await using empty = await showPage(browser, 'map.js', 'dark', { width: 900, height: 900 });
    await empty.draw(map());
    assert.deepEqual(await violations(empty.page), []);
    assert.deepEqual([...details.complaints, ...empty.complaints], []);
  });

  it('say the drawing as a list, and press a button of a forward', async () => {
    await using shown = await showPage(browser, 'details.js', 'dark', { width: 900, height: 900 });
    await shown.draw(detailsFor(working));
    const lines = await shown.page.locator('.map li').allTextContents();
    assert.match(lines[0] ?? '', /^This machine → bastion\.example\.org → app1\.internal\./);
    assert.ok(
      lines.some((line) =>
        line.startsWith('Remote forward Webhook, from server 127.0.0.1:9000 to localhost:3000'),
      ),
    );
    await shown.page.getByRole('button', { name: 'Open in Browser' }).press('Enter');
    assert.equal((await shown.pressed()).length, 1);
  });

  it('keep still for who wants that', async () => {
    await using shown = await showPage(browser, 'details.js', 'dark', { width: 900, height: 900 });
    await shown.draw(detailsFor(working));
    const animation = (): Promise<unknown> =>
      shown.page.evaluate("getComputedStyle(document.querySelector('.route.moving')).animationName");
    assert.equal(await animation(), 'flow');
    await shown.page.emulateMedia({ reducedMotion: 'reduce' });
    assert.equal(await animation(), 'none');
  });
});

// Every text of the views is translated: where each translated text is marked, no other words are left.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { TunnelSnapshot } from '../../../src/tunnels/model/snapshot';
import { english } from '../../../src/tunnels/util/l10n';
import { parseTunnel } from '../../../src/tunnels/config/parsing/parseTunnel';
import { consentLines, describeConsentRequests } from '../../../src/views/consent/consentLines';
import type { ConsentRequest } from '../../../src/views/consent/consentLines';
import { sheetInText } from '../../../src/views/consent/consentDiff';
import { consentPage } from '../../../src/views/consent/consentView';
import type { ReviewedTunnel } from '../../../src/views/consent/consentView';
import { detailsOf, detailsOfRemovedTunnel, detailsTitle } from '../../../src/views/details/detailsView';
import { childNodes, tunnelNode } from '../../../src/views/tree/nodes';
import { groupView, viewOf } from '../../../src/views/tree/rowViews';
import { groupTooltip, tooltipOf } from '../../../src/views/tree/tooltips';
import { formatAgo, formatBytes, formatDuration } from '../../../src/views/words/format';
import { badgeView, messageText } from '../../../src/views/tree/badge';
import { statusItems } from '../../../src/views/statusBar/statusItems';
import { translateWith } from '../../support/vscodeOutsideEditor';
import { error, everyState, forward, listening, local, now, program, running, tunnel, up } from './snapshots';

/** What programs of the snapshots print. */
const notOurs = ["Error: Can't open display", 'Warning: no fonts'];

/** What is left of a text without what is translated, and without names, addresses, commands and icons. */
function untranslated(text: string): string {
  let rest = text.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
  for (let inner = ''; inner !== rest;) {
    inner = rest;
    rest = rest.replace(/⟦[^⟦⟧]*⟧/g, '');
  }
  for (const known of notOurs) {
    rest = rest.replaceAll(known, '');
  }
  return rest
    .replace(/\$\([\w~-]+\)/g, '')
    .replace(/`[^`]*`/g, '')
    .replace(/ssh me@\S+/g, '')
    .replace(/\S*[@/\d[\]]\S*|\S+[.:]\S+/g, '')
    .replace(/\b(staging|broken|Database|Preview|Broken|Clock|Eyes|xclock|PostgreSQL|PM|AM)\b/g, '')
    .trim();
}

/** All strings of a view but ids, keys and names of colours and icons. */
function texts(view: unknown): string[] {
  const hidden = ['id', 'key', 'tint', 'icon', 'contextValue', 'change', 'mark', 'direction', 'language'];
  if (typeof view === 'string') {
    return [view];
  }
  return typeof view === 'object' && view !== null
    ? Object.entries(view).flatMap(([name, value]) => (hidden.includes(name) ? [] : texts(value)))
    : [];
}

function assertTranslated(view: unknown): void {
  const all = texts(view);
  assert.notEqual(all.length, 0);
  for (const text of all) {
    assert.doesNotMatch(untranslated(text), /\p{L}/u, text);
  }
}

const wideRemote = forward(
  {
    kind: 'remote',
    listen: { bind: '*', port: 9000 },
    target: undefined,
    label: '9000',
    ifPortBusy: 'fail',
  },
  listening({ bound: [{ host: '*', port: 9000 }], isExposureUnknown: true }),
);
const loopbackRemote = {
  ...wideRemote,
  state: listening({ bound: [{ host: 'localhost', port: 9000 }] }),
};
const socks = forward(
  { kind: 'dynamic', listen: { bind: undefined, port: 0 }, label: '0', ifPortBusy: 'fail' },
  { status: 'opening' },
);
const used = forward(
  local('5432'),
  listening({
    connections: 2,
    bytesIn: 5,
    bytesOut: 6,
    lastError: error('It went wrong.'),
    lastErrorAt: now - 60_000,
  }),
);
const refused = forward(local('Database'), listening({ lastError: error('It went wrong.') }));
const counted = { plain: 2e6, wire: 1e6 };

const snapshots: readonly TunnelSnapshot[] = [
  ...everyState,
  tunnel(up, {
    origin: 'user',
    forwards: [wideRemote, loopbackRemote, socks, used, refused],
    programs: [
      program(running(0), { trusted: true }),
      program({ status: 'ready' }, { nested: '800x600' }, true),
    ],
    compression: { sent: counted, received: counted },
    override: { disabled: true, changes: [] },
  }),
  tunnel({ status: 'stopped' }, { override: { disabled: true, changes: [] } }),
  tunnel({ status: 'stopped' }, { origin: 'sshConfig' }),
  tunnel(up, { origin: 'folder', folder: '1' }),
];

function request(keys: object): ConsentRequest {
  const parsed = parseTunnel('staging', { host: 'h.example', ...keys }, 'user');
  assert.ok('entry' in parsed, JSON.stringify(parsed));
  return { name: 'staging', origin: 'workspace', entry: parsed.entry };
}

const requests = [
  { localForward: ['5432:d.b:5432', '6379:r.e:6379', '0:b.x:2'], remoteForward: ['*:9000:l.h:3000', 1080] },
  {
    localForward: [
      { listen: 80, target: 'w.eb:80', ifPortBusy: 'next', env: 'DB_PORT' },
      '/t/a:/t/b',
      '/t/c:w.eb:80',
    ],
  },
  { dynamicForward: [1080, '*:1081'], compression: true, reconnect: false, autoStart: false },
  {
    x11Programs: { Clock: 'xclock', Eyes: { command: 'xclock', trusted: true } },
    exitOnForwardFailure: true,
  },
  { x11Programs: { Clock: { command: 'xclock', nested: '800x600', trusted: true } }, autoStart: 'onConnect' },
].map(request);

describe('the translated views', () => {
  let undo: () => void;
  before(() => {
    undo = translateWith({ t: (message, args) => `⟦${english.t(message, args)}⟧` });
  });
  after(() => undo());

  it('have no untranslated word in a row or a tooltip', () => {
    for (const snapshot of snapshots) {
      for (const node of [tunnelNode(snapshot.id), ...childNodes(snapshot)]) {
        assertTranslated(viewOf(node, snapshot, { shown: true, ambiguous: new Set() }, now));
        assertTranslated(tooltipOf(node, snapshot, now)?.value);
      }
    }
    assertTranslated([groupView(snapshots), groupTooltip().value]);
  });

  it('have no untranslated word in the badge, the message and the status bar', () => {
    assertTranslated([badgeView(snapshots), messageText(snapshots, '1')]);
    const commands = { answer: '1', explain: '2', edit: '5', showDetails: '3', showMap: '4' };
    const items = (['summary', 'tunnels'] as const).flatMap((mode) => statusItems(snapshots, mode, commands));
    const withoutLinks = JSON.stringify(items).replaceAll(/\(command:[^)]*\)/g, '');
    assertTranslated(JSON.parse(withoutLinks));
  });

  it('have no untranslated word in the details and the explanations', () => {
    for (const snapshot of snapshots) {
      const { explanations, ...view } = detailsOf(snapshot, { now, platform: 'linux' }).view;
      assertTranslated(view);
      for (const { sides, ...explanation } of explanations) {
        assertTranslated(explanation);
        // Not the commands of the steps.
        assertTranslated(sides.map((side) => [side.title, side.steps.map(({ text, copy }) => [text, copy])]));
      }
    }
    assertTranslated([detailsOfRemovedTunnel('staging').view, detailsTitle('staging')]);
  });

  it('have no untranslated word in the questions for consent', () => {
    const sheets = requests.map((each) => ({
      name: 'staging',
      before: ['1'],
      lines: consentLines(each, undefined),
    }));
    const verdicts = ['allowed', 'notAllowed', 'untrusted'] as const;
    const reviewed = sheets.flatMap((sheet) =>
      verdicts.map((verdict): ReviewedTunnel => ({
        id: '1',
        sheet,
        verdict,
        origin: '1',
        needsManualStart: true,
        version: 1,
      })),
    );
    assertTranslated([
      describeConsentRequests(requests),
      ...requests.map((each) => describeConsentRequests([each])),
    ]);
    assertTranslated([sheets, sheets.map(sheetInText)]);
    assertTranslated([consentPage(reviewed, '1').view, consentPage([], undefined).view]);
  });

  it('have no untranslated unit', () => {
    const durations = [1, 60_000, 61_000, 3_600_000, 3_660_000, 86_400_000, 90_000_000];
    assertTranslated(durations.map(formatDuration));
    assertTranslated([0, 1e3, 1e6, 1e9, 1e12].map(formatBytes));
    assertTranslated([0, 120_000, 7_200_000].map((ago) => formatAgo(now - ago, now)));
  });
});

// Checks the demo like a user and prints what it finds: bytes through the tunnels, the side bar, a picture;
// afterwards, that nothing is left.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { launchChromium, openWorkbench, screenshot } from '../support/editor/chromium';
import { endLeftOvers } from '../support/editor/leftOvers';
import { repoRoot } from '../support/setup.mjs';
import type { DemoEditor } from './open';
import { isListening } from './ports';
import type { SampleProject } from './sampleProject';
import { echoGreeting } from './services';

const picture = path.join(repoRoot, 'test-results/start.png');
const upWithinMs = 60_000;

export async function checkTunnelsWork(project: SampleProject, editor: DemoEditor): Promise<boolean> {
  const browser = await launchChromium();
  try {
    const page = await openWorkbench(browser, editor.url ?? '');
    console.log('· The editor is open');
    const results = [
      await check('the web page comes through the tunnel', () => eventually(() => fetchPage(project))),
      await check('the echo answers through the tunnel', () => eventually(() => talkToEcho(project))),
      await check('the side bar shows the tunnel up', () => readSideBar(page, project)),
    ];
    await waitForReadme(page);
    await screenshot(page, picture);
    console.log(`· A picture of it: ${path.relative(repoRoot, picture)}`);
    return results.every(Boolean);
  } finally {
    await browser.close();
  }
}

/** After the demo has ended. */
export async function checkNothingIsLeft(
  project: SampleProject,
  editor: DemoEditor | undefined,
): Promise<boolean> {
  const ports = Object.values(project.ports) as number[];
  const listeners = await check('nothing listens on the forwarded ports any more', async () => {
    const listening = await Promise.all(ports.map(isListening));
    assert.deepEqual(
      ports.filter((_, index) => listening[index]),
      [],
    );
    return ports.join(', ');
  });
  const processes = await check('no process is left', async () => {
    const left = editor?.runtimeDir === undefined ? [] : await endLeftOvers(editor.runtimeDir);
    assert.deepEqual(left, []);
    return '';
  });
  return listeners && processes;
}

/** Prints what was found, or what failed. */
async function check(title: string, look: () => Promise<string>): Promise<boolean> {
  try {
    const seen = await look();
    console.log(`✔ ${title}${seen === '' ? '' : `: ${seen}`}`);
    return true;
  } catch (error) {
    console.log(`✘ ${title}: ${error instanceof Error ? error.message : String(error)}`);
    return false;
  }
}

/** Tries until it succeeds, or throws the last error. */
async function eventually(look: () => Promise<string>): Promise<string> {
  const deadline = Date.now() + upWithinMs;
  for (;;) {
    try {
      return await look();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await delay(250);
    }
  }
}

async function fetchPage({ ports, page }: SampleProject): Promise<string> {
  const address = `http://127.0.0.1:${ports.web}/`;
  const response = await fetch(address, { signal: AbortSignal.timeout(5000) });
  const bytes = Buffer.from(await response.arrayBuffer());
  assert.ok(bytes.equals(page), `${address} answered something else.`);
  return `${address}, ${bytes.length} bytes, as served`;
}

async function talkToEcho({ ports }: SampleProject): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port: ports.echo });
  try {
    socket.setTimeout(5000, () => socket.destroy(new Error('The echo is silent.')));
    await once(socket, 'connect');
    const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
    const greeting: unknown = (await lines.next()).value;
    assert.equal(greeting, echoGreeting);
    socket.write('Hello?\n');
    const answer: unknown = (await lines.next()).value;
    assert.equal(answer, 'You said: Hello?');
    return `127.0.0.1:${ports.echo}, "${answer}"`;
  } finally {
    socket.destroy();
  }
}

/** Opens the extension's view by its icon, and reads its rows. */
async function readSideBar(page: Page, { tunnelName }: SampleProject): Promise<string> {
  await page
    .locator('.activitybar .action-item', { has: page.locator('[aria-label^="SSH Tunnels"]') })
    .click();
  const rows = page.locator('.sidebar [role="treeitem"]');
  const tunnel = rows.filter({ hasText: new RegExp(`^\\s*${tunnelName}\\s*up\\b`) });
  await tunnel.waitFor({ timeout: upWithinMs });
  for (const label of ['Web page', 'Echo']) await rows.filter({ hasText: label }).waitFor({ timeout: 5000 });
  const spoken = await Promise.all((await rows.all()).map((row) => row.getAttribute('aria-label')));
  return spoken.join(' | ');
}

/** For the picture. */
async function waitForReadme(page: Page): Promise<void> {
  const preview = page.frameLocator('iframe.webview').frameLocator('iframe');
  await preview
    .getByRole('heading')
    .first()
    .waitFor({ timeout: 10_000 })
    .catch(() => undefined);
}

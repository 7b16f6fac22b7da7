// The hooks around every e2e test: they save pictures and logs of a failed test, end what it has opened, and finally
// end the shared editor.
import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach } from 'mocha';
import type { Suite } from 'mocha';
import { endAfterEach } from '../support/cleanUps';
import { endWindows, openWindows } from './editorWindow';
import { endSharedEditor } from './sharedEditor';
import { spoilSharedWindow } from './sharedWindow';

const folder = 'test-results/failures';
/** Longer than all steps of a test wait for: the name of the slow step says more than mocha's time-out. */
const journeyTimeoutMs = 600_000;

const prepared = new WeakSet<Suite>();

/** For the describe whose `this` is given: `later(thing)` ends a thing after the test. */
export function testHooks(suite: Suite): ReturnType<typeof endAfterEach> {
  suite.timeout(journeyTimeoutMs);
  const root = rootOf(suite);
  if (!prepared.has(root)) {
    prepared.add(root);
    root.afterAll('the shared editor ends', async function () {
      this.timeout(journeyTimeoutMs);
      await endWindows();
      await endSharedEditor();
    });
  }
  afterEach('a failure is saved', async function () {
    if (this.currentTest?.state === 'failed') {
      spoilSharedWindow();
      await keepFailure(this.currentTest.fullTitle());
    }
  });
  return endAfterEach();
}

function rootOf(suite: Suite): Suite {
  return suite.parent ? rootOf(suite.parent) : suite;
}

/** A picture of each page, and the last output of the editor's server. */
async function keepFailure(title: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const name = `${title.replace(/\W+/g, '-').slice(0, 100)}-${process.pid}`;
  for (const { server, browser } of openWindows) {
    for (const [index, page] of browser.pages().slice(1).entries()) {
      const file = join(folder, `${name}-${index}.png`);
      await page.screenshot({ path: file, timeout: 10_000 }).then(
        () => console.error(`      What was seen: ${file}`),
        (error: unknown) => console.error(`      No picture: ${String(error)}`),
      );
    }
    const log = join(folder, `${name}.log`);
    await appendFile(log, server.log().split('\n').slice(-50).join('\n'));
    console.error(`      What the editor's server has printed: ${log}`);
  }
}

// Two windows of one project: one tunnel for both, which outlives the reload and the end of either, with a large download
// under way all the while.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { describe, it } from 'mocha';
import { endAfterEach } from '../support/cleanUps';
import { openWorkbench } from '../support/editor/chromium';
import { freePort } from '../support/freePort';
import { target, visit } from '../support/peers';
import { backstage, settingsText } from '../editor/projects';
import { openEditorWindow, openTunnelsView, press, row } from './editorWindow';

const block = randomBytes(1024 * 1024);
const blocks = 200;
/** Milliseconds: slow enough that it is under way until the last check. */
const shortest = 25_000;

describe('a person with two windows', function () {
  this.timeout(240_000);
  const later = endAfterEach();

  it('loses no byte of a download of 200 MB when one is reloaded and closed, and stops it from the other', async () => {
    const stage = later(await backstage());
    const source = later(await target(pour));
    const port = await freePort();
    const staging = { host: 'test-sshd', localForward: `${port}:127.0.0.1:${source.port}` };
    await stage.project.write('.vscode/settings.json', settingsText({ staging }));
    const { page, browser, server } = later(
      await openEditorWindow({ folder: stage.folder, userSettings: stage.userSettings }),
    );
    const url = `${server.url}/?folder=${encodeURIComponent(stage.folder)}`;
    await openTunnelsView(page);
    await row(page, 'staging').filter({ hasText: 'up' }).first().waitFor();
    const other = await openWorkbench(browser, url);
    await openTunnelsView(other);
    await row(other, 'staging').filter({ hasText: 'up' }).first().waitFor();
    assert.equal(stage.sshd.log().match(/Accepted publickey/g)?.length, 1, 'one connection for both');

    const download = slowly(port);
    await page.reload();
    await page.locator('[id="status.problems"]').waitFor({ timeout: 60_000 });
    await row(page, 'staging').filter({ hasText: 'up' }).first().waitFor({ timeout: 60_000 });
    await page.close();
    await row(other, 'staging').filter({ hasText: 'up' }).first().waitFor();
    assert.equal(download.isOver(), false, 'it was over too soon to tell');
    const { length, digest } = await download.done;
    assert.equal(length, blocks * block.length);
    assert.equal(digest, whole());
    assert.equal(stage.sshd.log().match(/Accepted publickey/g)?.length, 1, 'never connected anew');

    await press(row(other, 'staging').first(), 'Stop');
    await row(other, 'staging').filter({ hasText: 'stopped' }).first().waitFor();
    assert.equal((await visit(port)).error, 'ECONNREFUSED');
  });
});

function whole(): string {
  const hash = createHash('sha256');
  for (let i = 0; i < blocks; i++) {
    hash.update(block);
  }
  return hash.digest('hex');
}

/** The blocks, as fast as they are taken. */
function pour(socket: Socket): void {
  let sent = 0;
  const more = (): void => {
    while (sent < blocks) {
      sent++;
      if (!socket.write(block)) {
        return;
      }
    }
    socket.end();
  };
  socket.on('drain', more).resume();
  more();
}

interface Download {
  readonly done: Promise<{ length: number; digest: string }>;
  isOver(): boolean;
}

/** Takes no more than its share of the time allows. */
function slowly(port: number): Download {
  const hash = createHash('sha256');
  const start = performance.now();
  let length = 0;
  let over = false;
  const socket = connect(port, '127.0.0.1');
  socket.on('data', (data) => {
    hash.update(data);
    length += data.length;
    const due = (length / (blocks * block.length)) * shortest;
    const early = due - (performance.now() - start);
    if (early > 20) {
      socket.pause();
      setTimeout(() => socket.resume(), early);
    }
  });
  const done = new Promise<Awaited<Download['done']>>((resolve, reject) => {
    socket.on('error', reject);
    socket.on('end', () => {
      over = true;
      resolve({ length, digest: hash.digest('hex') });
    });
  });
  return { done, isOver: () => over };
}

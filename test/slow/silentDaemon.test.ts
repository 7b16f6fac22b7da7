// A silent program listens on a dead daemon's socket: a new daemon starts all the same, and is found as soon as it
// runs.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { describe, it } from 'mocha';
import { promptly } from '../support/promptly';
import { eventually } from '../support/eventually';
import { endAfterEach } from '../support/cleanUps';
import { TestWindow, testDaemon } from '../support/testWindow';
import type { TestDaemon } from '../support/testWindow';
import { endpointFileOf } from '../support/rawConnection';
import { startSshd } from '../support/sshd';

describe("a silent program on a dead daemon's socket", () => {
  const later = endAfterEach();

  it("doesn't delay a window for longer than the next daemon takes to start", async () => {
    const sshd = later(await startSshd());
    // Otherwise it waits for the silent program's answer once more: for five seconds.
    await promptly(3000, async () => {
      const daemon = later(await testDaemon());
      const first = await TestWindow.open(daemon, sshd);
      const old = endpointFileOf(daemon);
      process.kill(first.client.daemonPid, 'SIGKILL');
      await first.until(() => first.closed, 'its connection closed');
      rmSync(old.endpoint, { force: true });
      const heard: number[] = [];
      const silentProgram = createServer((socket) => {
        socket.on('error', () => undefined).on('data', ({ length }) => heard.push(length));
      }).listen(old.endpoint);
      later({ [Symbol.dispose]: () => silentProgram.close() });
      await once(silentProgram, 'listening');
      const opening = TestWindow.open(daemon, sshd);
      await eventually('the next daemon is there', () => isReplaced(daemon, old.endpoint));
      const begin = performance.now();
      const second = await opening;
      const took = performance.now() - begin;
      assert.notEqual(second.client.daemonPid, first.client.daemonPid);
      // A nonce, but no proof.
      assert.deepEqual([...new Set(heard)], [32]);
      second.disconnect();
      return took;
    });
  });
});

function isReplaced(daemon: TestDaemon, endpoint: string): boolean {
  try {
    return endpointFileOf(daemon).endpoint !== endpoint;
  } catch {
    // None exists at this moment.
    return false;
  }
}

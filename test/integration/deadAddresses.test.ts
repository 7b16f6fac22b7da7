// The target of a remote forward is a name of which one address is dead, and the other one slow. The system puts ::1
// first, and keeps the order of other addresses.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, describe, it } from 'mocha';
import { needsNamespaces } from '../support/namespaces';
import { startSshd } from '../support/sshd';
import type { Sshd } from '../support/sshd';
import { exchange } from '../support/targetAndClient';
import { tempDir } from '../support/tempDir';
import { daemonScript, testDaemon, TestWindow } from '../support/testWindow';
import { unansweredTarget } from '../support/unansweredTarget';

describe('a remote forward to a name with a dead address', () => {
  // The daemon has a hosts file of its own.
  needsNamespaces();
  let sshd: Sshd | undefined;

  before(async () => {
    sshd = await startSshd();
  });
  after(() => sshd?.stop());

  for (const [dead, slow] of [
    ['::1', '127.0.0.1'],
    ['127.0.0.1', '::1'],
    ['127.0.0.2', '127.0.0.3'],
  ] as const) {
    it(`connects to ${slow}, however slow, if ${dead} is dead`, async () => {
      await using slowTarget = await unansweredTarget(slow);
      await using deadTarget = await unansweredTarget(dead, slowTarget.port);
      assert.equal(deadTarget.port, slowTarget.port);
      await using dir = await tempDir('d-');
      const hosts = await dir.write('hosts', `${slow} target.test\n${dead} target.test\n`);
      const command = `mount --bind ${hosts} /etc/hosts && exec ${process.execPath} ${daemonScript}`;
      const script = await dir.write(
        'daemon.cjs',
        `require('node:child_process').spawnSync('unshare', ['-m', 'sh', '-c', ${JSON.stringify(command)}]);`,
      );
      await using daemon = await testDaemon();
      const window = await TestWindow.open(daemon, sshd!, { script });
      await window.bringUp({ host: 'test-sshd', remoteForward: `0:target.test:${slowTarget.port}` });
      const forward = window.forwards()[0];
      assert.ok(forward?.status === 'listening');
      const { port } = forward.bound[0] as { port: number };
      const answer = exchange(port);
      // Longer than Node waits for an address.
      await sleep(600);
      slowTarget.answer();
      const { received } = await answer;
      assert.equal(received.toString(), slow);
      await window.lease();
      window.disconnect();
    });
  }
});

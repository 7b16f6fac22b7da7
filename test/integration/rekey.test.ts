// The server rekeys while data is transferred in both directions, with each cipher.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { describe, it } from 'mocha';
import { TestWindow, testDaemon } from '../support/testWindow';
import { client, target } from '../support/targetAndClient';
import { startSshd } from '../support/sshd';

const data = randomBytes(16 * 1024 * 1024);

describe('an SSH connection during repeated rekeys', () => {
  for (const cipher of [
    'aes128-gcm@openssh.com',
    'aes256-gcm@openssh.com',
    'aes128-ctr',
    'chacha20-poly1305@openssh.com',
  ]) {
    it(`carries bytes intact in both directions with ${cipher}`, async () => {
      await using sshd = await startSshd({
        logLevel: 'DEBUG1',
        config: [`Ciphers ${cipher}`, 'RekeyLimit 1M'],
      });
      await using daemon = await testDaemon();
      const window = await TestWindow.open(daemon, sshd);
      await using echo = await target((socket) => socket.pipe(socket));
      await window.bringUp({ host: 'test-sshd', localForward: `0:127.0.0.1:${echo.port}` });
      const { socket, done } = client(window.port());
      for (let at = 0; at < data.length; at += 1024 * 1024) {
        if (!socket.write(data.subarray(at, at + 1024 * 1024))) {
          await once(socket, 'drain');
        }
      }
      socket.end();
      const { received, error } = await done;
      assert.equal(error, undefined);
      assert.ok(received.equals(data), `${received.length} of ${data.length} bytes`);
      assert.ok((sshd.log().match(/rekeying out/g)?.length ?? 0) >= 8, 'not renewed');
      assert.deepEqual(window.history(), ['stopped', 'connecting', 'up']);
      window.disconnect();
    });
  }
});

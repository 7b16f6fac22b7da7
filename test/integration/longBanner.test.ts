// A login banner in one packet that is longer than ssh2's own limit, with each kind of cipher.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { ssh } from '../support/openssh';
import { startSshd } from '../support/sshd';
import { exchange, target } from '../support/targetAndClient';
import { tempDir } from '../support/tempDir';
import type { TempDir } from '../support/tempDir';
import { TestWindow, testDaemon } from '../support/testWindow';
import type { TestDaemon } from '../support/testWindow';

describe('a server with a long login banner', () => {
  let dir: TempDir;
  let daemon: TestDaemon;

  before(async () => {
    [dir, daemon] = await Promise.all([tempDir('banner-'), testDaemon()]);
  });
  after(async () => {
    await daemon[Symbol.asyncDispose]();
    await dir.remove();
  });

  for (const [length, cipher, mac] of [
    [35_100, 'aes128-gcm@openssh.com', 'hmac-sha2-256'],
    [255_000, 'aes256-gcm@openssh.com', 'hmac-sha2-256'],
    [255_000, 'chacha20-poly1305@openssh.com', 'hmac-sha2-256'],
    [255_000, 'aes128-ctr', 'hmac-sha2-256-etm@openssh.com'],
    [255_000, 'aes256-ctr', 'hmac-sha2-512'],
  ] as const) {
    it(`of ${length} bytes can be reached, with ${cipher} and ${mac}`, async () => {
      const banner = await dir.write('banner', 'Welcome!\n'.repeat(length / 9));
      await using sshd = await startSshd({
        config: [`Banner ${banner}`, `Ciphers ${cipher}`, `MACs ${mac}`],
      });
      const { code, stderr } = await ssh(['-F', sshd.configFile, 'test-sshd', 'true']);
      assert.equal(code, 0, stderr.slice(-200));
      assert.ok(stderr.includes('Welcome!'));

      await using echo = await target((socket) => socket.pipe(socket));
      const window = await TestWindow.open(daemon, sshd);
      await window.bringUp({ host: 'test-sshd', localForward: `0:127.0.0.1:${echo.port}` });
      assert.equal((await exchange(window.port(), 'hello')).received.toString(), 'hello');
      const shown = window.log.filter((line) => line.includes('Welcome!')).join('');
      assert.ok(shown.length > 0 && shown.length < 30_000, `${shown.length} characters of it are logged`);
      await window.lease();
      window.disconnect();
    });
  }
});

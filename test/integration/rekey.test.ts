// The keys are renewed while data is transferred in both directions, with each cipher: by the server, or by us, as
// often as RekeyLimit in ssh_config says.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { after, before, describe, it } from 'mocha';
import { eventually } from '../support/eventually';
import { freePort } from '../support/freePort';
import { TestWindow, testDaemon } from '../support/testWindow';
import type { TestDaemon } from '../support/testWindow';
import { client, exchange, target } from '../support/targetAndClient';
import { startSshd } from '../support/sshd';
import type { Sshd, SshdOptions } from '../support/sshd';

const data = randomBytes(16 * 1024 * 1024);
const ciphers = [
  'aes128-gcm@openssh.com',
  'aes256-gcm@openssh.com',
  'aes128-ctr',
  'chacha20-poly1305@openssh.com',
];

/** Sends the data to a port that echoes it. @returns what came back */
async function thereAndBack(port: number): Promise<Buffer> {
  const { socket, done } = client(port);
  for (let at = 0; at < data.length; at += 1024 * 1024) {
    if (!socket.write(data.subarray(at, at + 1024 * 1024))) {
      await once(socket, 'drain');
    }
  }
  socket.end();
  const { received, error } = await done;
  assert.equal(error, undefined);
  return received;
}

/** How often the keys were renewed. */
function rekeys(sshd: Sshd, since = 0): number {
  return (
    (sshd
      .log()
      .slice(since)
      .match(/SSH2_MSG_NEWKEYS received/g)?.length ?? 0) - 1
  );
}

describe('an SSH connection during repeated rekeys', () => {
  let daemon: TestDaemon;

  before(async () => {
    daemon = await testDaemon();
  });
  after(async () => {
    await daemon[Symbol.asyncDispose]();
  });

  const limit = 'RekeyLimit 1M';
  const starters: readonly (readonly [by: string, options: SshdOptions, ciphers: readonly string[]])[] = [
    ["the server's RekeyLimit", { config: [limit] }, ciphers],
    ['our RekeyLimit', { clientConfig: [limit] }, ciphers],
    ['the RekeyLimit of both', { config: [limit], clientConfig: [limit] }, ciphers.slice(0, 1)],
    ['our RekeyLimit, with compression', { clientConfig: [limit, 'Compression yes'] }, ciphers.slice(-1)],
  ];
  for (const [by, options, tried] of starters) {
    for (const cipher of tried) {
      it(`carries bytes intact in both directions by ${by} with ${cipher}`, async () => {
        await using sshd = await startSshd({
          logLevel: 'DEBUG1',
          ...options,
          config: [`Ciphers ${cipher}`, ...(options.config ?? [])],
        });
        const window = await TestWindow.open(daemon, sshd);
        await using echo = await target((socket) => socket.pipe(socket));
        await window.bringUp({ host: 'test-sshd', localForward: `0:127.0.0.1:${echo.port}` });
        const received = await thereAndBack(window.port());
        assert.ok(received.equals(data), `${received.length} of ${data.length} bytes`);
        assert.ok(rekeys(sshd) >= 8, `renewed ${rekeys(sshd)} times`);
        assert.deepEqual(window.history(), ['stopped', 'connecting', 'up']);
        window.disconnect();
      });
    }
  }

  it('renews them as often as ssh does', async () => {
    await using sshd = await startSshd({ logLevel: 'DEBUG1', clientConfig: ['RekeyLimit 4M'] });
    await using echo = await target((socket) => socket.pipe(socket));
    const port = await freePort();
    const child = spawn('ssh', [
      '-F',
      sshd.configFile,
      '-N',
      '-L',
      `127.0.0.1:${port}:127.0.0.1:${echo.port}`,
      'test-sshd',
    ]);
    try {
      await sshd.waitForLog(/Starting session|Entering interactive session/);
      await eventually('ssh forwards', async () => (await exchange(port, 'x')).received.toString() === 'x');
      assert.ok((await thereAndBack(port)).equals(data));
    } finally {
      child.kill();
    }
    const bySsh = rekeys(sshd);
    const since = sshd.log().length;
    const window = await TestWindow.open(daemon, sshd);
    await window.bringUp({ host: 'test-sshd', localForward: `0:127.0.0.1:${echo.port}` });
    assert.ok((await thereAndBack(window.port())).equals(data));
    window.disconnect();
    const byUs = rekeys(sshd, since);
    assert.ok(Math.abs(byUs - bySsh) <= 1, `ssh renewed them ${bySsh} times, we ${byUs} times`);
  });

  it('renews them after the time of RekeyLimit, once the connection is used', async () => {
    await using sshd = await startSshd({ logLevel: 'DEBUG1', clientConfig: ['RekeyLimit default 1'] });
    await using echo = await target((socket) => socket.pipe(socket));
    const window = await TestWindow.open(daemon, sshd);
    await window.bringUp({ host: 'test-sshd', localForward: `0:127.0.0.1:${echo.port}` });
    await eventually('renewed twice', async () => {
      assert.equal((await exchange(window.port(), 'there and back')).received.toString(), 'there and back');
      return rekeys(sshd) >= 2;
    });
    assert.deepEqual(window.history(), ['stopped', 'connecting', 'up']);
    window.disconnect();
  });
});

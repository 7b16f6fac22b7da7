// The keys are renewed while data is transferred in both directions, with each cipher: by the server, or by us, as
// often as RekeyLimit in ssh_config says.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
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

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
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
    ...['diffie-hellman-group14-sha256', 'diffie-hellman-group-exchange-sha256'].map(
      (kex) =>
        [
          `our RekeyLimit, and ${kex},`,
          { clientConfig: [limit, `KexAlgorithms ${kex}`] },
          ciphers.slice(0, 1),
        ] as const,
    ),
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
        assert.ok(!window.history().includes('waiting'), window.history().join());
        // Otherwise the next window, which has the same id, hears how this tunnel loses its server.
        await window.lease();
        window.disconnect();
      });
    }
  }

  for (const mac of [
    'umac-64-etm@openssh.com',
    'umac-128-etm@openssh.com',
    'umac-64@openssh.com',
    'umac-128@openssh.com',
    'hmac-sha1-96-etm@openssh.com',
    'hmac-md5-etm@openssh.com',
    'hmac-md5-96-etm@openssh.com',
  ]) {
    it(`carries bytes intact in both directions with a server that has only the MAC ${mac}`, async () => {
      const isDefault = mac.startsWith('umac');
      await using sshd = await startSshd({
        logLevel: 'DEBUG1',
        config: ['Ciphers aes128-ctr', `MACs ${mac}`, limit],
        clientConfig: isDefault ? [] : [`MACs +${mac}`],
      });
      const window = await TestWindow.open(daemon, sshd);
      await using echo = await target((socket) => socket.pipe(socket));
      await window.bringUp({ host: 'test-sshd', localForward: `0:127.0.0.1:${echo.port}` });
      const received = await thereAndBack(window.port());
      assert.ok(received.equals(data), `${received.length} of ${data.length} bytes`);
      assert.ok(rekeys(sshd) >= 8, `renewed ${rekeys(sshd)} times`);
      assert.match(sshd.log(), new RegExp(`client->server cipher: aes128-ctr MAC: ${mac} `));
      assert.match(sshd.log(), new RegExp(`server->client cipher: aes128-ctr MAC: ${mac} `));
      assert.ok(!window.history().includes('waiting'), window.history().join());
      await window.lease();
      window.disconnect();
    });
  }

  it('renews them about as often as ssh does', async () => {
    await using sshd = await startSshd({
      logLevel: 'DEBUG1',
      // A fast one: ssh would choose another.
      config: ['KexAlgorithms curve25519-sha256'],
      clientConfig: ['RekeyLimit 1M'],
    });
    await using sink = await target((socket) => socket.resume().once('end', () => socket.end()));
    const upload = async (port: number): Promise<number> => {
      const before = rekeys(sshd);
      const { socket, done } = client(port);
      socket.end(data);
      assert.equal((await done).error, undefined);
      return rekeys(sshd) - before;
    };
    const port = await freePort();
    const forward = `127.0.0.1:${port}:127.0.0.1:${sink.port}`;
    const child = spawn('ssh', ['-F', sshd.configFile, '-N', '-L', forward, 'test-sshd'], {
      stdio: 'ignore',
    });
    let bySsh = 0;
    try {
      await eventually('ssh listens', () => isListening(port));
      bySsh = await upload(port);
    } finally {
      child.kill();
    }
    const window = await TestWindow.open(daemon, sshd);
    await window.bringUp({ host: 'test-sshd', localForward: `0:127.0.0.1:${sink.port}` });
    const byUs = await upload(window.port());
    await window.lease();
    window.disconnect();
    // What is on its way when a limit is reached differs.
    assert.ok(byUs >= bySsh / 2 && byUs <= bySsh * 2, `ssh renewed them ${bySsh} times, we ${byUs} times`);
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
    assert.ok(!window.history().includes('waiting'), window.history().join());
    window.disconnect();
  });
});

// Servers that have only a post-quantum key exchange: OpenSSH's own, of this machine and a newer one. Login, a transfer in
// both directions, and new keys during it, started by either side.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { after, before, describe, it } from 'mocha';
import { offeredAlgorithms } from '../../src/tunnels/ssh/transport/algorithms';
import { newerOpenSsh } from '../support/newerOpenSsh';
import type { NewerOpenSsh } from '../support/newerOpenSsh';
import { startSshd } from '../support/sshd';
import type { Sshd, SshdOptions } from '../support/sshd';
import { client, target } from '../support/targetAndClient';
import { TestWindow, testDaemon } from '../support/testWindow';
import type { TestDaemon } from '../support/testWindow';

const run = promisify(execFile);
const data = randomBytes(8 * 1024 * 1024);

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

describe('a server with only a post-quantum key exchange', () => {
  let daemon: TestDaemon;
  let newer: NewerOpenSsh | string;

  before(async function () {
    this.timeout(300_000);
    [daemon, newer] = await Promise.all([testDaemon(), newerOpenSsh()]);
  });
  after(async () => {
    await daemon[Symbol.asyncDispose]();
  });

  async function transfer(method: string, options: SshdOptions): Promise<Sshd> {
    const sshd = await startSshd({
      logLevel: 'DEBUG1',
      ...options,
      config: [`KexAlgorithms ${method}`, ...(options.config ?? [])],
    });
    const window = await TestWindow.open(daemon, sshd);
    await using echo = await target((socket) => socket.pipe(socket));
    await window.bringUp({ host: 'test-sshd', localForward: `0:127.0.0.1:${echo.port}` });
    const received = await thereAndBack(window.port());
    assert.ok(received.equals(data), `${received.length} of ${data.length} bytes`);
    assert.ok(!window.history().includes('waiting'), window.history().join());
    await window.lease();
    window.disconnect();
    return sshd;
  }

  const methods: readonly (readonly [name: string, needsNewer: boolean])[] = [
    ['sntrup761x25519-sha512', false],
    ['sntrup761x25519-sha512@openssh.com', false],
    ['sntrup761x25519-sha512', true],
    ['mlkem768x25519-sha256', true],
  ];
  const starters: readonly (readonly [by: string, options: SshdOptions])[] = [
    ['one', {}],
    ["more by the server's RekeyLimit", { config: ['RekeyLimit 1M'] }],
    ['more by our RekeyLimit', { clientConfig: ['RekeyLimit 1M'] }],
  ];
  it('that has both is asked in the order of OpenSSH 10', async function () {
    if (typeof newer === 'string') {
      console.log(`      ${newer}`);
      this.skip();
    }
    const { stdout } = await run(newer.ssh, ['-G', '-F', 'none', 'somewhere']);
    const theirs = /^kexalgorithms (.*)$/m.exec(stdout)?.[1]?.split(',') ?? [];
    const ours = offeredAlgorithms(
      { alias: 'web', knownHostKeysFirst: true, compression: false },
      { types: [], hasAuthority: false },
    ).kex;
    assert.deepEqual((ours as readonly string[]).slice(0, 5), theirs.slice(0, 5));
    await using sshd = await transfer([...theirs].reverse().join(','), {
      program: newer.sshd,
      config: newer.config,
    });
    await sshd.waitForLog(/kex: algorithm: mlkem768x25519-sha256 /);
  });

  it('that has only ML-KEM is reached with KexAlgorithms +… of an ssh that lacks it', async function () {
    if (typeof newer === 'string') {
      console.log(`      ${newer}`);
      this.skip();
    }
    await using sshd = await transfer('mlkem768x25519-sha256', {
      program: newer.sshd,
      config: newer.config,
      clientConfig: ['KexAlgorithms +diffie-hellman-group1-sha1'],
    });
    await sshd.waitForLog(/kex: algorithm: mlkem768x25519-sha256 /);
  });

  for (const [method, needsNewer] of methods) {
    for (const [by, options] of starters) {
      it(`of ${needsNewer ? 'OpenSSH 10' : "this machine's OpenSSH"} with ${method}: ${by}`, async function () {
        if (needsNewer && typeof newer === 'string') {
          console.log(`      ${newer}`);
          this.skip();
        }
        const its: SshdOptions =
          needsNewer && typeof newer !== 'string'
            ? { ...options, program: newer.sshd, config: [...newer.config, ...(options.config ?? [])] }
            : options;
        await using sshd = await transfer(method, its);
        const exchanges = sshd.log().match(/kex: algorithm: \S+/g) ?? [];
        assert.deepEqual([...new Set(exchanges)], [`kex: algorithm: ${method}`]);
        assert.ok(by === 'one' ? exchanges.length === 1 : exchanges.length > 4, `${exchanges.length} times`);
      });
    }
  }
});

// The algorithms in ssh_config are what the client offers and the server uses; compressed data arrives intact.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, it } from 'mocha';
import { TunnelFailure } from '../../src/tunnels/errors/errors';
import { TestWindow, testDaemon } from '../support/testWindow';
import type { TestDaemon } from '../support/testWindow';
import { client, target, exchange } from '../support/targetAndClient';
import { startSshd } from '../support/sshd';
import type { SshdOptions } from '../support/sshd';
import { nextStepOf } from '../support/errorWords';

/** sshd has them, but doesn't offer them by itself. */
const oldKexes = [
  'diffie-hellman-group1-sha1',
  'diffie-hellman-group14-sha1',
  'diffie-hellman-group-exchange-sha1',
].join(',');

describe('SSH algorithms', () => {
  let daemon: TestDaemon;

  before(async () => {
    daemon = await testDaemon();
  });
  after(async () => {
    await daemon[Symbol.asyncDispose]();
  });

  /** What sshd logs about the negotiated algorithms; or the failure. */
  async function agreed(options: SshdOptions, tunnel: object = {}): Promise<string | TunnelFailure> {
    await using sshd = await startSshd({ hostKeys: ['ed25519', 'rsa'], logLevel: 'DEBUG1', ...options });
    await using echo = await target((socket) => socket.pipe(socket));
    const window = await TestWindow.open(daemon, sshd);
    try {
      await window.bringUp({ host: 'test-sshd', localForward: `0:127.0.0.1:${echo.port}`, ...tunnel });
      assert.equal((await exchange(window.port(), 'there and back')).received.toString(), 'there and back');
      return sshd
        .log()
        .split('\n')
        .filter((line) => /kex: (algorithm|host key algorithm|client->server|server->client)/.test(line))
        .join('\n');
    } catch (error) {
      assert.ok(error instanceof TunnelFailure, String(error));
      return error;
    } finally {
      await window.lease();
      window.disconnect();
    }
  }

  const cases: readonly [line: string, expected: RegExp][] = [
    ...[
      'diffie-hellman-group1-sha1',
      'diffie-hellman-group14-sha1',
      'diffie-hellman-group14-sha256',
      'diffie-hellman-group16-sha512',
      'diffie-hellman-group18-sha512',
      'diffie-hellman-group-exchange-sha1',
      'diffie-hellman-group-exchange-sha256',
    ].map((name): [string, RegExp] => [`KexAlgorithms ${name}`, new RegExp(`kex: algorithm: ${name}`)]),
    ['KexAlgorithms ecdh-sha2-nistp384', /kex: algorithm: ecdh-sha2-nistp384/],
    [
      'KexAlgorithms sntrup761x25519-sha512@openssh.com,curve25519-sha256',
      /kex: algorithm: sntrup761x25519-sha512@openssh.com/,
    ],
    ['KexAlgorithms -sntrup*', /kex: algorithm: curve25519-sha256/],
    ['KexAlgorithms ^ecdh-sha2-nistp384', /kex: algorithm: ecdh-sha2-nistp384/],
    ['KexAlgorithms +diffie-hellman-group14-sha1', /kex: algorithm: sntrup761x25519-sha512 /],
    ['HostKeyAlgorithms rsa-sha2-256', /host key algorithm: rsa-sha2-256/],
    ['Ciphers aes256-ctr', /client->server cipher: aes256-ctr/],
    ['Ciphers chacha20-poly1305@openssh.com', /client->server cipher: chacha20-poly1305@openssh.com/],
    ['Ciphers -aes*gcm*,chacha*', /client->server cipher: aes128-ctr/],
    ['Compression yes', /compression: zlib@openssh.com/],
    ['Compression no', /compression: none/],
  ];
  for (const [line, expected] of cases) {
    it(`from ssh_config take effect: ${line}`, async () => {
      const result = await agreed({ config: [`KexAlgorithms +${oldKexes}`], clientConfig: [line] });
      assert.ok(typeof result === 'string', result instanceof Error ? result.message : '');
      assert.match(result, expected);
    });
  }

  it('MACs from ssh_config are offered, where the cipher needs one', async () => {
    const result = await agreed({ clientConfig: ['Ciphers aes128-ctr', 'MACs hmac-sha2-512'] });
    assert.match(String(result), /MAC: hmac-sha2-512 /);
  });

  it("MACs don't matter where the cipher needs none", async () => {
    assert.match(String(await agreed({ clientConfig: ['MACs umac-64@openssh.com'] })), /cipher: aes128-gcm/);
  });

  it('a list of algorithms of which none is supported is reported before connecting', async () => {
    const result = await agreed({ clientConfig: ['HostKeyAlgorithms ssh-dss'] });
    assert.ok(result instanceof TunnelFailure && result.error.code === 'NoCommonAlgorithm');
    assert.match(result.message, /HostKeyAlgorithms for test-sshd contains no supported algorithm: ssh-dss/);
  });

  for (const [server, config, message, nextStep] of [
    [
      'Ciphers aes128-ctr',
      'Ciphers aes256-ctr',
      /^Ciphers in your SSH config and .* only aes128-ctr\./,
      /^Add aes128-ctr to Ciphers/,
    ],
    [
      'KexAlgorithms curve25519-sha256',
      'KexAlgorithms ecdh-sha2-nistp256',
      /^KexAlgorithms in your SSH config and .* only curve25519-sha256\./,
      /^Add curve25519-sha256 to KexAlgorithms/,
    ],
    [
      'HostKeyAlgorithms ssh-ed25519',
      'HostKeyAlgorithms rsa-sha2-512',
      /^HostKeyAlgorithms in your SSH config and .* only ssh-ed25519\./,
      /^Add ssh-ed25519 to HostKeyAlgorithms/,
    ],
    [
      'Ciphers aes128-ctr\nMACs hmac-sha2-256',
      'MACs umac-64@openssh.com',
      /^MACs in your SSH config and .* only hmac-sha2-256\./,
      /^Add hmac-sha2-256 to MACs/,
    ],
    [
      'Ciphers aes256-cbc',
      '',
      /no cipher in common: the server offers only aes256-cbc\./,
      /^Add "Ciphers \+aes256-cbc" to the Host block/,
    ],
    [
      'Ciphers aes128-ctr\nMACs hmac-md5-etm@openssh.com',
      '',
      /no MAC in common: the server offers only hmac-md5-etm@openssh\.com\./,
      /^Add "MACs \+hmac-md5-etm@openssh\.com" to the Host block/,
    ],
  ] as const) {
    it(`the right list is blamed for a server with "${server}" and an ssh_config with "${config}"`, async () => {
      const result = await agreed({
        config: server.split('\n'),
        clientConfig: config === '' ? [] : [config],
      });
      assert.ok(result instanceof TunnelFailure && result.error.code === 'NoCommonAlgorithm', String(result));
      assert.match(result.message, message);
      assert.match(nextStepOf(result.error), nextStep);
    });
  }

  it('a server with only algorithms that ssh_config leaves out is reported with both lists and one to add', async () => {
    const result = await agreed({
      config: ['KexAlgorithms sntrup761x25519-sha512@openssh.com'],
      clientConfig: ['KexAlgorithms -sntrup*'],
    });
    assert.ok(result instanceof TunnelFailure && result.error.code === 'NoCommonAlgorithm', String(result));
    assert.match(result.message, /^KexAlgorithms in your SSH config and .* the server offers only sntrup761/);
    assert.match(
      nextStepOf(result.error),
      /^Add sntrup761x25519-sha512@openssh\.com to KexAlgorithms in your SSH config/,
    );
    assert.match(
      result.error.detail ?? '',
      /the server offers sntrup761.*, this machine offers curve25519-sha256/,
    );
  });

  it("host key algorithms that OpenSSH has removed aren't offered", async () => {
    const result = await agreed({ hostKeys: ['rsa'], config: ['HostKeyAlgorithms ssh-rsa'] });
    assert.ok(result instanceof TunnelFailure && result.error.code === 'NoCommonAlgorithm', String(result));
  });

  it("a tunnel's compression setting overrides ssh_config", async () => {
    const on = await agreed({ clientConfig: ['Compression no'] }, { compression: true });
    assert.match(String(on), /compression: zlib@openssh.com/);
    const off = await agreed({ clientConfig: ['Compression yes'] }, { compression: false });
    assert.match(String(off), /compression: none/);
  });

  it('compressed data arrives intact in both directions, even if it is incompressible', async () => {
    await using sshd = await startSshd({ clientConfig: ['Compression yes'] });
    await using echo = await target((socket) => socket.pipe(socket));
    const window = await TestWindow.open(daemon, sshd);
    await window.bringUp({ host: 'test-sshd', localForward: `0:127.0.0.1:${echo.port}` });
    const data = Buffer.concat([randomBytes(2_000_000), Buffer.alloc(4_000_000, 'text ')]);
    const { socket, done } = client(window.port());
    socket.end(data);
    assert.ok((await done).received.equals(data));
    await window.lease();
    window.disconnect();
  });
});

// What protects a connection: reported for each host on the way while the tunnel is up, and logged as `ssh -v` does.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { eventually } from '../support/eventually';
import { startSshd } from '../support/sshd';
import { exchange } from '../support/targetAndClient';
import { TestWindow } from '../support/testWindow';
import { useTunnelFixture } from '../support/tunnelFixture';

describe('what protects a connection', () => {
  const fixture = useTunnelFixture({ config: ['KexAlgorithms curve25519-sha256', 'Ciphers aes256-ctr'] });
  let window: TestWindow;

  beforeEach(async () => {
    window = await TestWindow.open(fixture.daemon, fixture.sshd, 'reader');
    await window.client.setLogThresholds({ all: 'debug', tunnels: {} });
  });
  afterEach(async () => {
    await window.lease();
    window.disconnect();
  });

  function toEcho(more: object = {}): object {
    return { host: 'test-sshd', localForward: `0:127.0.0.1:${fixture.echo.port}`, ...more };
  }

  it('is reported while the tunnel is up, and no longer', async () => {
    await window.bringUp(toEcho());
    const { port, user, knownHosts } = fixture.sshd;
    const direction = { cipher: 'aes256-ctr', mac: 'hmac-sha2-256-etm@openssh.com', compression: 'none' };
    const [hop, ...others] = window.protection() ?? [];
    assert.deepEqual(others, []);
    assert.ok(hop?.hostKey);
    const { hostKey, login = [], ...algorithms } = hop;
    const [step, ...more] = login;
    assert.deepEqual(more, []);
    assert.ok(step && 'key' in step);
    assert.match(step.fingerprint ?? '', /^SHA256:/);
    assert.deepEqual(algorithms, {
      who: `${user}@127.0.0.1:${port}`,
      kex: 'curve25519-sha256',
      postQuantum: 'server',
      sent: direction,
      received: direction,
    });
    assert.equal(hostKey.key.type, 'ssh-ed25519');
    assert.deepEqual(hostKey.proof, {
      by: 'knownHosts',
      name: `[127.0.0.1]:${port}`,
      file: knownHosts,
      line: 1,
    });
    await window.client.stop('user:t');
    await window.untilStatus('stopped');
    assert.equal(window.protection(), undefined);
  });

  it('is reported for jump hosts, too, in the order of connecting', async () => {
    await using bastion = await startSshd({
      config: ['Ciphers aes128-gcm@openssh.com'],
      clientConfig: ['Compression yes'],
    });
    const bastionConfig = (await readFile(bastion.configFile, 'utf8')).replaceAll('test-sshd', 'bastion');
    const sshdConfig = await readFile(fixture.sshd.configFile, 'utf8');
    const both = `${bastion.dir}/both`;
    await writeFile(both, `${bastionConfig}\n${sshdConfig}`);
    const through = await TestWindow.open(fixture.daemon, { configFile: both }, 'through');
    try {
      await through.bringUp(toEcho({ proxyJump: 'bastion' }));
      const hops = through.protection() ?? [];
      assert.deepEqual(
        hops.map(({ who, sent }) => [who.replace(/^.*:/, ''), sent.cipher, sent.mac, sent.compression]),
        [
          [String(bastion.port), 'aes128-gcm@openssh.com', '', 'zlib@openssh.com'],
          [String(fixture.sshd.port), 'aes256-ctr', 'hmac-sha2-256-etm@openssh.com', 'none'],
        ],
      );
    } finally {
      await through.lease();
      through.disconnect();
    }
  });

  it('is logged once, and after a rekey only if something has changed', async () => {
    await using sshd = await startSshd({
      logLevel: 'DEBUG1',
      config: ['KexAlgorithms ecdh-sha2-nistp256', 'RekeyLimit 32K'],
      clientConfig: ['KexAlgorithms ecdh-sha2-nistp256'],
    });
    const own = await TestWindow.open(fixture.daemon, sshd, 'rekeys');
    try {
      await own.client.setLogThresholds({ all: 'debug', tunnels: {} });
      await own.bringUp(toEcho());
      await eventually('keys are renewed', async () => {
        await exchange(own.port(), 'x'.repeat(40_000));
        return (sshd.log().match(/SSH2_MSG_NEWKEYS received/g)?.length ?? 0) >= 3;
      });
      const lines = own.logLines.filter(({ text }) => text.startsWith('Key exchange ecdh'));
      assert.deepEqual(
        lines.map(({ level, text }) => [level, /\((.*?)\), host key (\S+);/.exec(text)?.slice(1)]),
        [['debug', ['not post-quantum', 'ssh-ed25519']]],
      );
      const warnings = own.logLines.filter(({ text }) => text.includes('may decrypt it later'));
      assert.deepEqual(
        warnings.map(({ level, text }) => [level, text.includes('KexAlgorithms in your SSH config')]),
        [['info', true]],
      );
    } finally {
      await own.lease();
      own.disconnect();
    }
  });
});

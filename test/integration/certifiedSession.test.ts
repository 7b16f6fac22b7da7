// A session with a server that has a host certificate: every key exchange, rekeys, keys of an agent that are limited to
// hosts of an authority, and what the session says about its host key.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { once } from 'node:events';
import { connect as connectTcp, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { userInfo } from 'node:os';
import { after, before, describe, it } from 'mocha';
import type { EffectiveHost } from '../../src/tunnels/ssh/config/effectiveHost';
import { fingerprint, withCertificate } from '../../src/tunnels/ssh/keys/publicKey';
import type { SshSession } from '../../src/tunnels/ssh/session/session';
import { connectTo, failureOf } from '../support/hostile/sessionUnderTest';
import { detailOf, messageOf } from '../support/errorWords';
import { fakeAgent, fakeSecurityKey } from '../support/fakeSecurityKey';
import { makeCertificate, makeSigner, namesField } from '../support/hostCertificate';
import { keyLine } from '../support/hostKeys';
import { makeKeyPair } from '../support/keyPair';
import type { KeyPair } from '../support/keyPair';
import { keygen } from '../support/login';
import { sshAgent } from '../support/sshAgent';
import { ssh } from '../support/openssh';
import { startSshd } from '../support/sshd';
import type { Sshd } from '../support/sshd';
import { target } from '../support/targetAndClient';
import { tempDir } from '../support/tempDir';
import type { TempDir } from '../support/tempDir';

const strict = {
  user: userInfo().username,
  noHostAuthenticationForLocalhost: false,
  strictHostKeyChecking: 'yes',
} as const;
const data = Buffer.alloc(256 * 1024, 'x');

describe('a session with a host certificate', () => {
  let dir: TempDir;
  let authority: KeyPair;
  let host: KeyPair;
  let sshd: Sshd;

  before(async () => {
    dir = await tempDir('cs-');
    [authority, host] = await Promise.all([
      makeKeyPair(dir, 'ca', 'ed25519'),
      makeKeyPair(dir, 'host', 'ecdsa'),
    ]);
    await certify('127.0.0.1');
    sshd = await startSshd({
      hostKeys: [],
      config: [
        `HostKey ${host.path}`,
        `HostCertificate ${host.path}-cert.pub`,
        'RekeyLimit 64K',
        'KexAlgorithms +diffie-hellman-group14-sha1',
      ],
      logLevel: 'DEBUG1',
    });
  });
  after(async () => {
    await sshd.stop();
    await dir.remove();
  });

  async function certify(names: string): Promise<void> {
    await keygen('-s', authority.path, '-h', '-I', 'id', '-z', '9', '-n', names, `${host.path}.pub`);
  }

  async function connect(knownHosts: string, changes: Partial<EffectiveHost> = {}): Promise<SshSession> {
    return connectTo(sshd.port, {
      host: {
        ...strict,
        identityFiles: [sshd.clientKey],
        userKnownHostsFiles: [await dir.write('known_hosts', knownHosts)],
        ...changes,
      },
    });
  }

  const known = (): string => `@cert-authority [127.0.0.1]:* ${authority.line}\n`;

  /** Sends data through the server and back. */
  async function transfer(session: SshSession): Promise<void> {
    await using echo = await target((socket) => socket.pipe(socket));
    const channel = await session.open(
      { host: '127.0.0.1', port: echo.port },
      { host: '127.0.0.1', port: 1 },
    );
    let received = 0;
    const done = new Promise<void>((resolve, reject) => {
      channel.on('data', (part: Buffer) => {
        received += part.length;
        if (received === data.length) {
          resolve();
        }
      });
      channel.on('close', () => reject(new Error(`closed after ${received} bytes`)));
    });
    channel.write(data);
    await done;
    channel.destroy();
  }

  for (const method of [
    'curve25519-sha256',
    'ecdh-sha2-nistp256',
    'diffie-hellman-group14-sha1',
    'diffie-hellman-group-exchange-sha256',
  ]) {
    it(`is made and renewed with ${method}`, async () => {
      const since = sshd.log().length;
      const session = await connect(known(), { kexAlgorithms: [method] });
      await transfer(session);
      await session.close();
      const log = sshd.log().slice(since);
      assert.match(log, /kex: host key algorithm: ecdsa-sha2-nistp256-cert-v01@openssh\.com/);
      assert.ok((log.match(/SSH2_MSG_NEWKEYS received/g) ?? []).length > 2, log);
    });
  }

  it('says which certificate it was, and which authority was known', async () => {
    const session = await connect(known());
    const facts = (line: string): { type: string; fingerprint: string } => ({
      type: line.split(' ')[0] ?? '',
      fingerprint: fingerprint(Buffer.from(line.split(' ')[1] ?? '', 'base64')),
    });
    assert.deepEqual(session.hostKey, {
      key: facts(host.line),
      algorithm: 'ecdsa-sha2-nistp256-cert-v01@openssh.com',
      certificate: { keyId: 'id', serial: '9', principals: ['127.0.0.1'], authority: facts(authority.line) },
      proof: {
        by: 'authority',
        file: dir.file('known_hosts'),
        line: 1,
        name: `[127.0.0.1]:${sshd.port}`,
      },
    });
    await session.close();
  });

  it('says why the plain key was accepted', async () => {
    const line = `127.0.0.1 ${host.line}\n`;
    const cases: readonly (readonly [knownHosts: string, changes: Partial<EffectiveHost>, by: string])[] = [
      [line, {}, 'knownHosts'],
      ['', { strictHostKeyChecking: 'accept-new' }, 'firstUse'],
      ['', { noHostAuthenticationForLocalhost: true }, 'loopback'],
    ];
    for (const [knownHosts, changes, by] of cases) {
      const session = await connect(knownHosts, changes);
      assert.equal(session.hostKey?.proof.by, by);
      assert.equal(session.hostKey.certificate?.keyId, 'id');
      await session.close();
    }
  });

  it('leaves known_hosts as it is, with UpdateHostKeys', async () => {
    const session = await connect(known(), { updateHostKeys: 'yes' });
    await transfer(session);
    await session.close();
    assert.equal(await readFile(dir.file('known_hosts'), 'utf8'), known());
  });

  it('may use keys of an agent that are limited to hosts of the authority', async () => {
    // The agent compares the names with what ssh-add has got.
    await certify(`127.0.0.1,[127.0.0.1]:${sshd.port}`);
    await sshd.restart();
    await using agent = await sshAgent(dir, 'agent');
    agent.add(
      '-H',
      await dir.write('destinations', known()),
      '-h',
      `[127.0.0.1]:${sshd.port}`,
      sshd.clientKey,
    );
    const since = sshd.log().length;
    const session = await connect(known(), {
      identityFiles: [],
      identitiesOnly: false,
      identityAgent: agent.socket,
    });
    await session.close();
    assert.match(sshd.log().slice(since), /method publickey-hostbound-v00@openssh\.com/);
  });

  for (const kind of ['ed25519', 'ecdsa'] as const) {
    for (const method of ['curve25519-sha256', 'diffie-hellman-group-exchange-sha256']) {
      it(`is made with a host key of a security key: ${kind}, with ${method}`, async () => {
        await using agent = await fakeSecurityKey(dir.file(`sk-${kind}`), kind);
        const type = agent.line.split(' ')[0] ?? '';
        const pub = await dir.write(`sk-${kind}.pub`, `${agent.line}\n`);
        await keygen('-s', authority.path, '-h', '-I', 'sk', '-n', '127.0.0.1', pub);
        await using server = await startSshd({
          hostKeys: [],
          config: [
            `HostKey ${pub}`,
            `HostKeyAgent ${agent.socket}`,
            `HostCertificate ${dir.file(`sk-${kind}-cert.pub`)}`,
            'RekeyLimit 64K',
          ],
          logLevel: 'DEBUG1',
        });
        const at = `[127.0.0.1]:${server.port}`;
        for (const [knownHosts, algorithm, by] of [
          [`@cert-authority ${at} ${authority.line}\n`, withCertificate(type), 'authority'],
          [`${at} ${agent.line}\n`, type, 'knownHosts'],
        ] as const) {
          const options = ['-o', `HostKeyAlgorithms=${algorithm}`, '-o', `KexAlgorithms=${method}`];
          const file = await dir.write('known_hosts', knownHosts);
          const args = ['-F', server.configFile, ...options, '-o', `UserKnownHostsFile=${file}`];
          assert.equal((await ssh([...args, 'test-sshd', 'true'])).code, 0, server.log());
          const session = await connectTo(server.port, {
            host: {
              ...strict,
              identityFiles: [server.clientKey],
              userKnownHostsFiles: [file],
              hostKeyAlgorithms: [algorithm],
              kexAlgorithms: [method],
            },
          });
          assert.equal(session.hostKey?.algorithm, algorithm);
          assert.equal(session.hostKey.proof.by, by);
          await transfer(session);
          await session.close();
        }
      });
    }
  }

  for (const kind of ['ed25519', 'nistp384', 'rsa', 'sk-ed25519', 'sk-nistp256'] as const) {
    it(`is refused to who has only copied a certificate: ${kind}`, async () => {
      const [key, ca, thief] = [makeSigner(kind), makeSigner('ed25519'), makeSigner(kind)];
      const socket = dir.file(`thief-${kind}`);
      await using agent = await fakeAgent(socket, key.blob, (data) => thief.sign(data));
      assert.ok(agent);
      const certificate = makeCertificate(key, ca, { principals: namesField(['127.0.0.1']) });
      const pub = await dir.write(`${kind}.pub`, keyLine(key.blob));
      await dir.write(`${kind}-cert.pub`, keyLine(certificate));
      await using server = await startSshd({
        hostKeys: [],
        config: [
          `HostKey ${pub}`,
          `HostKeyAgent ${socket}`,
          `HostCertificate ${dir.file(`${kind}-cert.pub`)}`,
        ],
        logLevel: 'DEBUG1',
      });
      const at = `[127.0.0.1]:${server.port}`;
      for (const knownHosts of [
        `@cert-authority ${at} ${keyLine(ca.blob)}\n`,
        `${at} ${keyLine(key.blob)}\n`,
      ]) {
        const since = server.log().length;
        const file = await dir.write('known_hosts', knownHosts);
        const failure = await failureOf(
          connectTo(server.port, {
            host: { ...strict, identityFiles: [server.clientKey], userKnownHostsFiles: [file] },
          }),
        );
        assert.match(detailOf(failure), /signature verification failed/);
        const log = server.log().slice(since);
        assert.match(log, /kex: host key algorithm: \S+-cert-v01@openssh\.com/);
        assert.doesNotMatch(log, /Accepted|userauth-request/);
      }
    });
  }

  it('is refused, without any credential, when a byte of the certificate is another on its way', async () => {
    const line = await readFile(`${host.path}-cert.pub`, 'utf8');
    const certificate = Buffer.from(line.split(' ')[1] ?? '', 'base64');
    // Up to the fourth byte it is the length of the type, then the type: without it, there is no certificate.
    for (let at = 50; at < certificate.length; at += 37) {
      const damaged = Buffer.from(certificate);
      damaged[at] = (damaged[at] ?? 0) ^ 0x10;
      await using proxy = await replacing(sshd.port, certificate, damaged);
      const since = sshd.log().length;
      const file = await dir.write('known_hosts', known());
      const failure = await failureOf(
        connectTo(proxy.port, {
          host: { ...strict, identityFiles: [sshd.clientKey], userKnownHostsFiles: [file] },
        }),
      );
      assert.equal(failure.code, 'HostKeyUnknown');
      assert.match(messageOf(failure), /\(ecdsa-sha2-nistp256-cert-v01@openssh\.com\) is damaged/);
      assert.doesNotMatch(sshd.log().slice(since), /userauth-request/);
    }
  });
});

/** A server that passes on what another one sends, with other bytes in place of some. */
async function replacing(
  port: number,
  from: Buffer,
  to: Buffer,
): Promise<AsyncDisposable & { readonly port: number }> {
  const server = createServer((socket) => {
    const upstream = connectTcp(port, '127.0.0.1');
    upstream.on('data', (part: Buffer) => {
      // sshd writes the reply of the key exchange in one piece.
      const at = part.indexOf(from);
      socket.write(
        at < 0 ? part : Buffer.concat([part.subarray(0, at), to, part.subarray(at + from.length)]),
      );
    });
    socket.on('data', (part: Buffer) => upstream.write(part));
    for (const [each, other] of [
      [socket, upstream],
      [upstream, socket],
    ] as const) {
      each.on('error', () => undefined);
      each.once('close', () => other.destroy());
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.close();
      await once(server, 'close');
    },
  };
}

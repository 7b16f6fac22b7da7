// UpdateHostKeys: known_hosts follows the keys of a trusted server; compared with ssh.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { after, before, describe, it } from 'mocha';
import { setTimeout as sleep } from 'node:timers/promises';
import { generateKeyPairSync } from 'node:crypto';
import { privateKeyOf } from '../../src/tunnels/ssh/keys/privateKey';
import type { PrivateKey } from '../../src/tunnels/ssh/keys/privateKey';
import { eventually } from '../support/eventually';
import { keyLine, wireStrings } from '../support/hostKeys';
import { byte, packed, string } from '../support/hostile/fields';
import { hostileHostKey, hostileServer } from '../support/hostile/hostileServer';
import type { HostilePeer } from '../support/hostile/hostileServer';
import { connectTo, endOf } from '../support/hostile/sessionUnderTest';
import { tempDir } from '../support/tempDir';
import { TestWindow, testDaemon } from '../support/testWindow';
import type { TestDaemon } from '../support/testWindow';
import { ssh } from '../support/openssh';
import { target } from '../support/targetAndClient';
import type { TargetServer } from '../support/targetAndClient';
import { startSshd } from '../support/sshd';
import type { Sshd } from '../support/sshd';

/**
 * Lists the host key of the server and an RSA key, and answers for both.
 * @param more keys to list, for which the client asks no proof
 */
async function listHostKeys(
  peer: HostilePeer,
  rsa: PrivateKey,
  algorithm: string,
  more: readonly Buffer[] = [],
): Promise<void> {
  const own = privateKeyOf(hostileHostKey);
  const prove = 'hostkeys-prove-00@openssh.com';
  const { _protocol: protocol } = peer.connection as unknown as {
    readonly _protocol: { readonly _kex: { readonly sessionID: Buffer } };
  };
  const sign = async (key: PrivateKey, name: string): Promise<Buffer> => {
    const signed = [prove, protocol._kex.sessionID, key.blob].map((part) => string(part));
    return string(await key.sign(Buffer.concat(signed), name));
  };
  const proofs = [await sign(own, 'ecdsa-sha2-nistp256'), await sign(rsa, algorithm)];
  const listed = [own.blob, ...more, rsa.blob].map((blob) => string(blob));
  peer.send(packed(80, string('hostkeys-00@openssh.com'), byte(0), ...listed));
  // The answer to the request that the client sends then. ssh2's own, a refusal, comes too late.
  peer.send(packed(81, ...proofs));
}

const securityKeyBlob = wireStrings([
  Buffer.from('sk-ssh-ed25519@openssh.com'),
  Buffer.alloc(32, 9),
  Buffer.from('ssh:'),
]);

describe('known_hosts lines of a trusted server (UpdateHostKeys)', () => {
  let daemon: TestDaemon;
  let echo: TargetServer;
  let sshd: Sshd;
  /** The name of the server's lines in known_hosts. */
  let name: string;

  before(async () => {
    daemon = await testDaemon();
    sshd = await startSshd({
      hostKeys: ['ed25519', 'rsa', 'ecdsa'],
      clientConfig: ['UpdateHostKeys yes', 'StrictHostKeyChecking accept-new'],
    });
    name = `[127.0.0.1]:${sshd.port}`;
    echo = await target((socket) => socket.pipe(socket));
  });
  after(async () => {
    await echo[Symbol.asyncDispose]();
    await daemon[Symbol.asyncDispose]();
    await sshd.stop();
  });
  async function afterOurs(
    text: string,
    expected: string | undefined,
    ...config: readonly string[]
  ): Promise<string> {
    await writeFile(sshd.knownHosts, text);
    const sshConfigFile = `${sshd.dir}/config`;
    const lines = ['Host *', ...config, await readFile(sshd.configFile, 'utf8')];
    await writeFile(sshConfigFile, lines.join('\n'));
    const window = await TestWindow.open(daemon, sshd);
    const tunnel = { host: 'test-sshd', localForward: `0:127.0.0.1:${echo.port}` };
    await window.lease({ id: 'user:t', tunnel, want: false, settings: { sshConfigFile } });
    await window.client.start('user:t');
    // The update follows the login. Its absence can't be awaited.
    const isAsExpected = async (): Promise<boolean> =>
      sorted(await readFile(sshd.knownHosts, 'utf8')).join() === sorted(expected ?? '').join();
    const isFollowed = (): boolean => window.log.some((each) => each.includes('known_hosts was updated'));
    await (expected === undefined
      ? window.until(isFollowed, 'followed')
      : eventually('as expected', isAsExpected).catch(() => undefined));
    await sleep(300);
    await window.lease();
    window.disconnect();
    return readFile(sshd.knownHosts, 'utf8');
  }

  /** Has a file of its own: all cases run at the same time, because ssh doesn't say that nothing follows. */
  async function afterSsh(text: string, file: string): Promise<string> {
    await writeFile(file, text);
    const options = ['-F', sshd.configFile, '-o', `UserKnownHostsFile=${file}`];
    const { stderr, code } = await ssh([...options, 'test-sshd', 'sleep 1']);
    assert.equal(code, 0, stderr);
    return readFile(file, 'utf8');
  }

  function line(index: number, names = name): string {
    return `${names} ${sshd.hostKeyLines[index]?.split(' ').slice(0, 2).join(' ') ?? ''}\n`;
  }

  function sorted(text: string): readonly string[] {
    return text.trim().split('\n').sort();
  }

  const another = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGY08M/crDeIaXmnd7xyhVVrBOw3PCCgRQs0ct7Np1CU\n';
  const old = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB9dG4kjRhQTtWTVzd2t27+t0DEHBPW7iOD23TUiYLio\n';
  const securityKey = `${keyLine(securityKeyBlob)}\n`;
  const cases: readonly [title: string, before: () => string][] = [
    ['are added when some are missing', () => line(0)],
    ['stay when the key was accepted just now (accept-new)', () => ''],
    [
      'are removed when the server no longer has the keys',
      () => line(0) + line(1) + line(2) + `${name} ${old}`,
    ],
    ['stay when an old key also belongs to another name', () => `other ${old}${line(0)}${name} ${old}`],
    [
      "are replaced, and other hosts' lines stay",
      () => `# mine\nother ${another}${line(0)}${name} ${old}# end\n`,
    ],
    ['stay when all keys are there', () => line(0) + line(1) + line(2)],
    ['stay when the host is named by a pattern', () => line(0, '[127.0.0.*]:*')],
    ['stay when the host is named in a list', () => line(0, `${name},[a]:1,[b]:2`)],
    ['stay when one of the keys also belongs to another name', () => line(0) + line(1, 'another')],
    ['stay when one of the keys is revoked', () => `${line(0)}@revoked ${line(1)}`],
    [
      'are removed when the server no longer has the key, which is on a security key',
      () => line(0) + line(1) + line(2) + `${name} ${securityKey}`,
    ],
    ['stay when their type is unknown', () => `${line(0)}${name} ssh-new AAAAB3NzaC1uZXc=\n`],
    ['stay when a certificate authority covers the host', () => `${line(0)}@cert-authority ${line(1)}`],
  ];
  describe('as with ssh', () => {
    let theirs: readonly string[];
    before(async () => {
      theirs = await Promise.all(
        cases.map(([, text], index) => afterSsh(text(), `${sshd.dir}/ssh_known_hosts.${index}`)),
      );
    });

    cases.forEach(([title, text], index) => {
      it(title, async () => {
        const expected = theirs[index];
        assert.ok(expected !== undefined);
        assert.deepEqual(sorted(await afterOurs(text(), expected)), sorted(expected));
      });
    });
  });

  it('are not added for RSA keys shorter than RequiredRSASize', async () => {
    assert.equal(await afterOurs(line(0), line(0) + line(2), 'RequiredRSASize 3072'), line(0) + line(2));
  });

  it('are added hashed with HashKnownHosts yes', async () => {
    const text = await afterOurs(line(0), undefined, 'HashKnownHosts yes');
    assert.equal(text.match(/^\|1\|/gm)?.length, 2, text);
  });

  for (const [algorithm, accepted] of [
    ['ssh-rsa', false],
    ['rsa-sha2-256', true],
    ['rsa-sha2-512', true],
  ] as const) {
    it(`${accepted ? 'are added' : 'are not added'} when a server proves an RSA key with ${algorithm}`, async () => {
      const { before, after, rsa } = await afterListing(algorithm, accepted);
      assert.equal(after, accepted ? before + rsa : before);
    });
  }

  it('of a key that is on a security key stay while the server lists it', async () => {
    const { before, after, rsa } = await afterListing('rsa-sha2-256', true, [securityKeyBlob]);
    assert.ok(before.includes('sk-ssh-ed25519@openssh.com'));
    assert.equal(after, before + rsa);
  });

  /** The lines of a hostile server in known_hosts, before and after it has listed its keys, and that of its RSA key. */
  async function afterListing(
    algorithm: string,
    accepted: boolean,
    more: readonly Buffer[] = [],
  ): Promise<{ readonly before: string; readonly after: string; readonly rsa: string }> {
    const rsa = privateKeyOf(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey);
    let peer: HostilePeer | undefined;
    await using server = await hostileServer({
      onReady: (each) => {
        peer = each;
        void listHostKeys(each, rsa, algorithm, more);
      },
    });
    await using dir = await tempDir('rotation-');
    const own = privateKeyOf(hostileHostKey);
    const lineOf = (blob: Buffer): string => `[127.0.0.1]:${server.port} ${keyLine(blob)}\n`;
    const before = [own.blob, ...more].map(lineOf).join('');
    const file = await dir.write('known_hosts', before);
    const log: string[] = [];
    const session = await connectTo(server.port, {
      log: (each) => log.push(each),
      host: {
        userKnownHostsFiles: [file],
        updateHostKeys: 'yes',
        strictHostKeyChecking: 'yes',
        noHostAuthenticationForLocalhost: false,
      },
    });
    const ended = endOf(session);
    // The absence of an update can't be awaited.
    await (accepted
      ? eventually('followed', () => log.some((each) => each.includes('known_hosts was updated')))
      : sleep(300));
    peer?.socket.end();
    await ended;
    return { before, after: await readFile(file, 'utf8'), rsa: lineOf(rsa.blob) };
  }

  it('stay with UpdateHostKeys no', async () => {
    await writeFile(
      sshd.configFile,
      `Host *\n  UpdateHostKeys no\n${await readFile(sshd.configFile, 'utf8')}`,
    );
    assert.equal(await afterOurs(line(0), line(0)), line(0));
  });
});

// Host key lookup, by us and by the installed ssh: the same verdict, line and algorithm.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { after, before, describe, it } from 'mocha';
import { checkHostKey, knownKeys, lookupName } from '../../src/tunnels/ssh/hostKeys/knownHosts';
import { orderHostKeyAlgorithms } from '../../src/tunnels/ssh/transport/algorithms';
import { readKnownHosts } from '../../src/tunnels/ssh/hostKeys/knownHostsFiles';
import { makeKeyPair } from '../support/keyPair';
import { ssh } from '../support/openssh';
import { startSshd } from '../support/sshd';
import type { Sshd } from '../support/sshd';
import { tempDir } from '../support/tempDir';
import type { TempDir } from '../support/tempDir';

const run = promisify(execFile);

interface Target {
  readonly hostName: string;
  readonly port: number;
  readonly hostKeyAlias?: string;
}
const plain: Target = { hostName: 'h.example', port: 22 };
const withPort: Target = { hostName: 'h.example', port: 2222 };
const aliased: Target = { hostName: 'h.example', port: 2222, hostKeyAlias: 'Foo' };

interface Case {
  readonly name: string;
  /** ED, EC and RSA stand for the server's keys, ED2, EC2 and RSA2 for other keys of these types. */
  readonly file: string;
  readonly target?: Target;
  /** Whether `ssh-keygen -H` hashes the names first. */
  readonly hash?: boolean;
  /** Our verdict where, for safety, it differs from ssh's. */
  readonly stricter?: 'revoked';
}

const cases: readonly Case[] = [
  { name: 'an empty file', file: '' },
  { name: 'a line of another host', file: 'x ED' },
  { name: 'all keys of the host', file: 'h.example RSA\nh.example EC\nh.example ED' },
  { name: "the host's Ed25519 key", file: 'h.example ED' },
  { name: "the host's ECDSA key only, which is then requested", file: 'h.example EC' },
  { name: "the host's RSA key only, which is then requested", file: 'h.example RSA' },
  { name: "the host's RSA and ECDSA keys", file: 'h.example RSA\nh.example EC' },
  { name: 'a different Ed25519 key', file: 'h.example ED2' },
  { name: 'a different RSA key', file: 'h.example RSA2' },
  { name: "a different Ed25519 key and the host's RSA key", file: 'h.example ED2\nh.example RSA' },
  { name: "a different RSA key and the host's Ed25519 key", file: 'h.example RSA2\nh.example ED' },
  { name: 'two keys of one type, the second right', file: 'h.example ED2\nh.example ED' },
  { name: 'several names', file: 'x,h.example,y ED' },
  { name: 'a wildcard', file: '*.example ED' },
  { name: 'a question mark', file: '?.exampl? EC' },
  { name: 'a negated name', file: '*,!h.example ED' },
  { name: 'a negated name with a different key', file: '*,!h.example ED2\nh.* ED' },
  { name: 'a name in upper case in the file', file: 'H.EXAMPLE ED' },
  {
    name: 'a name in upper case as the target',
    file: 'h.example ED',
    target: { hostName: 'H.Example', port: 22 },
  },
  { name: 'hashed names', file: 'x RSA2\nh.example EC', hash: true },
  { name: 'a hashed name with another key', file: 'h.example ED2', hash: true },
  { name: 'a hashed name with a port', file: '[h.example]:2222 RSA', target: withPort, hash: true },
  {
    name: 'a hash in a list of names',
    file: 'x,|1|AAAAAAAAAAAAAAAAAAAAAAAAAAA=|AAAAAAAAAAAAAAAAAAAAAAAAAAA= ED',
  },
  { name: 'a broken hash', file: '|1|AAAA|BBBB ED2\nh.example ED' },
  { name: 'a revoked key', file: '@revoked * ED' },
  { name: 'a revoked key that is also known', file: 'h.example ED\n@revoked h.example ED' },
  { name: 'a revoked key beside a known key of another type', file: '@revoked h.example ED\nh.example EC' },
  {
    name: 'a revoked key among several of its type',
    file: 'h.example ED2\n@revoked h.example ED2\nh.example ED',
  },
  { name: 'a different revoked key', file: '@revoked * ED2\nh.example ED' },
  { name: 'a key revoked for another host', file: '@revoked other ED\nh.example ED' },
  { name: 'a certificate authority with the same key', file: '@cert-authority h.example ED' },
  {
    name: 'a certificate authority beside a key of another type',
    file: '@cert-authority h.example ED2\nh.example RSA',
  },
  { name: 'an unknown marker', file: '@nonsense h.example ED2\nh.example ED' },
  { name: 'two markers', file: '@revoked @revoked h.example ED' },
  { name: 'comments and blank lines', file: '# h.example ED2\n\n \t\n  h.example   ED me@here' },
  { name: 'tabs', file: 'h.example\tED\tme' },
  { name: 'Windows line endings', file: 'x ED2\r\nh.example ED\r\n' },
  { name: 'no newline at the end', file: 'h.example ED' },
  { name: 'a broken key', file: 'h.example ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB\nh.example EC' },
  {
    name: "a key type that doesn't match the key",
    file: 'h.example ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIBExEREREREREREREREREREREREREREREREREREREREREREREQ==',
  },
  { name: 'an unknown key type', file: 'h.example ssh-new AAAAB3NzaC1uZXc=\nh.example ED' },
  { name: 'a key of SSH 1', file: 'h.example 1024 35 12345678901234567890\nh.example ED' },
  { name: 'a name without a key', file: 'h.example\nh.example ED' },
  { name: 'a name with a port', file: '[h.example]:2222 RSA', target: withPort },
  { name: 'a name with another port', file: '[h.example]:2223 ED2', target: withPort },
  { name: 'a wildcard for the port', file: '[h.example]:* EC', target: withPort },
  { name: 'a lone *', file: '* ED2', target: withPort },
  { name: 'the name without the port', file: 'h.example ED', target: withPort },
  { name: 'a different key under the name without the port', file: 'h.example ED2', target: withPort },
  { name: "the host's RSA key under the name without the port", file: 'h.example RSA', target: withPort },
  {
    name: "a different key with the port, the host's key without",
    file: '[h.example]:2222 ED2\nh.example ED',
    target: withPort,
  },
  {
    name: 'the key revoked under the name without the port',
    file: '@revoked h.example ED',
    target: withPort,
    stricter: 'revoked',
  },
  { name: 'a revocation after a tab', file: '@revoked\th.example ED', stricter: 'revoked' },
  { name: 'the name with port 22, looked up without a port', file: '[h.example]:22 ED' },
  { name: 'a HostKeyAlias', file: 'foo RSA', target: aliased },
  {
    name: 'a HostKeyAlias, which never has a port',
    file: '[foo]:2222 ED\n[h.example]:2222 ED',
    target: aliased,
  },
  { name: 'a HostKeyAlias with a different key', file: 'foo ED2\nh.example ED', target: aliased },
  { name: 'an IPv6 address', file: '2001:db8::1 EC', target: { hostName: '2001:db8::1', port: 22 } },
  {
    name: 'an IPv6 address with a port',
    file: '[2001:db8::1]:2222 EC',
    target: { hostName: '2001:db8::1', port: 2222 },
  },
];

describe('a host key lookup in known_hosts', () => {
  let sshd: Sshd;
  let dir: TempDir;
  const keys = new Map<string, string>();
  let algorithms: readonly string[];

  before(async () => {
    [sshd, dir] = await Promise.all([startSshd({ hostKeys: ['rsa', 'ecdsa', 'ed25519'] }), tempDir()]);
    const others = await Promise.all(
      (['rsa', 'ecdsa', 'ed25519'] as const).map((kind) => makeKeyPair(dir, kind, kind)),
    );
    ['RSA', 'EC', 'ED'].forEach((name, index) => {
      keys.set(name, sshd.hostKeyLines[index]!);
      keys.set(`${name}2`, others[index]!.line);
    });
    // With it, ssh connects for any name and port.
    const script =
      "const s=require('net').connect(+process.argv[2],'127.0.0.1');process.stdin.pipe(s).pipe(process.stdout)";
    await dir.write('proxy.cjs', script);
    const { stdout } = await ssh(['-F', 'none', '-G', '--', 'x']);
    algorithms = (/^hostkeyalgorithms (.*)$/m.exec(stdout)?.[1] ?? '')
      .split(',')
      .filter((name) => !name.includes('-cert-'));
  });
  after(async () => {
    await sshd.stop();
    await dir.remove();
  });

  for (const [index, { name, file, target = plain, hash = false, stricter }] of cases.entries()) {
    it(`gives the same result as ssh: ${name}`, async () => {
      const path = await dir.write(
        `kh${index}`,
        file.replaceAll(/\b(RSA|EC|ED)2?\b/g, (key) => keys.get(key)!),
      );
      if (hash) {
        await run('ssh-keygen', ['-q', '-H', '-f', path]);
      }
      const [ours, theirs] = await Promise.all([judgeOurs(path, target), judgeOfSsh(path, target)]);
      if (stricter === undefined) {
        assert.deepEqual(ours, theirs);
      } else {
        assert.deepEqual([ours.verdict, ours.algorithm], [stricter, theirs.algorithm]);
        assert.notEqual(theirs.verdict, stricter);
      }
    });
  }

  interface Judgement {
    readonly algorithm: string | undefined;
    readonly verdict: string;
    /** The type of the key that was found, or of a known one instead. */
    readonly line: number | undefined;
  }

  async function judgeOurs(path: string, target: Target): Promise<Judgement> {
    const entries = await readKnownHosts([path]);
    const name = lookupName({ hostKeyAlias: undefined, ...target });
    const order = orderHostKeyAlgorithms(algorithms, knownKeys(entries, name));
    // The server has a key of each type; the first that both support is used (RFC 4253 §7.1).
    const algorithm = order.find((candidate) =>
      /^(ssh-ed25519|ecdsa-sha2-nistp256|rsa-sha2-\d+)$/.test(candidate),
    );
    const type = algorithm?.startsWith('rsa-') ? 'ssh-rsa' : algorithm;
    const key = sshd.hostKeyLines.find((line) => line.startsWith(`${type ?? ''} `))!;
    const verdict = checkHostKey(entries, name, Buffer.from(key.split(' ')[1]!, 'base64'));
    switch (verdict.verdict) {
      case 'known':
        return { algorithm, verdict: 'known', line: verdict.line };
      case 'changed':
        // ssh names the last line that it found.
        return { algorithm, verdict: 'changed', line: Math.max(...verdict.known.map(({ line }) => line)) };
      case 'revoked':
      case 'unknown':
        return { algorithm, verdict: verdict.verdict, line: undefined };
    }
  }

  async function judgeOfSsh(path: string, { hostName, port, hostKeyAlias }: Target): Promise<Judgement> {
    const options = [
      `ProxyCommand=${process.execPath} ${dir.file('proxy.cjs')} ${sshd.port}`,
      `HostName=${hostName}`,
      `Port=${port}`,
      `UserKnownHostsFile=${path}`,
      'BatchMode=yes',
      ...(hostKeyAlias === undefined ? [] : [`HostKeyAlias=${hostKeyAlias}`]),
    ];
    const args = [
      '-v',
      '-F',
      sshd.configFile,
      ...options.flatMap((option) => ['-o', option]),
      '-N',
      '-n',
      'test-sshd',
    ];
    const { stderr: said } = await ssh(args, /Authenticated to|Host key verification failed/);
    const algorithm = /kex: host key algorithm: (\S+)/.exec(said)?.[1];
    if (said.includes('REVOKED HOST KEY DETECTED') && said.includes('was revoked and you have')) {
      const asked = /No \S+ host key is known for/.test(said);
      return { algorithm, verdict: asked ? 'unknown' : 'revoked', line: undefined };
    }
    const changed = /Offending \S+ key in \S+:(\d+)/.exec(said)?.[1];
    const known = /Found key in \S+:(\d+)/.exec(said)?.[1];
    const verdict =
      changed === undefined ? (said.includes('Authenticated to') ? 'known' : 'unknown') : 'changed';
    const line = changed ?? known;
    return { algorithm, verdict, line: line === undefined ? undefined : Number(line) };
  }
});

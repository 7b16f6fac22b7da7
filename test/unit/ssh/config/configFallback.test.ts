// ssh_config where there is no ssh: what is understood, and that nothing in it is ever run.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { Destination } from '../../../../src/tunnels/config/definition';
import { localUser } from '../../../../src/tunnels/ssh/config/localUser';
import type { ResolvedHost } from '../../../../src/tunnels/ssh/config/resolvedHost';
import { resolveHost } from '../../../../src/tunnels/ssh/config/resolveHost';
import { tempDir } from '../../../support/tempDir';
import type { TempDir } from '../../../support/tempDir';

const { name: me, home } = localUser();

interface Case {
  readonly name: string;
  /** `DIR` stands for the test's folder. */
  readonly config: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly destination?: Destination;
  readonly expected: Partial<ResolvedHost>;
}

const cases: readonly Case[] = [
  {
    name: 'nothing at all',
    config: '',
    expected: { hostName: 'web', port: 22, user: me, ciphers: undefined },
  },
  {
    name: 'the first value',
    config: 'Host web\n Port 1\nHost *\n Port 2\n User all',
    expected: { port: 1, user: 'all' },
  },
  {
    name: 'what the tunnel says',
    config: 'Host *\n Port 2\n User a',
    destination: { host: 'web', user: 'b', port: 3 },
    expected: { port: 3, user: 'b' },
  },
  { name: 'patterns', config: 'Host w?b *.x\n Port 1', expected: { port: 1 } },
  { name: 'a veto', config: 'Host * !web\n Port 1', expected: { port: 22 } },
  {
    name: 'keywords in any case, with =',
    config: 'hOST=web\n  pORT=7\n  user = you',
    expected: { port: 7, user: 'you' },
  },
  { name: 'quotes', config: 'Host web\n IdentityFile "/a b/c"', expected: { identityFiles: ['/a b/c'] } },
  { name: 'lines before any Host', config: 'Port 9\nHost web\n Port 8', expected: { port: 9 } },
  {
    name: 'HostName with a token',
    config: 'Host web\n HostName %h.Example.org',
    expected: { hostName: 'web.example.org' },
  },
  {
    name: 'keys that add up, with ~ and tokens',
    config: 'Host web\n IdentityFile ~/%r\nHost *\n IdentityFile /k/%h\n User you',
    expected: { identityFiles: [`${home}/you`, '/k/web'] },
  },
  {
    name: 'the default keys',
    config: '',
    expected: {
      identityFiles: ['id_rsa', 'id_ecdsa', 'id_ecdsa_sk', 'id_ed25519', 'id_ed25519_sk'].map(
        (key) => `${home}/.ssh/${key}`,
      ),
    },
  },
  {
    name: 'known_hosts files',
    config: 'UserKnownHostsFile ~/a /b/%h\nGlobalKnownHostsFile none',
    expected: { userKnownHostsFiles: [`${home}/a`, '/b/web'], globalKnownHostsFiles: [] },
  },
  {
    name: 'durations',
    config: 'ConnectTimeout 1m30s\nServerAliveInterval 2h',
    expected: { connectTimeout: 90, serverAliveInterval: 7200 },
  },
  {
    name: 'a list of algorithms',
    config: 'Ciphers a,b\nMACs +c\nKexAlgorithms ^d\nHostKeyAlgorithms -e',
    expected: {
      ciphers: ['a', 'b'],
      macs: undefined,
      kexAlgorithms: undefined,
      hostKeyAlgorithms: undefined,
    },
  },
  {
    name: 'older keywords',
    config: 'ChallengeResponseAuthentication no\nPubkeyAcceptedKeyTypes x',
    expected: { kbdInteractiveAuthentication: false, pubkeyAcceptedAlgorithms: ['x'] },
  },
  { name: 'strictness', config: 'StrictHostKeyChecking off', expected: { strictHostKeyChecking: 'no' } },
  {
    name: 'ProxyJump first',
    config: 'ProxyJump a\nProxyCommand b',
    expected: { proxyJump: 'a', proxyCommand: undefined },
  },
  {
    name: 'ProxyCommand first',
    config: 'ProxyCommand nc -X "a b" %h\nProxyJump a',
    expected: { proxyCommand: 'nc -X "a b" %h', proxyJump: undefined },
  },
  {
    name: 'no jump after all',
    config: 'Host web\n ProxyJump none\nHost *\n ProxyJump a',
    expected: { proxyJump: undefined },
  },
  { name: 'Match all', config: 'Match all\n Port 1', expected: { port: 1 } },
  {
    name: 'Match host, by its HostName',
    config: 'HostName x.org\nMatch host *.org\n Port 1',
    expected: { port: 1 },
  },
  { name: 'Match host, in upper case', config: 'Match host WEB\n Port 1', expected: { port: 1 } },
  {
    name: 'Match originalhost',
    config: 'HostName x.org\nMatch originalhost web,other\n Port 1',
    expected: { port: 1 },
  },
  { name: 'Match user', config: 'User you\nMatch user y*\n Port 1', expected: { port: 1 } },
  { name: 'Match localuser', config: `Match localuser ${me}\n Port 1`, expected: { port: 1 } },
  {
    name: 'Match of two, one failing',
    config: 'Match host web user nobody-such\n Port 1',
    expected: { port: 22 },
  },
  {
    name: 'Match with a negation',
    config: 'Match !host web\n Port 1\nMatch !host x !originalhost y\n Port 2',
    expected: { port: 2 },
  },
  {
    name: 'Match canonical and final, which never come',
    config: 'Match final\n Port 1\nMatch canonical\n Port 2',
    expected: { port: 22 },
  },
  {
    name: 'Match with a negated exec, which is not run either',
    config: 'Match !exec false\n Port 1',
    expected: { port: 22 },
  },
  {
    name: 'Match exec, which is not run',
    config: 'Match exec "touch DIR/ran"\n Port 1\nMatch host web exec "touch DIR/ran"\n Port 2',
    expected: { port: 22 },
  },
  {
    name: 'CanonicalizeHostname, which looks nothing up',
    config: 'Host web\n CanonicalizeHostname yes\n CanonicalDomains invalid',
    expected: { hostName: 'web' },
  },
  {
    name: 'Include, in order, with wildcards',
    config: 'Include DIR/conf.d/*.conf\nPort 3',
    files: {
      'conf.d/b.conf': 'User b\nPort 2',
      'conf.d/a.conf': 'User a',
      'conf.d/.hidden.conf': 'User h',
      'conf.d/c.txt': 'Compression yes',
    },
    expected: { user: 'a', port: 2, compression: false },
  },
  {
    name: 'Include within a block',
    config: 'Host other\n Include DIR/no\nHost web\n Include DIR/yes\n Port 4\nHost *\n User u',
    files: { no: 'Host web\n Port 1', yes: 'Host other\n Port 2\nHost web\n Compression yes' },
    expected: { port: 4, compression: true, user: 'u' },
  },
  {
    name: 'Include of what is not there',
    config: 'Include DIR/missing DIR/no*\nPort 5',
    expected: { port: 5 },
  },
];

describe('ssh_config without an ssh', () => {
  let dir: TempDir;
  beforeEach(async () => {
    dir = await tempDir();
  });
  afterEach(() => dir.remove());

  function resolve(configFile: string, destination: Destination = { host: 'web' }): Promise<ResolvedHost> {
    return resolveHost(destination, { configFile, env: {}, sshProgram: dir.file('no-ssh') });
  }

  for (const { name, config, files = {}, destination, expected } of cases) {
    it(name, async () => {
      for (const [file, text] of Object.entries(files)) {
        await dir.write(file, text);
      }
      const configFile = await dir.write('config', config.replaceAll('DIR', dir.path));
      const host = await resolve(configFile, destination);
      const told = Object.fromEntries(
        Object.keys(expected).map((key) => [key, host[key as keyof ResolvedHost]]),
      );
      assert.deepEqual(told, expected);
      assert.equal(existsSync(dir.file('ran')), false);
    });
  }

  it('reads no file for none', async () => {
    assert.equal((await resolve('none')).hostName, 'web');
  });

  it('refuses a file that is not there when it was asked for', async () => {
    await assert.rejects(resolve(dir.file('missing')), { code: 'InvalidDefinition' });
  });

  it('refuses an Include that includes itself', async () => {
    const file = await dir.write('config', `Include ${dir.file('config')}\n`);
    await assert.rejects(resolve(file), /more than 16 files deep/);
  });

  for (const broken of ['Host "web\n', 'Match host\n']) {
    it(`refuses ${JSON.stringify(broken)}`, async () => {
      const file = await dir.write('config', broken);
      await assert.rejects(resolve(file), (error) => error instanceof Error && error.message.includes(file));
    });
  }
});

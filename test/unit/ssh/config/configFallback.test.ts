// Reading ssh_config without an ssh program: what is understood, and that no command in it is ever run.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { Destination } from '../../../../src/tunnels/config/definition';
import { localUser } from '../../../../src/tunnels/ssh/config/localUser';
import type { HostConfig } from '../../../../src/tunnels/ssh/config/hostConfig';
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
  readonly expected: Partial<HostConfig>;
}

const cases: readonly Case[] = [
  {
    name: 'takes the defaults for an empty file',
    config: '',
    expected: { hostName: 'web', port: 22, user: me, ciphers: undefined },
  },
  {
    name: 'takes the first value of a keyword',
    config: 'Host web\n Port 1\nHost *\n Port 2\n User all',
    expected: { port: 1, user: 'all' },
  },
  {
    name: 'prefers the user and the port of the tunnel',
    config: 'Host *\n Port 2\n User a',
    destination: { host: 'web', user: 'b', port: 3 },
    expected: { port: 3, user: 'b' },
  },
  { name: 'matches Host patterns with ? and *', config: 'Host w?b *.x\n Port 1', expected: { port: 1 } },
  {
    name: 'skips a Host block that a negated pattern excludes',
    config: 'Host * !web\n Port 1',
    expected: { port: 22 },
  },
  {
    name: 'accepts keywords in any case, and with =',
    config: 'hOST=web\n  pORT=7\n  user = you',
    expected: { port: 7, user: 'you' },
  },
  {
    name: 'accepts a value in quotes',
    config: 'Host web\n IdentityFile "/a b/c"',
    expected: { identityFiles: ['/a b/c'] },
  },
  {
    name: 'applies lines before any Host block first',
    config: 'Port 9\nHost web\n Port 8',
    expected: { port: 9 },
  },
  {
    name: 'expands a token in HostName',
    config: 'Host web\n HostName %h.Example.org',
    expected: { hostName: 'web.example.org' },
  },
  {
    name: 'adds up all IdentityFile lines, and expands ~ and tokens in them',
    config: 'Host web\n IdentityFile ~/%r\nHost *\n IdentityFile /keys/%h\n User you',
    expected: { identityFiles: [`${home}/you`, '/keys/web'] },
  },
  {
    name: 'takes the default key files without an IdentityFile',
    config: '',
    expected: {
      identityFiles: ['id_rsa', 'id_ecdsa', 'id_ecdsa_sk', 'id_ed25519', 'id_ed25519_sk'].map(
        (key) => `${home}/.ssh/${key}`,
      ),
    },
  },
  {
    name: 'reads lists of known_hosts files, and none',
    config: 'UserKnownHostsFile ~/a /others/%h\nGlobalKnownHostsFile none',
    expected: { userKnownHostsFiles: [`${home}/a`, '/others/web'], globalKnownHostsFiles: [] },
  },
  {
    name: 'reads durations with units',
    config: 'ConnectTimeout 1m30s\nServerAliveInterval 2h',
    expected: { connectTimeout: 90, serverAliveInterval: 7200 },
  },
  {
    name: 'takes a plain list of algorithms, and ignores unknown ones in lists with +, ^ and -',
    config: 'Ciphers a,b\nMACs +c\nKexAlgorithms ^d\nHostKeyAlgorithms -e',
    expected: {
      ciphers: ['a', 'b'],
      macs: undefined,
      kexAlgorithms: undefined,
      hostKeyAlgorithms: undefined,
    },
  },
  {
    name: 'accepts older names of keywords',
    config: 'ChallengeResponseAuthentication no\nPubkeyAcceptedKeyTypes x',
    expected: { kbdInteractiveAuthentication: false, pubkeyAcceptedAlgorithms: ['x'] },
  },
  {
    name: 'takes StrictHostKeyChecking off as no',
    config: 'StrictHostKeyChecking off',
    expected: { strictHostKeyChecking: 'no' },
  },
  {
    name: 'takes the ProxyJump that comes before a ProxyCommand',
    config: 'ProxyJump a\nProxyCommand b',
    expected: { proxyJump: 'a', proxyCommand: undefined },
  },
  {
    name: 'takes the ProxyCommand that comes before a ProxyJump',
    config: 'ProxyCommand nc -X "a b" %h\nProxyJump a',
    expected: { proxyCommand: 'nc -X "a b" %h', proxyJump: undefined },
  },
  {
    name: 'takes no jump host when ProxyJump none comes first',
    config: 'Host web\n ProxyJump none\nHost *\n ProxyJump a',
    expected: { proxyJump: undefined },
  },
  { name: 'applies Match all', config: 'Match all\n Port 1', expected: { port: 1 } },
  {
    name: 'applies Match host by the HostName',
    config: 'HostName x.org\nMatch host *.org\n Port 1',
    expected: { port: 1 },
  },
  { name: 'applies Match host in any case', config: 'Match host WEB\n Port 1', expected: { port: 1 } },
  {
    name: 'applies Match originalhost by the alias',
    config: 'HostName x.org\nMatch originalhost web,other\n Port 1',
    expected: { port: 1 },
  },
  { name: 'applies Match user', config: 'User you\nMatch user y*\n Port 1', expected: { port: 1 } },
  { name: 'applies Match localuser', config: `Match localuser ${me}\n Port 1`, expected: { port: 1 } },
  {
    name: 'skips a Match block when one of two criteria fails',
    config: 'Match host web user nobody-such\n Port 1',
    expected: { port: 22 },
  },
  {
    name: 'applies negated Match criteria',
    config: 'Match !host web\n Port 1\nMatch !host x !originalhost y\n Port 2',
    expected: { port: 2 },
  },
  {
    name: 'skips Match canonical and Match final',
    config: 'Match final\n Port 1\nMatch canonical\n Port 2',
    expected: { port: 22 },
  },
  {
    name: 'skips a negated Match exec',
    config: 'Match !exec false\n Port 1',
    expected: { port: 22 },
  },
  {
    name: 'skips Match exec, and does not run it',
    config: 'Match exec "touch DIR/ran"\n Port 1\nMatch host web exec "touch DIR/ran"\n Port 2',
    expected: { port: 22 },
  },
  {
    name: 'ignores CanonicalizeHostname',
    config: 'Host web\n CanonicalizeHostname yes\n CanonicalDomains invalid',
    expected: { hostName: 'web' },
  },
  {
    name: 'reads included files in order, with wildcards',
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
    name: 'applies an Include within a block only if the block matches',
    config: 'Host other\n Include DIR/no\nHost web\n Include DIR/yes\n Port 4\nHost *\n User u',
    files: { no: 'Host web\n Port 1', yes: 'Host other\n Port 2\nHost web\n Compression yes' },
    expected: { port: 4, compression: true, user: 'u' },
  },
  {
    name: 'ignores an Include of a missing file',
    config: 'Include DIR/missing DIR/no*\nPort 5',
    expected: { port: 5 },
  },
];

describe('reading ssh_config without ssh', () => {
  let dir: TempDir;
  beforeEach(async () => {
    dir = await tempDir();
  });
  afterEach(() => dir.remove());

  function resolve(configFile: string, destination: Destination = { host: 'web' }): Promise<HostConfig> {
    return resolveHost(destination, { configFile, env: {}, sshProgram: dir.file('no-ssh') });
  }

  for (const { name, config, files = {}, destination, expected } of cases) {
    it(name, async () => {
      for (const [file, text] of Object.entries(files)) {
        await dir.write(file, text);
      }
      const configFile = await dir.write('config', config.replaceAll('DIR', dir.path));
      const host = await resolve(configFile, destination);
      const actual = Object.fromEntries(
        Object.keys(expected).map((key) => [key, host[key as keyof HostConfig]]),
      );
      assert.deepEqual(actual, expected);
      assert.equal(existsSync(dir.file('ran')), false);
    });
  }

  for (const line of [
    'KexAlgorithms +diffie-hellman-group1-sha1,diffie-hellman-group14-sha1',
    'Ciphers ^aes256-gcm@openssh.com',
    'Ciphers +aes128-cbc',
    'MACs -*sha1*,umac-*',
    'HostKeyAlgorithms +ssh-rsa',
  ]) {
    it(`has the algorithms that ssh offers: ${line}`, async () => {
      const [keyword = ''] = line.split(' ');
      const key = (keyword.charAt(0).toLowerCase() +
        keyword.slice(1).replace('ACs', 'acs')) as keyof HostConfig;
      const configFile = await dir.write('config', line);
      const withSsh = await resolveHost({ host: 'web' }, { configFile, env: process.env });
      // Newer versions of ssh have more key exchanges, which are not supported here.
      const supported = (list: unknown): readonly string[] =>
        (list as readonly string[]).filter((name) => !/mlkem|sntrup|webauthn/.test(name));
      assert.deepEqual(supported((await resolve(configFile))[key]), supported(withSsh[key]));
    });
  }

  it('reads no file for the file name "none"', async () => {
    assert.equal((await resolve('none')).hostName, 'web');
  });

  it('refuses a missing file that was asked for by name', async () => {
    await assert.rejects(resolve(dir.file('missing')), { code: 'InvalidDefinition' });
  });

  it('refuses an Include that includes itself', async () => {
    const file = await dir.write('config', `Include ${dir.file('config')}\n`);
    await assert.rejects(resolve(file), /more than 16 levels deep/);
  });

  for (const broken of ['Host "web\n', 'Match host\n']) {
    it(`refuses the line ${JSON.stringify(broken)}, and names the file`, async () => {
      const file = await dir.write('config', broken);
      await assert.rejects(resolve(file), (error) => error instanceof Error && error.message.includes(file));
    });
  }
});

// Reading ssh_config without an ssh program: what is understood, beyond what sshConfig.test.ts compares with ssh.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { Destination } from '../../../../../src/tunnels/config/definition';
import { localUser } from '../../../../../src/tunnels/ssh/config/localUser';
import type { HostConfig } from '../../../../../src/tunnels/ssh/config/hostConfig';
import { resolveHost } from '../../../../../src/tunnels/ssh/config/resolveHost';
import { TunnelFailure } from '../../../../../src/tunnels/errors/errors';
import { eventually } from '../../../../support/eventually';
import { tempDir } from '../../../../support/tempDir';
import type { TempDir } from '../../../../support/tempDir';

const { name: me, home } = localUser();
const isWindows = process.platform === 'win32';

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
  { name: 'warns of weak key exchanges', config: '', expected: { warnWeakCrypto: true } },
  {
    name: 'knows WarnWeakCrypto of OpenSSH 10.1',
    config: 'WarnWeakCrypto no-pq-kex',
    expected: { warnWeakCrypto: false },
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
    name: 'reads the files again for Match final, where Match canonical applies as well',
    config: 'HostName x.org\nMatch canonical\n Port 2\nMatch final host x.org\n User you',
    expected: { port: 2, user: 'you', hostName: 'x.org' },
  },
  {
    name: 'skips Match canonical and negated Match final when the files are read once',
    config: 'Match canonical\n Port 2\nMatch !canonical\n User you',
    expected: { port: 22, user: 'you' },
  },
  {
    name: 'runs the command of Match exec, with its tokens, and its negation',
    config: `Match exec "${isWindows ? 'if not %n == web exit 1' : 'test %n = web'}"
      Port 1
      Match !exec "exit 1"
      User you
      Match exec "exit 1"
      Compression yes`,
    expected: { port: 1, user: 'you', compression: false },
  },
  {
    name: 'runs no command of Match exec when a criterion before it fails',
    config: 'Match host x exec "echo x>DIR/ran"\n Port 1',
    expected: { port: 22 },
  },
  {
    name: 'applies Match tagged, sessiontype and command',
    config: 'Tag a\nMatch tagged a,b sessiontype none command ""\n Port 1\nMatch tagged ""\n User you',
    expected: { port: 1, user: me },
  },
  {
    name: 'applies Match localnetwork',
    config:
      'Match localnetwork 127.0.0.0/8\n Port 1\nMatch localnetwork 198.51.100.7,2001:db8:ffff::/48\n User you',
    expected: { port: 1, user: me },
  },
  {
    name: 'takes a Match criterion with an equals sign',
    config: 'Match host=web user="root,*"\n Port 1',
    expected: { port: 1 },
  },
  {
    name: 'never matches the version of ssh, since there is none',
    config: 'Match version *\n Port 1\nMatch !version x\n Port 2',
    expected: { port: 22 },
  },
  {
    name: 'keeps the host when no canonical domain has it',
    config: 'Host web\n CanonicalizeHostname yes\n CanonicalDomains invalid',
    expected: { hostName: 'web' },
  },
  {
    name: 'reads single quotes, quotes within a word, and escapes',
    config: String.raw`IdentityFile '/a b'"/c d"/e\ f\\g` + '\nIdentityFile /#x # no',
    expected: { identityFiles: ['/a b/c d/e f\\g', '/#x'] },
  },
  {
    name: 'takes the whole line behind a keyword whose value is a command',
    config: `ProxyCommand = sh -c 'nc "%h"  %p'\nKnownHostsCommand /usr/bin/kh  -H "a b" %H`,
    expected: { proxyCommand: `sh -c 'nc "%h"  %p'`, knownHostsCommand: '/usr/bin/kh  -H "a b" %H' },
  },
  {
    name: 'reads lines that end with CR LF',
    config: 'Port 7\r\n# comment\r\nUser you\r\n',
    expected: { port: 7, user: 'you' },
  },
  {
    name: 'takes the name of a service as the port',
    config: 'Port ssh',
    expected: { port: 22 },
  },
  {
    name: 'leaves out what IgnoreUnknown names, and what only the ssh of another system knows',
    config: 'IgnoreUnknown Foo*,bar\nFooBar 1\nBAR x\nUseKeychain yes\nGSSAPITrustDns yes\nProtocol 2',
    expected: { port: 22 },
  },
  {
    name: 'takes a ProxyCommand after ProxyJump none',
    config: 'ProxyJump none\nProxyCommand nc %h %p',
    expected: { proxyJump: undefined, proxyCommand: 'nc %h %p' },
  },
  {
    name: 'lets a time of none be set again',
    config: 'ServerAliveInterval none\nServerAliveInterval 1m30',
    expected: { serverAliveInterval: 90 },
  },
  {
    name: 'expands tokens and variables in the path of an Include',
    config: 'Include DIR/%n.conf DIR/${NAME}',
    files: { 'web.conf': 'Port 7', other: 'User you' },
    expected: { port: 7, user: 'you' },
  },
  {
    name: 'understands brackets in an Include as glob does',
    config: 'Include DIR/d/[0-9]* DIR/d/[!0-9]?[[:upper:]] DIR/d/[ab',
    files: {
      'd/1': 'Port 1',
      'd/x1Y': 'User you',
      'd/w1y': 'User no',
      'd/[ab': 'Compression yes',
      'd/.2': 'Port 2',
    },
    expected: { port: 1, user: 'you', compression: true },
  },
  {
    name: 'understands a backslash in an Include as glob does',
    config: 'Include DIR/d/\\\\*',
    files: { 'd/*': 'HashKnownHosts yes', 'd/1': 'Port 1' },
    expected: { hashKnownHosts: true, port: 22 },
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
    return resolveHost(destination, {
      configFile,
      env: { NAME: 'other', PATH: process.env['PATH'] },
      sshProgram: dir.file('no-ssh'),
    });
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

  const refused: readonly (readonly [line: string, reason: RegExp])[] = [
    ['Host "web', /line 2: invalid quotes\.$/],
    ['Match host', /line 2: Bad Match condition\.$/],
    ['Match foo bar', /line 2: Bad Match condition\.$/],
    ['Hostnam x', /line 2: Bad configuration option: hostnam\.$/],
    ['Compression maybe', /line 2: unsupported option "maybe"\.$/],
    ['User', /line 2: no argument after keyword "user"\.$/],
    ['User a b', /line 2: keyword user extra arguments at end of line\.$/],
    ['ConnectTimeout 1x', /line 2: invalid time value\.$/],
    ['IdentityAgent ${NOT_SET}/x', /line 2: the variable NOT_SET is not set\.$/],
    ['RefuseConnection "use another host"', /refuses connections to "web" .* line 2\): use another host\.$/],
  ];
  for (const [line, reason] of refused) {
    it(`refuses a line, with its number and what ssh says of it: ${line}`, async () => {
      const file = await dir.write('config', `Port 1\n${line}\n`);
      await assert.rejects(
        resolve(file),
        (error) => error instanceof Error && error.message.includes(file) && reason.test(error.message),
      );
    });
  }

  it('refuses an included file that others can write, and says how to mend that', async () => {
    const included = await dir.write('more', 'Port 1');
    const file = await dir.write('config', `Include ${included}\n`);
    await chmod(file, 0o666);
    assert.equal((await resolve(file)).port, 1);
    await chmod(included, 0o620);
    await assert.rejects(resolve(file), (error) => {
      assert.ok(error instanceof TunnelFailure);
      assert.match(error.message, /^ssh refuses to read .*more: other users can write to it/);
      return true;
    });
  });

  it('takes a folder for an empty file', async () => {
    assert.equal((await resolve(dir.path)).port, 22);
  });

  it('refuses a pipe without waiting for it', async () => {
    execFileSync('mkfifo', [dir.file('pipe')]);
    await assert.rejects(resolve(dir.file('pipe')), /It is not a regular file/);
  });

  it('ends a Match exec when nobody waits any more', async () => {
    const script = await dir.write(
      'run.js',
      "require('node:fs').writeFileSync(process.argv[2], ''); setInterval(() => {}, 1000)",
    );
    const file = await dir.write('config', `Match exec "${process.execPath} ${script} ${dir.file('ran')}"\n`);
    const controller = new AbortController();
    const resolving = resolveHost(
      { host: 'web' },
      { configFile: file, env: process.env, sshProgram: dir.file('no-ssh'), signal: controller.signal },
    );
    const rejected = assert.rejects(resolving, /nobody waits/);
    await eventually('the command runs', () => existsSync(dir.file('ran')));
    controller.abort(new Error('nobody waits'));
    await rejected;
  });
});

// ssh_config, as we resolve it and as the installed ssh does.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { localUser } from '../../src/tunnels/ssh/config/localUser';
import type { HostConfig } from '../../src/tunnels/ssh/config/hostConfig';
import { resolveHost } from '../../src/tunnels/ssh/config/resolveHost';
import { ssh } from '../support/openssh';
import { configsOfTools } from '../support/configFuzz/generatedByTools';
import { tempDir } from '../support/tempDir';
import type { TempDir } from '../support/tempDir';

const { home, name: me } = localUser();
/** Seen by both sides. */
const env = process.env;
env['SSH_TUNNELS_TEST'] = '/from/env';
env['SSH_TUNNELS_EMPTY'] = '';

/** Each config for the host `web` by default; our result must be what ssh prints and does. */
const configs: readonly (readonly [name: string, config: string, host?: string])[] = [
  ['an empty config', ''],
  ['the first of several values', 'Host web\n Port 1\nHost *\n Port 2\n User all'],
  ['HostName with tokens', 'Host web\n HostName %h.%%.Example.org'],
  ['a host name in upper case', 'Host WEB\n Port 1', 'WEB'],
  ['a negated pattern', 'Host * !web\n Port 1\n'],
  ['keywords in any case, with = and quotes', 'hOST="web"\n pORT="7"\n uSER = you'],
  ['a comment at the end of a line', 'Host web # here\n Port 7 # there'],
  ['a user with a backslash', 'Host web\n User DOM\\me'],
  [
    'IdentityFile with tokens',
    'Host web\n User u\n Port 9\n HostName x.org\n IdentityFile ~/%n-%h-%p-%r-%u-%i-%l-%L-%k-%%',
  ],
  ['IdentityFile with %d and a variable', 'IdentityFile %d/a\nIdentityFile ${SSH_TUNNELS_TEST}/b'],
  [
    'IdentityFile in several blocks',
    'Host web\n IdentityFile ~/a\nHost *\n IdentityFile /b\n IdentityFile ~/a',
  ],
  ['IdentityFile with spaces', 'IdentityFile "/a b/c d"'],
  ['IdentityFile with ~user', `IdentityFile ~${me}/k`],
  [
    'IdentityFile with %C, the connection hash',
    'Host web\n HostName x.org\n Port 77\n User u\n IdentityFile /k/%C',
  ],
  ['IdentityFile none', 'IdentityFile none'],
  ['%k with a HostKeyAlias', 'HostKeyAlias Foo\nIdentityFile /k/%k'],
  ['IdentitiesOnly', 'IdentitiesOnly yes'],
  ['IdentityAgent none', 'IdentityAgent none'],
  ['IdentityAgent with a path', 'IdentityAgent ~/%n/agent'],
  ['IdentityAgent SSH_AUTH_SOCK', 'IdentityAgent SSH_AUTH_SOCK'],
  ['IdentityAgent with a variable', 'IdentityAgent ${SSH_TUNNELS_TEST}/agent'],
  ['IdentityAgent with a variable that is empty', 'IdentityAgent ${SSH_TUNNELS_EMPTY}'],
  ["Debian's old keywords for a keep-alive", 'SetupTimeOut 5\nUseBlacklistedKeys no'],
  ['times with a sign', 'ServerAliveInterval +1h+30m\nConnectTimeout +5'],
  ['lists with repeated and empty names', 'Ciphers aes128-ctr,,aes256-ctr,\nMACs hmac-sha1,hmac-sha1'],
  ['a list of key algorithms with wildcards', 'PubkeyAcceptedAlgorithms ssh-ed25519,rsa-sha2-25?'],
  ['known_hosts files', 'UserKnownHostsFile ~/a /b/%n\nGlobalKnownHostsFile /c /d'],
  ['known_hosts files with spaces', 'UserKnownHostsFile "/a b/c" /d\nGlobalKnownHostsFile "/e f"'],
  ['known_hosts files set to none', 'UserKnownHostsFile none\nGlobalKnownHostsFile none'],
  ['HostKeyAlias', 'HostKeyAlias FooBar'],
  ['StrictHostKeyChecking yes', 'StrictHostKeyChecking yes'],
  ['StrictHostKeyChecking off', 'StrictHostKeyChecking off'],
  ['StrictHostKeyChecking accept-new', 'StrictHostKeyChecking accept-new'],
  ['BindInterface, TCPKeepAlive', 'BindInterface eth0\nTCPKeepAlive no'],
  ['RekeyLimit', 'RekeyLimit 500M 1h30m'],
  ['RekeyLimit with bytes alone', 'RekeyLimit 2g'],
  ['RekeyLimit default', 'RekeyLimit default 600'],
  ['RekeyLimit none', 'RekeyLimit 1K none'],
  ['PermitRemoteOpen none', 'PermitRemoteOpen none'],
  ['PermitRemoteOpen any', 'PermitRemoteOpen any\nPermitRemoteOpen none'],
  ['PermitRemoteOpen with targets', 'PermitRemoteOpen db.internal:5432 [::1]:80 *:443 127.0.0.1:*'],
  ['HashKnownHosts, UpdateHostKeys', 'HashKnownHosts yes\nUpdateHostKeys no'],
  ['CheckHostIP', 'CheckHostIP yes'],
  ['VerifyHostKeyDNS, which turns UpdateHostKeys off', 'VerifyHostKeyDNS ask'],
  ['PKCS11Provider, HostbasedAuthentication', 'PKCS11Provider /usr/lib/card.so\nHostbasedAuthentication yes'],
  [
    'options that are not used',
    'AddKeysToAgent confirm\nTunnel ethernet\nPermitLocalCommand yes\nLocalCommand true',
  ],
  ['a list of ciphers', 'Ciphers aes128-gcm@openssh.com'],
  [
    'algorithm lists that change the default',
    'MACs -hmac-sha1\nHostKeyAlgorithms +ssh-rsa\nKexAlgorithms ^curve25519-sha256',
  ],
  ['an algorithm list equal to the default', 'Ciphers +aes128-ctr'],
  ['PubkeyAcceptedAlgorithms', 'PubkeyAcceptedAlgorithms +ssh-rsa\nHostKeyAlgorithms +ssh-rsa'],
  ['PubkeyAcceptedAlgorithms -', 'PubkeyAcceptedAlgorithms -ecdsa*,rsa-sha2-256\nHostKeyAlgorithms -rsa*'],
  [
    'PubkeyAcceptedAlgorithms ^',
    'PubkeyAcceptedAlgorithms ^ssh-rsa,rsa-sha2-256\nHostKeyAlgorithms ^rsa-sha2-256',
  ],
  ['RequiredRSASize', 'RequiredRSASize 3072'],
  ['RequiredRSASize below the minimum', 'RequiredRSASize 512'],
  ['durations', 'ConnectTimeout 1m30s\nServerAliveInterval 2m\nServerAliveCountMax 9'],
  ['AddressFamily, BindAddress, Compression', 'AddressFamily inet6\nBindAddress 127.0.0.1\nCompression yes'],
  [
    'authentication options',
    'PreferredAuthentications publickey,password\nNumberOfPasswordPrompts 1\nPasswordAuthentication no\nKbdInteractiveAuthentication no',
  ],
  ['PubkeyAuthentication no', 'PubkeyAuthentication no'],
  ['PubkeyAuthentication unbound', 'PubkeyAuthentication unbound'],
  ['ProxyJump', 'ProxyJump u@1.2.3.4:99,[::1]:22,ssh://x@y:44'],
  ['ProxyJump none', 'Host web\n ProxyJump none\nHost *\n ProxyJump a'],
  ['ProxyCommand', 'ProxyCommand nc  "x y"   %h %p'],
  ['ControlPath with tokens', 'ControlPath ~/cm-%n-%C\nControlMaster auto'],
  ['ControlMaster yes', 'ControlPath ~/cm-%C\nControlMaster yes'],
  ['ProxyCommand none', 'Host web\n ProxyCommand none\nHost *\n ProxyCommand a'],
  ['ExitOnForwardFailure', 'ExitOnForwardFailure yes'],
  ['ForwardX11Timeout, XAuthLocation', 'ForwardX11Timeout 2m\nXAuthLocation /opt/X11/bin/xauth'],
  ['ForwardX11Timeout 0', 'ForwardX11Timeout 0'],
  ['Match', 'Match originalhost web user root,you\n Port 3\nMatch all\n Compression yes'],
  ['Match with negation', 'Match !originalhost x,y localuser *\n Port 3\nMatch !originalhost web\n Port 4'],
  ['HostName in upper case', 'HostName WEB.Example.org'],
  ['Match exec', 'Match exec "test %h = web"\n Port 3\nMatch exec false\n User no'],
  ['Match final', 'HostName x.org\nMatch final host x.org\n Port 3'],
  ['Include with wildcards', 'Include DIR/conf.d/*\nPort 4'],
  ['Include within a block', 'Host other\n Include DIR/conf.d/a\nHost web\n Include DIR/conf.d/b'],
  ['an IPv4 address', '', '10.1.2.3'],
  ['an IPv6 address', '', '::1'],
  [
    'RemoteCommand and ForkAfterAuthentication',
    'RemoteCommand x\nForkAfterAuthentication yes\nRequestTTY force',
  ],
];

/** Words of `ssh -G` that mean yes. */
const yes = new Set(['yes', 'true', 'unbound', 'host-bound']);

describe('ssh_config, read by the installed ssh', () => {
  let dir: TempDir;
  beforeEach(async () => {
    dir = await tempDir();
    await dir.write('conf.d/a', 'Port 1\nUser a');
    await dir.write('conf.d/b', 'Host web\n Compression yes\nHost *\n ServerAliveInterval 5');
  });
  afterEach(() => dir.remove());

  for (const [name, config, host = 'web'] of configs) {
    it(`gives the same result as ssh: ${name}`, async () => {
      const configFile = await dir.write('config', config.replaceAll('DIR', dir.path));
      const [resolved, printed, defaults, keys] = await Promise.all([
        resolveHost({ host }, { configFile, env }),
        ssh(['-F', configFile, '-N', '-G', '--', host]),
        ssh(['-F', 'none', '-G', '--', 'nobody']),
        identityFilesOfSsh(configFile, host),
      ]);
      assert.equal(printed.code, 0, printed.stderr);
      assert.deepEqual(comparable(resolved), printedBySsh(printed.stdout, defaults.stdout));
      assert.deepEqual(resolved.identityFiles, keys);
    });
  }

  it("a tunnel's user and port override the file", async () => {
    const configFile = await dir.write(
      'config',
      'Host web\n User a\n Port 1\nMatch user b\n Compression yes',
    );
    const host = await resolveHost({ host: 'web', user: 'b', port: 2 }, { configFile, env });
    assert.deepEqual([host.user, host.port, host.compression], ['b', 2, true]);
  });

  it('-F none reads no file', async () => {
    const host = await resolveHost({ host: 'web' }, { configFile: 'none', env });
    assert.deepEqual([host.hostName, host.port, host.hashKnownHosts], ['web', 22, false]);
    assert.equal(host.identityFiles.includes(`${home}/.ssh/id_ed25519`), true);
  });

  const refusals: readonly (readonly [config: string, message: RegExp])[] = [
    ['Host *\n Foo bar', /config, line 2: Bad configuration option: foo\.$/],
    ['RSAAuthentication yes\nFoo bar', /config, line 2: Bad configuration option: foo\.$/],
    ['Port abc', /config, line 1: Bad port 'abc'\.$/],
    ['IdentityFile', /config, line 1: no argument after keyword/i],
    ['Host "x', /config, line 1: invalid quotes/],
    ['ProxyJump web', /"web" is its own jump host/],
    ['IdentityFile ~nobody-here/x', /"~nobody-here\/x" names a user who doesn't exist/],
    ['IdentityFile /%q', /the unknown token "%q"/],
    ['IdentityFile ${SSH_TUNNELS_NOT_SET}', /the variable "SSH_TUNNELS_NOT_SET"/],
  ];
  for (const [config, message] of refusals) {
    it(`refuses ${JSON.stringify(config)}, as ssh does`, async () => {
      const configFile = await dir.write('config', config);
      await assert.rejects(resolveHost({ host: 'web' }, { configFile, env }), {
        code: 'InvalidDefinition',
        message,
      });
      const real = await ssh([
        '-F',
        configFile,
        '-o',
        'BatchMode=yes',
        '-o',
        'ProxyCommand=false',
        'web',
        'true',
      ]);
      assert.equal(real.code, 255);
    });
  }

  /** Values of options that are used here, some of which ssh refuses. */
  const values: Readonly<Record<string, readonly string[]>> = {
    Ciphers: [
      'aes256-ctr',
      'aes256-ctr,nosuch',
      'AES256-CTR',
      '+nosuch',
      '-nosuch',
      '*',
      ',',
      'none',
      'blowfish-cbc',
    ],
    MACs: ['hmac-sha1', 'umac-64@openssh.com', 'hmac-sha9', '^umac-64', '-x,y', '*', 'hmac-sha1,'],
    KexAlgorithms: ['curve25519-sha256', '+diffie-hellman-group1-sha1', 'ecdh', '-ecdh*', '+ecdh*'],
    HostKeyAlgorithms: [
      'ssh-ed25519',
      'RSA',
      'ssh-*',
      '+*',
      'nosuch*',
      '!ssh-dss',
      'ssh-ed448',
      'rsa-sha2-256 x',
    ],
    PubkeyAcceptedAlgorithms: ['+ssh-rsa', 'sk-*', 'ssh-rsa,foo', 'ecdsa-sha2-nistp256-cert-v01@openssh.com'],
    ProxyJump: [
      ...[
        'a, b',
        'a ,b',
        'a,b',
        'a,,b',
        ',a',
        'a,',
        'none',
        'none x',
        'a #b',
        '#b',
        'u@',
        '@h',
        'a@b@c',
        'h:',
        'h/',
        'h/22',
      ],
      ...[
        'h:22',
        'h:0',
        'h:99999',
        'h:ssh',
        'h:x',
        '::1',
        '[::1]:22',
        '[::1',
        'ssh://u@h:22/',
        'ssh://u@h/p',
        'ssh://[::1]',
      ],
      ...['ssh://%h', '%r@%h:%p', 'u@-h'],
    ],
    CASignatureAlgorithms: ['ssh-ed25519', '-ssh-rsa', 'x', 'ssh-*'],
    CanonicalDomains: ['a.b', '.a', 'a..b', 'a_b c', 'a/b', 'none', 'x none', 'NONE x'],
    Compression: ['yes', 'true', 'on'],
    ConnectTimeout: ['5', '5x', '-1', 'none'],
    Port: ['22', '22x', '0x16', '-1', 'ssh'],
  };
  for (const [keyword, written] of Object.entries(values)) {
    it(`without an ssh, refuses the values of ${keyword} that ssh refuses`, async () => {
      const accepted = async (sshProgram: string, value: string): Promise<boolean> => {
        const configFile = await dir.write('config', `Host other\n ${keyword} ${value}\n`);
        const resolving = resolveHost({ host: 'web' }, { configFile, env, sshProgram });
        return resolving.then(
          () => true,
          (error: unknown) => {
            assert.match(String(error), /config, line 2: /);
            return false;
          },
        );
      };
      for (const value of written) {
        assert.equal(await accepted(dir.file('no-ssh'), value), await accepted('ssh', value), value);
      }
    });
  }

  it('distinguishes a failed name lookup from an invalid file', async () => {
    const config =
      'CanonicalizeHostname always\nCanonicalDomains example.invalid\nCanonicalizeFallbackLocal no';
    const configFile = await dir.write('config', config);
    await assert.rejects(resolveHost({ host: 'web' }, { configFile, env }), { code: 'HostNotFound' });
  });

  it('reports a missing file', async () => {
    const configFile = dir.file('missing');
    await assert.rejects(resolveHost({ host: 'web' }, { configFile, env }), {
      code: 'InvalidDefinition',
      message: /missing/,
    });
  });
});

/** The paths that ssh itself tries, from its debug output. */
async function identityFilesOfSsh(configFile: string, host: string): Promise<readonly string[]> {
  const { stderr } = await ssh([
    '-v',
    '-F',
    configFile,
    '-N',
    '-o',
    'ProxyJump=none',
    '-o',
    'ProxyCommand=false',
    '-o',
    'ForkAfterAuthentication=no',
    '--',
    host,
  ]);
  const files = [...stderr.matchAll(/^debug1: identity file (.+) type -?\d+\r?$/gm)].map(
    ([, file = '']) => file,
  );
  return files.filter((file) => !file.endsWith('-cert'));
}

/** What can be compared with the lines of `ssh -G`, which prints key paths with their tokens. */
function comparable(host: HostConfig): Record<string, unknown> {
  const others = [
    'alias',
    'identityFiles',
    'identityFilesAreDefault',
    'certificateFiles',
    'knownHostKeysFirst',
  ];
  return Object.fromEntries(Object.entries(host).filter(([key]) => !others.includes(key)));
}

/** An empty path leads to no agent. */
function agentOf(value: string | undefined): string | undefined {
  return value === 'SSH_AUTH_SOCK' ? undefined : value === '' ? 'none' : value;
}

function printedBySsh(output: string, defaultOutput: string): Record<string, unknown> {
  const values = toMap(output);
  const defaults = toMap(defaultOutput);
  const text = (keyword: string): string | undefined => values.get(keyword);
  const unlessNone = (keyword: string): string | undefined =>
    text(keyword) === 'none' ? undefined : text(keyword);
  const flag = (keyword: string): boolean => yes.has(text(keyword) ?? '');
  const list = (keyword: string): readonly string[] | undefined =>
    text(keyword) === defaults.get(keyword) ? undefined : text(keyword)?.split(',');
  const files = (keyword: string): readonly string[] => unlessNone(keyword)?.split(/ (?=\/)/) ?? [];
  return {
    hostName: text('hostname'),
    user: text('user'),
    port: Number(text('port')),
    identitiesOnly: flag('identitiesonly'),
    identityAgent: agentOf(text('identityagent')),
    userKnownHostsFiles: files('userknownhostsfile'),
    globalKnownHostsFiles: files('globalknownhostsfile'),
    knownHostsCommand: text('knownhostscommand'),
    revokedHostKeysFiles: files('revokedhostkeys'),
    hostKeyAlias: text('hostkeyalias'),
    strictHostKeyChecking:
      { true: 'yes', false: 'no' }[text('stricthostkeychecking') ?? ''] ?? text('stricthostkeychecking'),
    hashKnownHosts: flag('hashknownhosts'),
    checkHostIp: flag('checkhostip'),
    verifyHostKeyDns: text('verifyhostkeydns') !== 'false',
    noHostAuthenticationForLocalhost: flag('nohostauthenticationforlocalhost'),
    updateHostKeys: flag('updatehostkeys') ? 'yes' : 'no',
    hostKeyAlgorithms: list('hostkeyalgorithms'),
    caSignatureAlgorithms: text('casignaturealgorithms')?.split(','),
    kexAlgorithms: list('kexalgorithms'),
    kexAlgorithmsExtendDefault:
      list('kexalgorithms') !== undefined &&
      defaults
        .get('kexalgorithms')
        ?.split(',')
        .every((name) => list('kexalgorithms')?.includes(name)),
    // OpenSSH 9.2 doesn't know it.
    warnWeakCrypto: text('warnweakcrypto') !== 'no',
    ciphers: list('ciphers'),
    macs: list('macs'),
    pubkeyAcceptedAlgorithms: list('pubkeyacceptedalgorithms'),
    // ssh itself never goes below 1024: sshkey_check_rsa_length().
    requiredRsaSize: Math.max(1024, Number(text('requiredrsasize'))),
    rekeyLimit: {
      bytes: positive(text('rekeylimit')?.split(' ')[0]),
      seconds: positive(text('rekeylimit')?.split(' ')[1]),
    },
    compression: flag('compression'),
    connectTimeout: unlessNone('connecttimeout') === undefined ? undefined : Number(text('connecttimeout')),
    tcpKeepAlive: flag('tcpkeepalive'),
    serverAliveInterval: Number(text('serveraliveinterval')),
    serverAliveCountMax: Number(text('serveralivecountmax')),
    addressFamily: text('addressfamily'),
    bindAddress: text('bindaddress'),
    bindInterface: text('bindinterface'),
    pkcs11Provider: text('pkcs11provider'),
    hostbasedAuthentication: flag('hostbasedauthentication'),
    unusedOptions: ['AddKeysToAgent', 'LocalCommand', 'Tunnel'].filter(
      (keyword) => !['false', undefined].includes(text(keyword.toLowerCase())),
    ),
    preferredAuthentications: text('preferredauthentications')?.split(','),
    numberOfPasswordPrompts: Number(text('numberofpasswordprompts')),
    pubkeyAuthentication: flag('pubkeyauthentication'),
    hostBoundSignatures: text('pubkeyauthentication') !== 'unbound',
    passwordAuthentication: flag('passwordauthentication'),
    kbdInteractiveAuthentication: flag('kbdinteractiveauthentication'),
    proxyJump: text('proxyjump'),
    proxyCommand: text('proxycommand'),
    proxyUseFdpass: flag('proxyusefdpass'),
    controlPath: flag('controlmaster') ? undefined : unlessNone('controlpath'),
    exitOnForwardFailure: flag('exitonforwardfailure'),
    permitRemoteOpen:
      text('permitremoteopen') === 'any' ? undefined : permitted(unlessNone('permitremoteopen')),
    forwardX11Timeout: Number(text('forwardx11timeout')),
    xauthLocation: text('xauthlocation') === '/usr/bin/xauth' ? undefined : text('xauthlocation'),
  };
}

/** 0: not set. */
function positive(text: string | undefined): number | undefined {
  return Number(text) > 0 ? Number(text) : undefined;
}

function permitted(text = ''): readonly object[] {
  const targets = text.split(' ').filter((word) => word !== '');
  return targets.map((word) => {
    const at = word.lastIndexOf(':');
    const port = word.slice(at + 1);
    return { host: word.slice(0, at).replace(/[[\]]/g, ''), port: port === '*' ? '*' : Number(port) };
  });
}

function toMap(output: string): ReadonlyMap<string, string> {
  const lines = output.split('\n').filter((line) => line.includes(' '));
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)]));
}

/** Of a ProxyJump, ssh -G writes the last host in a form of its own; newer versions of ssh have more algorithms. */
const comparedElsewhere = ['ProxyJump', 'algorithm lists that change the default'];

describe('ssh_config, read without an installed ssh', () => {
  const compared = configs.filter(([name]) => !comparedElsewhere.includes(name));
  for (const [name, config, host = 'web'] of [...compared, ...configsOfTools]) {
    it(`gives the same result as ssh: ${name}`, async () => {
      await using dir = await tempDir();
      await dir.write('conf.d/a', 'Port 1\nUser a');
      await dir.write('conf.d/b', 'Host web\n Compression yes\nHost *\n ServerAliveInterval 5');
      const configFile = await dir.write('config', config.replaceAll('DIR', dir.path));
      const [byUs, bySsh] = await Promise.all([
        resolveHost({ host }, { configFile, env, sshProgram: dir.file('no-ssh') }),
        resolveHost({ host }, { configFile, env }),
      ]);
      assert.deepEqual(withoutDefaultKeys(byUs), withoutDefaultKeys(bySsh));
    });
  }
});

/** The default keys differ between versions of ssh. */
function withoutDefaultKeys(host: HostConfig): HostConfig {
  return {
    ...host,
    identityFiles: host.identityFiles.filter((file) => !file.startsWith(`${home}/.ssh/id_`)),
  };
}

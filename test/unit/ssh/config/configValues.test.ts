// From the output of ssh -G to a resolved host.
import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { describe, it } from 'mocha';
import { toHostConfig } from '../../../../src/tunnels/ssh/config/configValues';
import type { LocalUser } from '../../../../src/tunnels/ssh/config/localUser';
import type { HostConfig } from '../../../../src/tunnels/ssh/config/hostConfig';
import { parseSshGOutput, splitPaths } from '../../../../src/tunnels/ssh/config/sshG';

const local: LocalUser = { name: 'me', home: '/home/me', uid: 1000, machine: 'box', homeOf: () => undefined };
const defaults = parseSshGOutput(
  'identityfile ~/.ssh/a\nidentityfile ~/.ssh/b\nciphers a,b\nmacs m,n\nkexalgorithms k\nhostkeyalgorithms h\n',
);

function resolve(output: string, env: NodeJS.ProcessEnv = {}): HostConfig {
  return toHostConfig(parseSshGOutput(output), { alias: 'web', local, env, defaults });
}

/** Lines of output, and the values that they resolve to. */
const cases: readonly (readonly [output: string, expected: Partial<HostConfig>])[] = [
  ['host web', { alias: 'web', hostName: 'web', user: 'me', port: 22 }],
  ['hostname x.org\nuser you\nport 2200', { hostName: 'x.org', user: 'you', port: 2200 }],
  ['user with space', { user: 'with space' }],
  ['identityfile ~/.ssh/a\nidentityfile /b c', { identityFiles: ['/home/me/.ssh/a', '/b c'] }],
  ['identityfile none', { identityFiles: [], identityFilesAreDefault: false }],
  ['identityfile ~/.ssh/a\nidentityfile ~/.ssh/b', { identityFilesAreDefault: true }],
  ['identityfile ~/.ssh/b', { identityFilesAreDefault: false }],
  ['identityfile ~/a\nidentityfile /home/me/a', { identityFiles: ['/home/me/a'] }],
  ['hostname x\nuser you\nidentityfile ~/%r@%h', { identityFiles: ['/home/me/you@x'] }],
  ['certificatefile ~/a-cert.pub', { certificateFiles: ['/home/me/a-cert.pub'] }],
  ['identitiesonly yes', { identitiesOnly: true }],
  ['identityagent none', { identityAgent: 'none' }],
  ['identityagent SSH_AUTH_SOCK', { identityAgent: undefined }],
  ['identityagent $SOCK', { identityAgent: '/run/sock' }],
  ['identityagent $NOT_SET', { identityAgent: 'none' }],
  ['identityagent /a/b', { identityAgent: '/a/b' }],
  ['', { identityAgent: undefined }],
  ['userknownhostsfile /a /b', { userKnownHostsFiles: ['/a', '/b'] }],
  [
    'userknownhostsfile none\nglobalknownhostsfile none',
    { userKnownHostsFiles: [], globalKnownHostsFiles: [] },
  ],
  ['globalknownhostsfile ~/g /etc/g', { globalKnownHostsFiles: ['/home/me/g', '/etc/g'] }],
  ['revokedhostkeys /r', { revokedHostKeysFiles: ['/r'] }],
  ['revokedhostkeys none', { revokedHostKeysFiles: [] }],
  ['hostkeyalias FooBar', { hostKeyAlias: 'foobar' }],
  ['stricthostkeychecking ask', { strictHostKeyChecking: 'ask' }],
  ['stricthostkeychecking true', { strictHostKeyChecking: 'yes' }],
  ['stricthostkeychecking false', { strictHostKeyChecking: 'no' }],
  ['stricthostkeychecking accept-new', { strictHostKeyChecking: 'accept-new' }],
  ['hashknownhosts yes', { hashKnownHosts: true }],
  ['updatehostkeys true', { updateHostKeys: 'yes' }],
  ['updatehostkeys false', { updateHostKeys: 'no' }],
  ['updatehostkeys ask', { updateHostKeys: 'ask' }],
  ['ciphers a,b\nmacs n', { ciphers: undefined, macs: ['n'] }],
  ['kexalgorithms k,l\nhostkeyalgorithms h', { kexAlgorithms: ['k', 'l'], hostKeyAlgorithms: undefined }],
  ['kexalgorithms k', { kexAlgorithms: undefined, kexAlgorithmsExtendDefault: false }],
  ['kexalgorithms k,l', { kexAlgorithmsExtendDefault: true }],
  ['kexalgorithms l', { kexAlgorithmsExtendDefault: false }],
  ['', { knownHostKeysFirst: true }],
  ['hostkeyalgorithms h,i,j', { knownHostKeysFirst: true }],
  ['hostkeyalgorithms x,h', { knownHostKeysFirst: false }],
  ['knownhostscommand /bin/who "%H"', { knownHostsCommand: '/bin/who "%H"' }],
  ['knownhostscommand none', { knownHostsCommand: undefined }],
  ['pubkeyacceptedalgorithms p,q', { pubkeyAcceptedAlgorithms: ['p', 'q'] }],
  // As printed by ssh before 8.5.
  ['pubkeyacceptedkeytypes p,q', { pubkeyAcceptedAlgorithms: ['p', 'q'] }],
  ['', { requiredRsaSize: 1024 }],
  ['requiredrsasize 3072', { requiredRsaSize: 3072 }],
  ['requiredrsasize 0', { requiredRsaSize: 1024 }],
  ['requiredrsasize x', { requiredRsaSize: 1024 }],
  ['rekeylimit 0 0', { rekeyLimit: { bytes: undefined, seconds: undefined } }],
  ['rekeylimit 1048576 3600', { rekeyLimit: { bytes: 1048576, seconds: 3600 } }],
  ['', { permitRemoteOpen: undefined }],
  ['permitremoteopen any', { permitRemoteOpen: undefined }],
  ['permitremoteopen none', { permitRemoteOpen: [] }],
  [
    'permitremoteopen db:5432 [::1]:* *:80',
    {
      permitRemoteOpen: [
        { host: 'db', port: 5432 },
        { host: '::1', port: '*' },
        { host: '*', port: 80 },
      ],
    },
  ],
  ['compression yes', { compression: true }],
  ['connecttimeout none', { connectTimeout: undefined }],
  ['connecttimeout 7', { connectTimeout: 7 }],
  ['serveraliveinterval 0\nserveralivecountmax 5', { serverAliveInterval: 0, serverAliveCountMax: 5 }],
  ['addressfamily inet6', { addressFamily: 'inet6' }],
  ['addressfamily any', { addressFamily: 'any' }],
  ['bindaddress 10.0.0.1', { bindAddress: '10.0.0.1' }],
  ['bindinterface eth0', { bindInterface: 'eth0' }],
  ['checkhostip yes', { checkHostIp: true }],
  ['verifyhostkeydns ask', { verifyHostKeyDns: true }],
  ['verifyhostkeydns false', { verifyHostKeyDns: false }],
  ['pkcs11provider /usr/lib/card.so', { pkcs11Provider: '/usr/lib/card.so' }],
  ['pkcs11provider none', { pkcs11Provider: undefined }],
  ['hostbasedauthentication yes', { hostbasedAuthentication: true }],
  ['addkeystoagent false\ntunnel false\nlocalcommand x\npermitlocalcommand no', { unusedOptions: [] }],
  [
    'addkeystoagent confirm\ntunnel point-to-point\nlocalcommand x\npermitlocalcommand yes\nusekeychain yes',
    { unusedOptions: ['AddKeysToAgent', 'UseKeychain', 'LocalCommand', 'Tunnel'] },
  ],
  ['preferredauthentications publickey,password', { preferredAuthentications: ['publickey', 'password'] }],
  ['numberofpasswordprompts 1', { numberOfPasswordPrompts: 1 }],
  ['pubkeyauthentication false', { pubkeyAuthentication: false }],
  ['pubkeyauthentication host-bound', { pubkeyAuthentication: true, hostBoundSignatures: true }],
  ['pubkeyauthentication unbound', { pubkeyAuthentication: true, hostBoundSignatures: false }],
  ['passwordauthentication no', { passwordAuthentication: false }],
  ['kbdinteractiveauthentication no', { kbdInteractiveAuthentication: false }],
  ['proxyjump a,b@c:1', { proxyJump: 'a,b@c:1' }],
  ['proxycommand nc  "x y"   %h %p', { proxyCommand: 'nc  "x y"   %h %p' }],
  ['proxycommand none', { proxyCommand: undefined }],
  ['controlpath /run/cm-%\ncontrolmaster false', { controlPath: '/run/cm-%' }],
  ['controlpath /run/cm\ncontrolmaster autoask', { controlPath: '/run/cm' }],
  ['controlpath /run/cm\ncontrolmaster true', { controlPath: undefined }],
  ['controlpath cm\ncontrolmaster auto', { controlPath: undefined }],
  ['controlpath none', { controlPath: undefined }],
  ['exitonforwardfailure yes', { exitOnForwardFailure: true }],
  ['forwardx11timeout 60', { forwardX11Timeout: 60 }],
  ['forwardx11timeout 0', { forwardX11Timeout: 0 }],
  ['xauthlocation /opt/X11/bin/xauth', { xauthLocation: '/opt/X11/bin/xauth' }],
];

describe('the output of ssh -G', () => {
  for (const [output, expected] of cases) {
    it(`${JSON.stringify(output)} resolves to ${inspect(expected, { breakLength: Infinity })}`, () => {
      const host = resolve(output, { SOCK: '/run/sock' });
      const actual = Object.fromEntries(
        Object.keys(expected).map((key) => [key, host[key as keyof HostConfig]]),
      );
      assert.deepEqual(actual, expected);
    });
  }

  it('may have Windows line ends, and lines without a value', () => {
    const host = resolve('hostname x\r\ncanonicaldomains\r\nport 23\r\n');
    assert.deepEqual([host.hostName, host.port], ['x', 23]);
  });

  it('finds the variable of an IdentityAgent in any case on Windows', () => {
    const values = parseSshGOutput('identityagent $work_agent');
    const env = { WORK_AGENT: String.raw`\\.\pipe\work` };
    const at = (platform: NodeJS.Platform): HostConfig =>
      toHostConfig(values, { alias: 'web', local, env, defaults, platform });
    assert.equal(at('win32').identityAgent, env.WORK_AGENT);
    assert.equal(at('linux').identityAgent, 'none');
  });

  it('resolves to plain data', () => {
    const host = resolve('hostname x');
    assert.deepEqual(JSON.parse(JSON.stringify(host)), JSON.parse(JSON.stringify({ ...host })));
    assert.equal(Object.getPrototypeOf(host), Object.prototype);
  });

  const lists: readonly (readonly [string, readonly string[]])[] = [
    ['', []],
    ['/a', ['/a']],
    ['/a /b', ['/a', '/b']],
    ['/home/Jo Do/.ssh/kh /home/Jo Do/.ssh/kh2', ['/home/Jo Do/.ssh/kh', '/home/Jo Do/.ssh/kh2']],
    ['~/a b ~/c', ['~/a b', '~/c']],
    [
      'C:\\Users\\Jo Do/.ssh/kh C:\\Users\\Jo Do/.ssh/kh2',
      ['C:\\Users\\Jo Do/.ssh/kh', 'C:\\Users\\Jo Do/.ssh/kh2'],
    ],
    ['__PROGRAMDATA__\\ssh/a __PROGRAMDATA__\\ssh/b', ['__PROGRAMDATA__\\ssh/a', '__PROGRAMDATA__\\ssh/b']],
    ['a b', ['a', 'b']],
  ];
  for (const [text, paths] of lists) {
    it(`with the list of files ${JSON.stringify(text)} is split into ${JSON.stringify(paths)}`, () => {
      assert.deepEqual(splitPaths(text), paths);
    });
  }
});

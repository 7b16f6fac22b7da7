// What a workspace can't set: every setting and every keyword of ssh_config is a key of a tunnel, or is refused by name,
// with a message that says where it belongs and does not show its value.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, it } from 'mocha';
import { settingKeys } from '../../src/extension/contributions';
import { parseOverrides } from '../../src/tunnels/config/parsing/parseOverrides';
import {
  forwardKeys,
  overrideKeys,
  tunnelKeys,
  x11ProgramKeys,
} from '../../src/tunnels/config/parsing/tunnelKeys';
import { plain, problemsOf } from './config/problems';

/** ssh_config(5) of OpenSSH 10.2. */
const keywords =
  'AddKeysToAgent AddressFamily BatchMode BindAddress BindInterface CanonicalDomains CanonicalizeFallbackLocal ' +
  'CanonicalizeHostname CanonicalizeMaxDots CanonicalizePermittedCNAMEs CASignatureAlgorithms CertificateFile ' +
  'ChannelTimeout CheckHostIP Ciphers ClearAllForwardings Compression ConnectionAttempts ConnectTimeout ControlMaster ' +
  'ControlPath ControlPersist DynamicForward EnableEscapeCommandline EnableSSHKeysign EscapeChar ' +
  'ExitOnForwardFailure FingerprintHash ForkAfterAuthentication ForwardAgent ForwardX11 ForwardX11Timeout ' +
  'ForwardX11Trusted GatewayPorts GlobalKnownHostsFile GSSAPIAuthentication GSSAPIDelegateCredentials HashKnownHosts ' +
  'Host HostbasedAcceptedAlgorithms HostbasedAuthentication HostKeyAlgorithms HostKeyAlias Hostname IdentitiesOnly ' +
  'IdentityAgent IdentityFile IgnoreUnknown Include IPQoS KbdInteractiveAuthentication KbdInteractiveDevices ' +
  'KexAlgorithms KnownHostsCommand LocalCommand LocalForward LogLevel LogVerbose MACs Match ' +
  'NoHostAuthenticationForLocalhost NumberOfPasswordPrompts ObscureKeystrokeTiming PasswordAuthentication ' +
  'PermitLocalCommand PermitRemoteOpen PKCS11Provider Port PreferredAuthentications ProxyCommand ProxyJump ' +
  'ProxyUseFdpass PubkeyAcceptedAlgorithms PubkeyAuthentication RefuseConnection RekeyLimit RemoteCommand ' +
  'RemoteForward RequestTTY RequiredRSASize RevokedHostKeys SecurityKeyProvider SendEnv ServerAliveCountMax ' +
  'ServerAliveInterval SessionType SetEnv StdinNull StreamLocalBindMask StreamLocalBindUnlink ' +
  'StrictHostKeyChecking SyslogFacility Tag TCPKeepAlive Tunnel TunnelDevice UpdateHostKeys User UserKnownHostsFile ' +
  'VerifyHostKeyDNS VersionAddendum VisualHostKey WarnWeakCrypto XAuthLocation';
/** Of distributions and of macOS, and older names that readconf.c still knows. */
const otherKeywords =
  'GSSAPIClientIdentity GSSAPIKeyExchange GSSAPIKexAlgorithms GSSAPIRenewalForcesRekey GSSAPIServerIdentity ' +
  'GSSAPITrustDns UseKeychain ChallengeResponseAuthentication PubkeyAcceptedKeyTypes HostbasedKeyTypes SmartcardDevice';
const all = `${keywords} ${otherKeywords}`.split(' ');

const secret = 'hunter2';
/** The part of a message that says where a key belongs, or how to write it. */
const whereItBelongs =
  /~\/\.ssh\/config|user setting sshTunnels\.\w+|Write it in "host"|"x11Programs"|Write the address|never forwards|secret storage|sshTunnels\.overrides|belongs to the tunnel|did you mean "\w+"\?/;

/** `IdentityFile` in OpenSSH's spelling and in those that are common in JSON. */
function encodingsOf(keyword: string): string[] {
  const camel = keyword.replace(/^[A-Z0-9]+(?![a-z])|^[A-Z]/, (start) => start.toLowerCase());
  const kebab = camel.replace(/[A-Z]+/g, (capitals) => `-${capitals.toLowerCase()}`);
  return [
    ...new Set([
      keyword,
      camel,
      keyword.toLowerCase(),
      keyword.toUpperCase(),
      kebab,
      kebab.replaceAll('-', '_'),
    ]),
  ];
}

function assertRefusedByName(problems: readonly string[], name: string): void {
  const [problem = ''] = problems;
  assert.ok(problem.includes(JSON.stringify(name)), `${name}: ${JSON.stringify(problems)}`);
  assert.match(problem, whereItBelongs);
  assert.ok(!problems.join().includes(secret), 'it shows the value');
}

describe('a tunnel of a workspace', () => {
  const known: readonly string[] = tunnelKeys;
  for (const keyword of all) {
    it(`refuses every unknown spelling of the ssh_config keyword ${keyword}`, () => {
      for (const key of encodingsOf(keyword).filter((spelling) => !known.includes(spelling))) {
        assertRefusedByName(problemsOf({ ...plain, [key]: secret }), key);
      }
    });
  }
  const notOfSsh =
    'password passphrase privateKey private_key_path key keyFile agent sshAuthSock knownHosts hostKeyChecking ' +
    'sshConfigFile enabled disabled username otp token secret';
  for (const key of notOfSsh.split(' ')) {
    it(`refuses the key ${key}`, () => assertRefusedByName(problemsOf({ ...plain, [key]: secret }), key));
  }
  for (const key of Object.values(settingKeys)) {
    it(`refuses the setting ${key} as a key`, () => {
      assert.match(problemsOf({ ...plain, [key]: secret }).join(), /Unknown property/);
    });
  }
});

describe('a forward or program of a workspace', () => {
  const inForward: readonly string[] = forwardKeys;
  const inProgram: readonly string[] = x11ProgramKeys;
  for (const keyword of all) {
    it(`refuses every unknown spelling of the ssh_config keyword ${keyword}`, () => {
      for (const key of encodingsOf(keyword)) {
        if (!inForward.includes(key)) {
          const listen = { listen: 1, target: 'a:1', [key]: secret };
          assertRefusedByName(problemsOf({ ...plain, localForward: listen }), key);
        }
        if (!inProgram.includes(key)) {
          assertRefusedByName(
            problemsOf({ ...plain, x11Programs: { a: { command: 'a', [key]: secret } } }),
            key,
          );
        }
      }
    });
  }
});

describe('an override of the user', () => {
  const known: readonly string[] = overrideKeys;
  for (const keyword of all) {
    it(`refuses every unknown spelling of the ssh_config keyword ${keyword}`, () => {
      for (const key of encodingsOf(keyword).filter((spelling) => !known.includes(spelling))) {
        const parsed = parseOverrides({ db: { [key]: secret } }).byName.get('db');
        assert.ok(parsed && 'problems' in parsed, key);
        assert.ok(!JSON.stringify(parsed).includes(secret));
      }
    });
  }
});

describe('the command line of a workspace', () => {
  /** Keywords that set a key of a tunnel, or that go with one: the tests of the parser cover their values. */
  const understood =
    /^(LocalForward|RemoteForward|DynamicForward|ProxyJump|User|Port|Compression|ExitOnForwardFailure|ServerAlive\w+|ConnectTimeout|GatewayPorts|ForwardX11|ForwardX11Trusted)$/i;
  const ignored = /^(RequestTTY|ForkAfterAuthentication|StdinNull|LogLevel|EscapeChar)$/i;
  function titleOf(keyword: string): string {
    if (ignored.test(keyword)) return `ignores -o ${keyword}`;
    return understood.test(keyword)
      ? `is read without an exception with -o ${keyword}`
      : `refuses -o ${keyword}`;
  }
  for (const keyword of all) {
    it(titleOf(keyword), () => {
      for (const spelling of [keyword, keyword.toLowerCase(), keyword.toUpperCase()]) {
        const problems = problemsOf(`ssh -o ${spelling}=${secret} host`);
        if (ignored.test(keyword)) {
          assert.deepEqual(problems, []);
        } else if (!understood.test(keyword)) {
          assert.equal(problems.length, 1, JSON.stringify(problems));
          assert.ok(problems[0]?.includes(`-o ${spelling}`), problems[0]);
          assert.match(problems[0] ?? '', whereItBelongs);
          assert.ok(!problems.join().includes(secret), 'it shows the value');
        }
      }
    });
  }
});

describe('the scope of our settings', () => {
  const manifest = JSON.parse(readFileSync(resolve(import.meta.dirname, '../../package.json'), 'utf8')) as {
    contributes: { configuration: { properties: Record<string, { scope?: string }> } };
  };
  /** What a workspace may set: its tunnels, and what is shown in its window. */
  const ofWorkspaces: readonly string[] = [
    settingKeys.tunnels,
    settingKeys.statusBar,
    settingKeys.showSshConfigHosts,
    settingKeys.terminalEnvironment,
  ];
  for (const [key, { scope }] of Object.entries(manifest.contributes.configuration.properties)) {
    it(`${ofWorkspaces.includes(key) ? 'allows' : 'forbids'} a workspace to set ${key}`, () => {
      const open = scope === 'resource' || scope === 'window' || scope === 'machine-overridable';
      assert.equal(open, ofWorkspaces.includes(key), `its scope is ${scope}`);
    });
  }
  it('allows a workspace to set exactly what the code reads from workspaces', () => {
    const source = readFileSync(
      resolve(import.meta.dirname, '../../src/extension/settings/readOptions.ts'),
      'utf8',
    );
    const read = [...source.matchAll(/\breader\.(?:isOn|statusBar)\(settingKeys\.(\w+)\)/g)].map(
      ([, name = '']) => name,
    );
    assert.deepEqual(
      read.map((name) => settingKeys[name as keyof typeof settingKeys]).sort(),
      ofWorkspaces.filter((key) => key !== settingKeys.tunnels).sort(),
    );
  });
});

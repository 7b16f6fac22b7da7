// What a workspace can't say: every setting, every key and every keyword of ssh_config is either one of a tunnel's own, or
// refused by name, with a sentence that says where it belongs and does not show its value.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, it } from 'mocha';
import { settingKeys } from '../../src/extension/contributions';
import { parseOverrides } from '../../src/tunnels/config/overrides';
import { forwardKeys, overrideKeys, tunnelKeys, x11ProgramKeys } from '../../src/tunnels/config/tunnelKeys';
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
/** Where things belong, and what they are told to be written as. */
const place =
  /~\/\.ssh\/config|user setting sshTunnels\.\w+|write it in "host"|"x11Programs"|write the address|never forwards|secret storage|sshTunnels\.overrides|one of the tunnel|did you mean "\w+"\?/;

/** `IdentityFile` as people write it in JSON, by OpenSSH's own spelling, and otherwise. */
function spellings(keyword: string): string[] {
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

function assertNamed(problems: readonly string[], name: string): void {
  const [problem = ''] = problems;
  assert.ok(problem.includes(JSON.stringify(name)), `${name}: ${JSON.stringify(problems)}`);
  assert.match(problem, place);
  assert.ok(!problems.join().includes(secret), 'it shows the value');
}

describe('a workspace can not say, as a key of a tunnel,', () => {
  const known: readonly string[] = tunnelKeys;
  for (const keyword of all) {
    it(keyword, () => {
      for (const key of spellings(keyword).filter((spelling) => !known.includes(spelling))) {
        assertNamed(problemsOf({ ...plain, [key]: secret }), key);
      }
    });
  }
  const notOfSsh =
    'password passphrase privateKey private_key_path key keyFile agent sshAuthSock knownHosts hostKeyChecking ' +
    'sshConfigFile enabled disabled username otp token secret';
  for (const key of notOfSsh.split(' ')) {
    it(key, () => assertNamed(problemsOf({ ...plain, [key]: secret }), key));
  }
  for (const key of Object.values(settingKeys)) {
    it(`the setting ${key}`, () => {
      assert.match(problemsOf({ ...plain, [key]: secret }).join(), /is not a key of a tunnel/);
    });
  }
});

describe('a workspace can not say, as a key of a forward or of a program,', () => {
  const inForward: readonly string[] = forwardKeys;
  const inProgram: readonly string[] = x11ProgramKeys;
  for (const keyword of all) {
    it(keyword, () => {
      for (const key of spellings(keyword)) {
        if (!inForward.includes(key)) {
          const listen = { listen: 1, target: 'a:1', [key]: secret };
          assertNamed(problemsOf({ ...plain, localForward: listen }), key);
        }
        if (!inProgram.includes(key)) {
          assertNamed(problemsOf({ ...plain, x11Programs: { a: { command: 'a', [key]: secret } } }), key);
        }
      }
    });
  }
});

describe('nor can an override, which is the user’s own, by', () => {
  const known: readonly string[] = overrideKeys;
  for (const keyword of all) {
    it(keyword, () => {
      for (const key of spellings(keyword).filter((spelling) => !known.includes(spelling))) {
        const parsed = parseOverrides({ db: { [key]: secret } }).byName.get('db');
        assert.ok(parsed && 'problems' in parsed, key);
        assert.ok(!JSON.stringify(parsed).includes(secret));
      }
    });
  }
});

describe('in the command line of a workspace', () => {
  /** What a tunnel has a key for, what says nothing to it, and where these have their say. */
  const understood =
    /^(LocalForward|RemoteForward|DynamicForward|ProxyJump|User|Port|Compression|ExitOnForwardFailure|ServerAlive\w+|ConnectTimeout|GatewayPorts|ForwardX11|ForwardX11Trusted)$/i;
  const harmless = /^(RequestTTY|ForkAfterAuthentication|StdinNull|LogLevel|EscapeChar)$/i;
  for (const keyword of all) {
    it(`-o ${keyword}`, () => {
      for (const spelling of [keyword, keyword.toLowerCase(), keyword.toUpperCase()]) {
        const problems = problemsOf(`ssh -o ${spelling}=${secret} host`);
        if (harmless.test(keyword)) {
          assert.deepEqual(problems, []);
        } else if (!understood.test(keyword)) {
          assert.equal(problems.length, 1, JSON.stringify(problems));
          assert.ok(problems[0]?.includes(`-o ${spelling}`), problems[0]);
          assert.match(problems[0] ?? '', place);
          assert.ok(!problems.join().includes(secret), 'it shows the value');
        }
      }
    });
  }
});

describe('every setting of ours', () => {
  const manifest = JSON.parse(readFileSync(resolve(import.meta.dirname, '../../package.json'), 'utf8')) as {
    contributes: { configuration: { properties: Record<string, { scope?: string }> } };
  };
  /** What a workspace may say: its tunnels, and how much of ours is to be seen in its window. */
  const ofWorkspaces: readonly string[] = [
    settingKeys.tunnels,
    settingKeys.statusBar,
    settingKeys.showSshConfigHosts,
    settingKeys.terminalEnvironment,
  ];
  for (const [key, { scope }] of Object.entries(manifest.contributes.configuration.properties)) {
    it(`${key} is ${ofWorkspaces.includes(key) ? 'open to' : 'closed for'} workspaces`, () => {
      const open = scope === 'resource' || scope === 'window' || scope === 'machine-overridable';
      assert.equal(open, ofWorkspaces.includes(key), `its scope is ${scope}`);
    });
  }
  it('is read from a workspace by those names only', () => {
    const source = readFileSync(
      resolve(import.meta.dirname, '../../src/extension/settings/readSettings.ts'),
      'utf8',
    );
    const read = [...source.matchAll(/\bread\(settingKeys\.(\w+)\)/g)].map(([, name = '']) => name);
    assert.deepEqual(
      read.map((name) => settingKeys[name as keyof typeof settingKeys]).sort(),
      ofWorkspaces.filter((key) => key !== settingKeys.tunnels).sort(),
    );
  });
});

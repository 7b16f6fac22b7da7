// The keywords of ssh_config and how the value of each is written: process_config_line_depth() in OpenSSH's readconf.c.

/**
 * The words that a keyword takes, in lower case; or how its value is written. `other`: not used here, so only that there
 * is a value is checked. `ignored`: ssh no longer reads the value.
 */
export type ValueSyntax =
  | readonly string[]
  | 'time'
  | 'integer'
  | 'port'
  | 'text'
  | 'agent'
  | 'files'
  | 'list'
  | 'targets'
  | 'command'
  | 'jump'
  | 'rekeyLimit'
  | 'other'
  | 'ignored'
  | 'refusal';

const flag = ['yes', 'no', 'true', 'false'];
const yesNoAsk = [...flag, 'ask'];

const syntaxes: readonly (readonly [ValueSyntax, string])[] = [
  [
    flag,
    `CanonicalizeFallbackLocal CheckHostIP ClearAllForwardings ExitOnForwardFailure HashKnownHosts
    HostbasedAuthentication IdentitiesOnly KbdInteractiveAuthentication NoHostAuthenticationForLocalhost
    PasswordAuthentication PermitLocalCommand ProxyUseFdpass TCPKeepAlive UseKeychain`,
  ],
  [[...flag, 'unbound', 'host-bound'], 'PubkeyAuthentication'],
  [[...flag, 'no-pq-kex'], 'WarnWeakCrypto'],
  [['yes', 'no'], 'Compression'],
  [yesNoAsk, 'UpdateHostKeys VerifyHostKeyDNS'],
  [[...yesNoAsk, 'off', 'accept-new'], 'StrictHostKeyChecking'],
  [[...yesNoAsk, 'auto', 'autoask'], 'ControlMaster'],
  [['any', 'inet', 'inet6'], 'AddressFamily'],
  [[...flag, 'ethernet', 'point-to-point'], 'Tunnel'],
  [[...flag, 'always'], 'CanonicalizeHostname'],
  ['time', 'ConnectTimeout ForwardX11Timeout ServerAliveInterval'],
  ['integer', 'CanonicalizeMaxDots NumberOfPasswordPrompts RequiredRSASize ServerAliveCountMax'],
  ['port', 'Port'],
  [
    'text',
    `BindAddress BindInterface CASignatureAlgorithms CertificateFile Ciphers ControlPath HostKeyAlgorithms HostKeyAlias Hostname IdentityFile
    IgnoreUnknown KexAlgorithms MACs PKCS11Provider PreferredAuthentications PubkeyAcceptedAlgorithms Tag User
    XAuthLocation`,
  ],
  ['agent', 'IdentityAgent'],
  ['files', 'GlobalKnownHostsFile UserKnownHostsFile'],
  ['list', 'CanonicalDomains CanonicalizePermittedCNAMEs ChannelTimeout RevokedHostKeys'],
  ['targets', 'PermitRemoteOpen'],
  ['command', 'KnownHostsCommand LocalCommand ProxyCommand'],
  ['jump', 'ProxyJump'],
  ['rekeyLimit', 'RekeyLimit'],
  ['refusal', 'RefuseConnection'],
  [
    'other',
    `AddKeysToAgent BatchMode ConnectionAttempts ControlPersist DynamicForward EnableEscapeCommandline
    EnableSSHKeysign EscapeChar FingerprintHash ForkAfterAuthentication ForwardAgent ForwardX11 ForwardX11Trusted
    GatewayPorts HostbasedAcceptedAlgorithms IPQoS KbdInteractiveDevices LocalForward LogLevel LogVerbose
    ObscureKeystrokeTiming RemoteCommand RemoteForward RequestTTY SecurityKeyProvider SendEnv SessionType SetEnv StdinNull
    StreamLocalBindMask StreamLocalBindUnlink SyslogFacility TunnelDevice VersionAddendum VisualHostKey WarnWeakCrypto`,
  ],
  [
    'ignored',
    `AFSTokenPassing Cipher CompressionLevel FallBackToRsh GlobalKnownHostsFile2 GSSAPIAuthentication GSSAPIClientIdentity
    GSSAPIDelegateCredentials GSSAPIKexAlgorithms GSSAPIKeyExchange GSSAPIRenewalForcesRekey GSSAPIServerIdentity
    GSSAPITrustDns KerberosAuthentication KerberosTgtPassing Protocol RhostsAuthentication RhostsRSAAuthentication
    RSAAuthentication UseBlacklistedKeys UseRoaming UserKnownHostsFile2 UseRsh UsePrivilegedPort`,
  ],
];

const byKeyword: ReadonlyMap<string, ValueSyntax> = new Map(
  syntaxes.flatMap(([syntax, names]) =>
    names.split(/\s+/).map((name) => [name.toLowerCase(), syntax] as const),
  ),
);

/** @param keyword in lower case @returns undefined: ssh doesn't know it */
export function valueSyntax(keyword: string): ValueSyntax | undefined {
  return byKeyword.get(keyword);
}

/** Those whose lines add up. Of the others, the first line counts. */
export const cumulativeKeywords: ReadonlySet<string> = new Set(['identityfile', 'certificatefile']);

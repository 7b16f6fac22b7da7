// What ssh_config says of one hop, with every alias, `~`, token and default worked out: plain data for the session,
// the consent and the log.

/** Values of StrictHostKeyChecking in ssh_config(5); `off` is written `no`. */
export type StrictHostKeyChecking = 'ask' | 'accept-new' | 'yes' | 'no';

/** One host on the way to the destination. JSON-serialisable. */
export interface ResolvedHost {
  /** As it was asked for: an alias of ssh_config, a name or an address. */
  readonly alias: string;
  readonly hostName: string;
  readonly user: string;
  readonly port: number;

  /** Absolute, in the order to be tried; OpenSSH's default ones where ssh_config names none. They need not exist. */
  readonly identityFiles: readonly string[];
  /** Absolute; only those that ssh_config names. `KEY-cert.pub` beside an identity file is not listed. */
  readonly certificateFiles: readonly string[];
  readonly identitiesOnly: boolean;
  /** An absolute path or a pipe; `none`: no agent; undefined: the agent of SSH_AUTH_SOCK. */
  readonly identityAgent: string | undefined;

  /** Absolute; the first is the one to write to. Empty for `none`. */
  readonly userKnownHostsFiles: readonly string[];
  readonly globalKnownHostsFiles: readonly string[];
  /** With its tokens; undefined for `none`. */
  readonly knownHostsCommand: string | undefined;
  /** RevokedHostKeys: absolute; a list of public keys or a KRL each. Empty for `none`. */
  readonly revokedHostKeysFiles: readonly string[];
  /** Lower case, as OpenSSH looks it up. */
  readonly hostKeyAlias: string | undefined;
  readonly strictHostKeyChecking: StrictHostKeyChecking;
  readonly hashKnownHosts: boolean;
  /** Whether the key of a host at a loopback address is taken unseen, unless it has a HostKeyAlias. */
  readonly noHostAuthenticationForLocalhost: boolean;
  readonly updateHostKeys: 'yes' | 'no' | 'ask';

  /** These lists are undefined where they equal the default of this machine's ssh. */
  readonly hostKeyAlgorithms: readonly string[] | undefined;
  /** Whether those of keys that are known are asked for first: not, where the user has given an order of their own. */
  readonly knownHostKeysFirst: boolean;
  readonly kexAlgorithms: readonly string[] | undefined;
  readonly ciphers: readonly string[] | undefined;
  readonly macs: readonly string[] | undefined;
  readonly pubkeyAcceptedAlgorithms: readonly string[] | undefined;

  readonly compression: boolean;
  /** Seconds; undefined: the system's own time-out. */
  readonly connectTimeout: number | undefined;
  /** Seconds; 0: none are sent. */
  readonly serverAliveInterval: number;
  readonly serverAliveCountMax: number;
  readonly addressFamily: 'any' | 'inet' | 'inet6';
  readonly bindAddress: string | undefined;

  readonly preferredAuthentications: readonly string[] | undefined;
  readonly numberOfPasswordPrompts: number;
  readonly pubkeyAuthentication: boolean;
  readonly passwordAuthentication: boolean;
  readonly kbdInteractiveAuthentication: boolean;

  /** A comma list of `[user@]host[:port]` or ssh:// URIs, as in ssh_config; undefined for `none`. */
  readonly proxyJump: string | undefined;
  /** With its tokens, for the user's shell; undefined for `none`. */
  readonly proxyCommand: string | undefined;
  /** Whether the ProxyCommand hands over a socket instead of being the connection. */
  readonly proxyUseFdpass: boolean;
  readonly exitOnForwardFailure: boolean;

  /** ForwardX11Timeout: seconds for which an unused key of an untrusted program is good; 0: for ever. */
  readonly forwardX11Timeout: number;
  /** undefined: ssh's own default. */
  readonly xauthLocation: string | undefined;
}

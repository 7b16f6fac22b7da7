// The values of ssh_config for one hop, with aliases, `~`, tokens and defaults resolved: plain data for the session,
// for consent and for the log.

/** Values of StrictHostKeyChecking in ssh_config(5); `off` is written `no`. */
export type StrictHostKeyChecking = 'ask' | 'accept-new' | 'yes' | 'no';

/** The destination, or one of its jump hosts. JSON-serialisable. */
export interface HostConfig {
  /** The host as requested: an alias of ssh_config, a name or an address. */
  readonly alias: string;
  readonly hostName: string;
  readonly user: string;
  readonly port: number;

  /** Absolute paths, in the order to try. OpenSSH's default keys if ssh_config names none. They need not exist. */
  readonly identityFiles: readonly string[];
  /** Absolute paths; only those that ssh_config names. `KEY-cert.pub` beside an identity file is not listed. */
  readonly certificateFiles: readonly string[];
  readonly identitiesOnly: boolean;
  /** An absolute path or a pipe. `none`: no agent. undefined: the agent of SSH_AUTH_SOCK. */
  readonly identityAgent: string | undefined;

  /** Absolute paths. New keys are written to the first. Empty for `none`. */
  readonly userKnownHostsFiles: readonly string[];
  readonly globalKnownHostsFiles: readonly string[];
  /** With its tokens not yet expanded. undefined for `none`. */
  readonly knownHostsCommand: string | undefined;
  /** RevokedHostKeys: absolute paths, each to a list of public keys or a KRL. Empty for `none`. */
  readonly revokedHostKeysFiles: readonly string[];
  /** In lower case, as OpenSSH looks it up. */
  readonly hostKeyAlias: string | undefined;
  readonly strictHostKeyChecking: StrictHostKeyChecking;
  readonly hashKnownHosts: boolean;
  /** Whether to accept any key of a host at a loopback address, unless it has a HostKeyAlias. */
  readonly noHostAuthenticationForLocalhost: boolean;
  readonly updateHostKeys: 'yes' | 'no' | 'ask';

  /** These lists are undefined if they equal the default of the installed ssh. */
  readonly hostKeyAlgorithms: readonly string[] | undefined;
  /** Whether to request the algorithms of known keys first: not if the user has set an order of their own. */
  readonly knownHostKeysFirst: boolean;
  readonly kexAlgorithms: readonly string[] | undefined;
  readonly ciphers: readonly string[] | undefined;
  readonly macs: readonly string[] | undefined;
  readonly pubkeyAcceptedAlgorithms: readonly string[] | undefined;
  /** RequiredRSASize: the bits that an RSA key of a host or user has at least. Never below 1024. */
  readonly requiredRsaSize: number;

  readonly compression: boolean;
  /** Seconds. 0: no time-out but the system's own. undefined: not set, or `none`, for which `ssh -G` prints the same. */
  readonly connectTimeout: number | undefined;
  /** Whether to let TCP find out that the connection is dead. */
  readonly tcpKeepAlive: boolean;
  /** Seconds. 0: don't send any. */
  readonly serverAliveInterval: number;
  readonly serverAliveCountMax: number;
  readonly addressFamily: 'any' | 'inet' | 'inet6';
  readonly bindAddress: string | undefined;

  readonly preferredAuthentications: readonly string[] | undefined;
  readonly numberOfPasswordPrompts: number;
  readonly pubkeyAuthentication: boolean;
  readonly passwordAuthentication: boolean;
  readonly kbdInteractiveAuthentication: boolean;

  /** A comma-separated list of `[user@]host[:port]` or ssh:// URIs, as in ssh_config. undefined for `none`. */
  readonly proxyJump: string | undefined;
  /** With its tokens not yet expanded, for the user's shell. undefined for `none`. */
  readonly proxyCommand: string | undefined;
  /** Whether the ProxyCommand passes a socket back instead of carrying the connection itself. */
  readonly proxyUseFdpass: boolean;
  readonly exitOnForwardFailure: boolean;

  /** ForwardX11Timeout: how many seconds an unused cookie of an untrusted program is valid. 0: no limit. */
  readonly forwardX11Timeout: number;
  /** undefined: ssh's default. */
  readonly xauthLocation: string | undefined;
}

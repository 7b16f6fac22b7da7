// The values of ssh_config for one hop, with aliases, `~`, tokens and defaults resolved: plain data for the session,
// for consent and for the log.

import type { UnusedOption } from './unusedOptions';

/** Values of StrictHostKeyChecking in ssh_config(5); `off` is written `no`. */
export type StrictHostKeyChecking = 'ask' | 'accept-new' | 'yes' | 'no';

/** RekeyLimit in ssh_config(5): how long the same keys are used. */
export interface RekeyLimit {
  /** In either direction. undefined: as much as the cipher allows. */
  readonly bytes: number | undefined;
  /** undefined: no limit of time. */
  readonly seconds: number | undefined;
}

/** One target of PermitRemoteOpen in ssh_config(5). `*`: any. */
export interface PermittedTarget {
  readonly host: string;
  readonly port: number | '*';
}

/** The destination, or one of its jump hosts. JSON-serialisable. */
export interface HostConfig {
  /** The host as requested: an alias of ssh_config, a name or an address. */
  readonly alias: string;
  readonly hostName: string;
  readonly user: string;
  readonly port: number;

  /** Absolute paths, in the order to try. OpenSSH's default keys if ssh_config names none. They need not exist. */
  readonly identityFiles: readonly string[];
  /** Whether ssh_config names no key: `identityFiles` are those that the installed ssh tries by default. */
  readonly identityFilesAreDefault: boolean;
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
  /** CheckHostIP: whether the key must also be that of the address, if known_hosts has one for it. */
  readonly checkHostIp: boolean;
  /** VerifyHostKeyDNS is `yes` or `ask`. Nothing is looked up: the user is told. */
  readonly verifyHostKeyDns: boolean;
  /** Whether to accept any key of a host at a loopback address, unless it has a HostKeyAlias. */
  readonly noHostAuthenticationForLocalhost: boolean;
  readonly updateHostKeys: 'yes' | 'no' | 'ask';

  /** These lists are undefined if they equal the default of the installed ssh. */
  readonly hostKeyAlgorithms: readonly string[] | undefined;
  /** CASignatureAlgorithms: those with which an authority may have signed a host's certificate. */
  readonly caSignatureAlgorithms: readonly string[];
  /** Whether to request the algorithms of known keys first: not if the user has set an order of their own. */
  readonly knownHostKeysFirst: boolean;
  readonly kexAlgorithms: readonly string[] | undefined;
  /** Whether `kexAlgorithms` is all of that default, and more (`+` or `^`): nothing newer is meant to be left out. */
  readonly kexAlgorithmsExtendDefault: boolean;
  /** WarnWeakCrypto of OpenSSH 10.1: whether a key exchange that isn't post-quantum is worth a word. */
  readonly warnWeakCrypto: boolean;
  readonly ciphers: readonly string[] | undefined;
  readonly macs: readonly string[] | undefined;
  readonly pubkeyAcceptedAlgorithms: readonly string[] | undefined;
  /** RequiredRSASize: the bits that an RSA key of a host or user has at least. Never below 1024. */
  readonly requiredRsaSize: number;
  readonly rekeyLimit: RekeyLimit;

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
  /** The name of a network interface. A BindAddress has precedence. */
  readonly bindInterface: string | undefined;

  readonly preferredAuthentications: readonly string[] | undefined;
  readonly numberOfPasswordPrompts: number;
  readonly pubkeyAuthentication: boolean;
  /** Whether signatures may include the server's host key: not with PubkeyAuthentication `unbound`. */
  readonly hostBoundSignatures: boolean;
  readonly passwordAuthentication: boolean;
  readonly kbdInteractiveAuthentication: boolean;

  /**
   * A comma-separated list of `[user@]host[:port]` or ssh:// URIs, as in ssh_config, with its tokens not yet expanded.
   * undefined for `none`.
   */
  readonly proxyJump: string | undefined;
  /** With its tokens not yet expanded, for the user's shell. undefined for `none`. */
  readonly proxyCommand: string | undefined;
  /** Whether the ProxyCommand passes a socket back instead of carrying the connection itself. */
  readonly proxyUseFdpass: boolean;
  /** Where ssh would look for a ControlMaster to use: an absolute path. undefined: it would not. */
  readonly controlPath: string | undefined;
  readonly exitOnForwardFailure: boolean;
  /** PermitRemoteOpen: the targets that the server may ask for through a remote dynamic forward. undefined: any. */
  readonly permitRemoteOpen: readonly PermittedTarget[] | undefined;

  /** ForwardX11Timeout: how many seconds an unused cookie of an untrusted program is valid. 0: no limit. */
  readonly forwardX11Timeout: number;
  /** undefined: ssh's default. */
  readonly xauthLocation: string | undefined;
  /** A library with keys, which is not used here: for the error of a login. */
  readonly pkcs11Provider: string | undefined;
  /** HostbasedAuthentication, which is not used here: for the error of a login. */
  readonly hostbasedAuthentication: boolean;
  /** For the log. */
  readonly unusedOptions: readonly UnusedOption[];
}

// Every error of a tunnel as data: a code for programs, a message that names the thing at fault, and one next step.
// The other files of this folder create them.
import type { PortHolderFound, TunnelHolder } from './portHolder';

/** Errors that may go away without a change: the tunnel reconnects automatically. */
export const retryableCodes = [
  'HostNotFound',
  'ConnectionRefused',
  'ConnectTimeout',
  'HostUnreachable',
  'ConnectionLost',
  'KeepAliveTimeout',
  'ServerBusy',
  'AgentUnavailable',
  'ProxyFailed',
  'DaemonLost',
  'AddressInUse',
  'AddressNotAvailable',
  'RemoteListenRefused',
] as const;

/** Errors that stay until the user or an administrator changes something: no retry. */
export const finalCodes = [
  'PortPermissionDenied',
  'HostKeyUnknown',
  'HostKeyChanged',
  'HostKeyRevoked',
  'NoCommonAlgorithm',
  'NotAnSshServer',
  'AddressPenalised',
  'AuthenticationFailed',
  'AuthenticationCancelled',
  'TooManyAuthenticationFailures',
  'KeyUnreadable',
  'KeyUnsupported',
  'ForwardingDisabled',
  'TargetNotPermitted',
  'X11Disabled',
  'XauthMissing',
  'NoDisplay',
  'DisplayRefused',
  'ProgramNotFound',
  'ProgramFailed',
  'InvalidDefinition',
  'ConsentNeeded',
  'WorkspaceUntrusted',
] as const;

/** Errors of a single forwarded connection; the forward still listens. */
export const connectionCodes = ['TargetRefused', 'TargetNotFound', 'TargetUnreachable'] as const;

export type TunnelErrorCode =
  | (typeof retryableCodes)[number]
  | (typeof finalCodes)[number]
  | (typeof connectionCodes)[number];

/** What the error is about, as data for *Explain*; never parsed from a message. */
export interface ErrorFacts {
  /** The SSH server or jump host, as the message names it. Absent for a target that this machine connects to. */
  readonly host?: string;
  /** User and host of the sign-in: `me@staging`. */
  readonly who?: string;
  /** On this machine or on the SSH server. */
  readonly port?: number;
  /** The bind address of the listener, or a host name that was looked up. */
  readonly address?: string;
  /** The target of a forward. */
  readonly target?: string;
  readonly holder?: PortHolderFound | TunnelHolder;
  /** Methods and keys, in the order in which they were tried. */
  readonly tried?: readonly string[];
  readonly file?: string;
  /** The X11 display, as in DISPLAY. */
  readonly display?: string;
  /** The command that is run on the server. */
  readonly command?: string;
  /** From 1. */
  readonly line?: number;
  /** A configuration line that would fix it: for ssh_config here, or for sshd_config on the server. */
  readonly fix?: { readonly side: 'here' | 'server'; readonly line: string };
}

export interface TunnelError {
  readonly code: TunnelErrorCode;
  /** One plain sentence that names the host, port or file at fault. */
  readonly message: string;
  /** One sentence: what to do about it. */
  readonly nextStep: string;
  /** What the system, the library or the server reported, verbatim. */
  readonly detail?: string;
  readonly facts?: ErrorFacts;
}

export function isRetryable(error: TunnelError): boolean {
  return (retryableCodes as readonly string[]).includes(error.code);
}

/** A TunnelError as an exception. */
export class TunnelFailure extends Error {
  readonly error: TunnelError;

  constructor(error: TunnelError, options?: ErrorOptions) {
    super(error.message, options);
    this.name = 'TunnelFailure';
    this.error = error;
  }

  get code(): TunnelErrorCode {
    return this.error.code;
  }
}

export function failure(
  code: TunnelErrorCode,
  message: string,
  nextStep: string,
  detail?: string,
  facts?: ErrorFacts,
): TunnelError {
  return { code, message, nextStep, ...(detail ? { detail } : {}), ...(facts ? { facts } : {}) };
}

// Every failure a tunnel can have, as data: a code that programs test, a sentence that names the thing at fault,
// and one next step. The factories that fill them are in failures.ts.
import type { PortHolderFound, TunnelHolder } from './portHolder';

/** Failures that may heal by themselves: the tunnel waits and tries again. */
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

/** Failures that stay until somebody changes something. */
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

/** Failures of one forwarded connection; the forward itself goes on listening. */
export const connectionCodes = ['TargetRefused', 'TargetNotFound', 'TargetUnreachable'] as const;

export type TunnelErrorCode =
  | (typeof retryableCodes)[number]
  | (typeof finalCodes)[number]
  | (typeof connectionCodes)[number];

/** The things an error is about, for whoever explains it: nobody reads them back out of a sentence. */
export interface ErrorFacts {
  /** The SSH server, or the jump host, as the message names it; of a target that this machine dials, none. */
  readonly host?: string;
  /** Who logs in: `me@staging`. */
  readonly who?: string;
  /** Of this machine, or of the SSH server. */
  readonly port?: number;
  /** Where it listens or should have listened, or a name that was looked up. */
  readonly address?: string;
  /** What a forward leads to. */
  readonly target?: string;
  readonly holder?: PortHolderFound | TunnelHolder;
  /** Methods and keys, in the order in which they were tried. */
  readonly tried?: readonly string[];
  readonly file?: string;
  /** Of X11: as DISPLAY names it. */
  readonly display?: string;
  /** What is run on the server. */
  readonly command?: string;
  /** From 1. */
  readonly line?: number;
  /** A line of configuration that would mend it, of ssh_config here or of sshd_config on the server. */
  readonly cure?: { readonly side: 'here' | 'server'; readonly line: string };
}

export interface TunnelError {
  readonly code: TunnelErrorCode;
  /** One plain sentence that names the host, port or file at fault. */
  readonly message: string;
  /** One sentence: what to do about it. */
  readonly nextStep: string;
  /** What the system, the library or the server said, word for word. */
  readonly detail?: string;
  readonly facts?: ErrorFacts;
}

export function isRetryable(error: TunnelError): boolean {
  return (retryableCodes as readonly string[]).includes(error.code);
}

/** A TunnelError on its way through a promise or a `throw`. */
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

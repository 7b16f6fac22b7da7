// The states of a tunnel and of a forward; each state carries its own data.
import type { BoundAddress } from '../util/address';
import type { TunnelError } from '../errors/errors';

export type Need = 'trust' | 'consent' | 'password' | 'passphrase' | 'code' | 'hostKey';
export type Phase = 'resolve' | 'tcp' | 'hostKey' | 'auth' | 'forwards';

/** Who has to act outside of VS Code before a login can go on: a person on another device, or the SSH agent. */
export type LoginWait = 'device' | 'agent';

export type ConnectingState = {
  readonly status: 'connecting';
  /** Counts from 1, since the tunnel was started or a connection last held for a while. */
  readonly attempt: number;
  readonly phase: Phase;
  /** 0 for the first host to connect to, counting through the jump hosts. */
  readonly hop: number;
  /** What the server has said during this login, outside of its prompts: readable lines, joined by line feeds. */
  readonly serverText?: string;
  /** Who has said it: `user@host:port` of this hop, which may be a jump host. undefined: an older daemon doesn't tell. */
  readonly serverName?: string;
  /** It waits for a ProxyCommand, which has written these last lines to its standard error. */
  readonly proxyCommand?: readonly string[];
  /** The last connection was lost soon after the login (`lostSoon`): the next one may be, too. */
  readonly isUnstable?: true;
} & (
  | {
      /** A question to the user is open. */
      readonly asking?: boolean;
      readonly waitsFor?: undefined;
    }
  | {
      readonly phase: 'auth';
      readonly asking?: undefined;
      /** What the login has been waiting for, for some seconds. */
      readonly waitsFor: LoginWait;
    }
);

export type TunnelState =
  | { readonly status: 'stopped' }
  /** autoStart "onConnect": listening, but not connected to the server yet. */
  | { readonly status: 'idle' }
  | { readonly status: 'blocked'; readonly need: Need; readonly error: TunnelError }
  | ConnectingState
  | {
      readonly status: 'up';
      /** Milliseconds since the epoch. */
      readonly since: number;
      /**
       * The attempt that connected it, until the connection has held for a while. If it is lost before, this attempt has
       * failed.
       */
      readonly attempt?: number;
      readonly isUnstable?: true;
    }
  /** retryAt: milliseconds since the epoch. */
  | {
      readonly status: 'waiting';
      readonly attempt: number;
      readonly retryAt: number;
      readonly error: TunnelError;
    }
  | { readonly status: 'failed'; readonly error: TunnelError }
  | { readonly status: 'stopping' };

export type ForwardState =
  | { readonly status: 'closed' }
  | { readonly status: 'opening' }
  | {
      readonly status: 'listening';
      readonly bound: readonly BoundAddress[];
      /** The server was asked to listen on its network, but does not report whether it does. */
      readonly isExposureUnknown?: true;
      /** Open connections. */
      readonly connections: number;
      /** Bytes from the SSH server to this machine, and from this machine to the server. */
      readonly bytesIn: number;
      readonly bytesOut: number;
      readonly lastError?: TunnelError;
      /** Milliseconds since the epoch. */
      readonly lastErrorAt?: number;
    }
  | { readonly status: 'failed'; readonly error: TunnelError };

/** Neither connecting nor stopping: `whenSettled()` waits for that. */
export function isSettled(state: TunnelState): boolean {
  return state.status !== 'connecting' && state.status !== 'stopping';
}

/** Connected, but at least one forward has failed. Derived, never stored. */
export function isDegraded(state: TunnelState, forwards: readonly ForwardState[]): boolean {
  return state.status === 'up' && forwards.some((forward) => forward.status === 'failed');
}

/** The number of the current attempt. undefined: there is none, or its connection has held for a while. */
export function attemptOf(state: TunnelState): number | undefined {
  return 'attempt' in state ? state.attempt : undefined;
}

/** How many attempts in a row have failed, until it is up. */
export function failedAttempts(state: TunnelState): number {
  switch (state.status) {
    case 'waiting':
      return state.attempt;
    case 'connecting':
      return state.attempt - 1;
    default:
      return 0;
  }
}

export function errorOf(state: TunnelState): TunnelError | undefined {
  return 'error' in state ? state.error : undefined;
}

/** Whether it waits for a port in use, or is just opening its forwards and may find one in use. */
export function mayNeedPort(state: TunnelState): boolean {
  return state.status === 'waiting'
    ? state.error.code === 'AddressInUse' || state.error.code === 'RemoteListenRefused'
    : state.status === 'connecting' && state.phase === 'forwards';
}

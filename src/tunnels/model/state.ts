// The states of a tunnel and of a forward: unions that carry just what holds in that state.
import type { BoundAddress } from '../util/address';
import type { TunnelError } from '../errors/errors';

export type Need = 'trust' | 'consent' | 'password' | 'passphrase' | 'code' | 'hostKey';
export type Phase = 'resolve' | 'tcp' | 'hostKey' | 'auth' | 'forwards';

export type TunnelState =
  | { readonly status: 'stopped' }
  /** autoStart "onConnect": listening, not dialled yet. */
  | { readonly status: 'idle' }
  | { readonly status: 'blocked'; readonly need: Need; readonly error: TunnelError }
  | {
      readonly status: 'connecting';
      /** Counts from 1 since the tunnel was started or last up. */
      readonly attempt: number;
      readonly phase: Phase;
      /** 0 for the first host dialled, counting through the jump hosts. */
      readonly hop: number;
      readonly asking?: boolean;
    }
  /** since: milliseconds of the epoch. */
  | { readonly status: 'up'; readonly since: number }
  /** retryAt: milliseconds of the epoch. */
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
      /** The server was asked to open it to its network, and does not say whether it did. */
      readonly isExposureUnknown?: true;
      /** Open now. */
      readonly connections: number;
      /** Bytes from the SSH server to this machine, and from this machine to the server. */
      readonly bytesIn: number;
      readonly bytesOut: number;
      readonly lastError?: TunnelError;
      /** Milliseconds of the epoch. */
      readonly lastErrorAt?: number;
    }
  | { readonly status: 'failed'; readonly error: TunnelError };

/** Neither on its way up nor down: what `whenSettled()` waits for. */
export function isSettled(state: TunnelState): boolean {
  return state.status !== 'connecting' && state.status !== 'stopping';
}

/** Up, but not with every forward. Derived, never stored. */
export function isDegraded(state: TunnelState, forwards: readonly ForwardState[]): boolean {
  return state.status === 'up' && forwards.some((forward) => forward.status === 'failed');
}

export function errorOf(state: TunnelState): TunnelError | undefined {
  return 'error' in state ? state.error : undefined;
}

/** Whether it waits because a port was taken, or may just have found one taken. */
export function mayWantPort(state: TunnelState): boolean {
  return state.status === 'waiting'
    ? state.error.code === 'AddressInUse' || state.error.code === 'RemoteListenRefused'
    : state.status === 'connecting' && state.phase === 'forwards';
}

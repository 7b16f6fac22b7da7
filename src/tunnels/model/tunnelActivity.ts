// What goes on in a tunnel, for Details: asked for while the page is open, and not part of the reports.
import type { TunnelError } from '../errors/errors';
import type { TunnelState } from './state';

export interface OpenConnection {
  /** By forwardKey(). */
  readonly forward: string;
  /** `host:port` of the client. Absent: a socket file, or the server doesn't tell. */
  readonly peer?: string;
  /** Milliseconds since the epoch. */
  readonly since: number;
  /** From the SSH server to this machine, and from this machine to the server. */
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** That it entered a state. */
export interface StateChange {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly status: TunnelState['status'];
  readonly error?: TunnelError;
}

/** JSON-serialisable. */
export interface TunnelActivity {
  /** The newest first, at most `maxListedConnections`. */
  readonly connections: readonly OpenConnection[];
  /** How many there are in all. */
  readonly connectionCount: number;
  /** The newest first, at most `maxStateChanges`. */
  readonly history: readonly StateChange[];
  /** Milliseconds from a request to the server's answer, as last measured. Absent: not connected, or it never answers. */
  readonly roundTripMs?: number;
}

export const maxListedConnections = 50;
export const maxStateChanges = 20;

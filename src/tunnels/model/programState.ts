// How a program of the server is whose windows are shown here: a union that carries just what holds in that state.
import type { X11Program } from '../config/definition';
import type { TunnelError } from '../errors/errors';

/** As the server told of it (RFC 4254 §6.10); none of the two: it did not tell. */
export interface ProgramExit {
  readonly code?: number;
  /** Without "SIG": `TERM`. */
  readonly signal?: string;
}

export type ProgramState =
  /** It has not been run since the daemon knows of it. */
  | { readonly status: 'ready' }
  /** The display is looked for, the connection made, the command sent. */
  | { readonly status: 'starting' }
  | {
      readonly status: 'running';
      /** Milliseconds of the epoch. */
      readonly since: number;
      /** Connections to the display that are open. */
      readonly windows: number;
      /** Its command has ended, and left windows behind that live on, as with `ssh -f`. */
      readonly isDetached?: true;
      /** What it said last on its error output. */
      readonly said?: string;
    }
  | { readonly status: 'stopping' }
  | {
      readonly status: 'ended';
      /** Milliseconds of the epoch. */
      readonly at: number;
      readonly exit: ProgramExit;
      /** Whether it ever reached the display. */
      readonly hadWindow: boolean;
      readonly said?: string;
    }
  | {
      readonly status: 'failed';
      /** Milliseconds of the epoch. */
      readonly at: number;
      readonly error: TunnelError;
      /** It ran, and ended with the connection: X can't survive that. */
      readonly isCutOff?: true;
      readonly said?: string;
    };

/** A program of a tunnel, or one that somebody has run by hand, and how it is. */
export interface ProgramSnapshot {
  readonly program: X11Program;
  readonly state: ProgramState;
  /** Not of `x11Programs`: it goes from the list when it has ended well. */
  readonly isAdHoc?: true;
}

/** On its way, there, or on its way out. */
export function isActive({ status }: ProgramState): boolean {
  return status === 'starting' || status === 'running' || status === 'stopping';
}

// The states of an X11 program that runs on the server and shows its windows here; each state carries its own data.
import type { X11Program } from '../config/definition';
import type { TunnelError } from '../errors/errors';

/** As reported by the server (RFC 4254 §6.10); neither field: it reported nothing. */
export interface ProgramExit {
  readonly code?: number;
  /** The signal that ended it, without "SIG": `TERM`. */
  readonly signal?: string;
}

export type ProgramState =
  /** Not run yet since the daemon knows this program. */
  | { readonly status: 'ready' }
  /** Finding the display, connecting, sending the command. */
  | { readonly status: 'starting' }
  | {
      readonly status: 'running';
      /** Milliseconds since the epoch. */
      readonly since: number;
      /** Open connections to the display. */
      readonly windows: number;
      /** The command has ended but its windows are still open, as with `ssh -f`. */
      readonly isDetached?: true;
      /** The last line of its standard error. */
      readonly said?: string;
    }
  | { readonly status: 'stopping' }
  | {
      readonly status: 'ended';
      /** Milliseconds since the epoch. */
      readonly at: number;
      readonly exit: ProgramExit;
      /** Whether it ever connected to the display. */
      readonly hadWindow: boolean;
      readonly said?: string;
    }
  | {
      readonly status: 'failed';
      /** Milliseconds since the epoch. */
      readonly at: number;
      readonly error: TunnelError;
      /** It ended because the connection was lost, which X11 programs can't survive. */
      readonly isCutOff?: true;
      readonly said?: string;
    };

/** A program with its state: one of `x11Programs`, or one that the user ran manually. */
export interface ProgramSnapshot {
  readonly program: X11Program;
  readonly state: ProgramState;
  /** Run manually, not from `x11Programs`: removed from the list when it ends normally. */
  readonly isAdHoc?: true;
}

/** Starting, running or stopping. */
export function isActive({ status }: ProgramState): boolean {
  return status === 'starting' || status === 'running' || status === 'stopping';
}

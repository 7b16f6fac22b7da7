// A row of the table of faults: how it comes about for real, and what a person must be able to read out of the error.
import type { TunnelError, TunnelErrorCode } from '../../../src/tunnels/errors/errors';
import type { Side } from '../../../src/tunnels/errors/explanation';
import type { FaultTableSetup } from './setup';

/** What a window was shown. */
export interface Shown {
  readonly error: TunnelError;
  /** As in the settings. */
  readonly tunnel: unknown;
  /** The host, port, path or user at fault: the message has to name each. */
  readonly names: readonly string[];
}

export interface Fault {
  readonly fault: string;
  readonly code: TunnelErrorCode;
  /** Where it is mended: the explanation has a step there. */
  readonly side: Side;
  /** A line that the explanation gives to be copied, for that side. */
  readonly cure?: string;
  /** Why the real thing can't be had here; undefined: it is the real thing. */
  readonly fake?: string;
  /** Where a system knows no such fault, the row is left out. */
  readonly exists?: () => boolean;
  readonly inject: (setup: FaultTableSetup) => Promise<Shown>;
}

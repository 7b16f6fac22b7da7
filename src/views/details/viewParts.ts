// What the views of the details page share.
import type { TunnelError } from '../../tunnels/errors/errors';
import type { ProgramSnapshot } from '../../tunnels/model/programState';
import type { ForwardSnapshot } from '../../tunnels/model/snapshot';

export interface ViewFacts {
  /** Milliseconds of the epoch. */
  readonly now: number;
  /** `process.platform` of the machine that listens. */
  readonly platform: string;
  readonly locale?: string;
}

/** An error, with the tunnel, forward or program that it belongs to. */
export interface Subject {
  readonly key: string;
  readonly title: string;
  readonly error: TunnelError;
  readonly forward?: ForwardSnapshot;
  readonly program?: ProgramSnapshot;
  readonly at?: number;
}

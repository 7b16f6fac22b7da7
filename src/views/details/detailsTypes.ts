// The types that the views of the details page share.
import type { TunnelError } from '../../tunnels/errors/errors';
import type { ProgramSnapshot } from '../../tunnels/model/programState';
import type { ForwardSnapshot } from '../../tunnels/model/snapshot';
import type { TunnelActivity } from '../../tunnels/model/tunnelActivity';
import type { Traffic } from './traffic';

/** A line of the tunnel's log. */
export interface RecordedLine {
  readonly level: string;
  readonly text: string;
  /** Milliseconds of the epoch. */
  readonly at: number;
}

export interface ViewFacts {
  /** Milliseconds of the epoch. */
  readonly now: number;
  /** `process.platform` of the machine that listens. */
  readonly platform: string;
  readonly locale?: string;
  /** Absent: not known yet, or its daemon is older and doesn't tell. */
  readonly activity?: TunnelActivity;
  readonly traffic?: Traffic;
  readonly log?: readonly RecordedLine[];
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

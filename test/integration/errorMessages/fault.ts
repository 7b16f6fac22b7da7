// A fault: how the fault is caused for real, and what the error must tell the user.
import type { TunnelErrorCode } from '../../../src/tunnels/errors/errors';
import type { Side } from '../../../src/tunnels/errors/explanation';
import type { FaultSetup, Shown } from './setup';

export interface Fault {
  readonly fault: string;
  readonly code: TunnelErrorCode;
  /** Where it is fixed: the explanation has a step there. */
  readonly side: Side;
  /** A line to copy that the explanation gives for that side. */
  readonly fix?: string;
  /** Why the real thing isn't possible here; undefined: it is the real thing. */
  readonly fake?: string;
  /** The row is left out on a system without this fault. */
  readonly exists?: () => boolean;
  readonly inject: (setup: FaultSetup) => Promise<Shown>;
}

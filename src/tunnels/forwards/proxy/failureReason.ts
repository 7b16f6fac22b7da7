// Why connecting to a target failed, as one of the few reasons that proxy protocols can report.
import { TunnelFailure } from '../../errors/errors';

export type FailureReason =
  | 'refused'
  | 'notFound'
  | 'unreachable'
  | 'networkUnreachable'
  | 'timedOut'
  | 'notPermitted'
  /** The server has no room for one more connection. */
  | 'shortage'
  | 'other';

const reasons = {
  timedOut: 'timedOut',
  networkUnreachable: 'networkUnreachable',
  hostUnreachable: 'unreachable',
  socket: 'unreachable',
  other: 'unreachable',
} as const;

export function failureReasonOf(error: unknown): FailureReason {
  if (!(error instanceof TunnelFailure)) {
    return 'other';
  }
  switch (error.error.code) {
    case 'TargetRefused':
      return 'refused';
    case 'TargetNotFound':
      return 'notFound';
    case 'TargetNotPermitted':
    case 'ForwardingDisabled':
      return 'notPermitted';
    case 'ServerLimit':
      return 'shortage';
    case 'TargetUnreachable':
      return reasons[error.error.cause];
    default:
      return 'other';
  }
}

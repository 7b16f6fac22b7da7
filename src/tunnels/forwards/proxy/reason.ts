// Why connecting to a target failed, as one of the few reasons that proxy protocols can report.
import { TunnelFailure } from '../../errors/errors';

export type Reason =
  | 'refused'
  | 'notFound'
  | 'unreachable'
  | 'networkUnreachable'
  | 'timedOut'
  | 'notPermitted'
  | 'other';

export function reasonOf(error: unknown): Reason {
  if (!(error instanceof TunnelFailure)) {
    return 'other';
  }
  switch (error.code) {
    case 'TargetRefused':
      return 'refused';
    case 'TargetNotFound':
      return 'notFound';
    case 'TargetNotPermitted':
    case 'ForwardingDisabled':
      return 'notPermitted';
    case 'TargetUnreachable':
      return unreachable(error.error.detail ?? '');
    default:
      return 'other';
  }
}

/** The detail is the far side's system error text: strerror(3). */
function unreachable(detail: string): Reason {
  if (/timed out/i.test(detail)) {
    return 'timedOut';
  }
  return /network is unreachable/i.test(detail) ? 'networkUnreachable' : 'unreachable';
}

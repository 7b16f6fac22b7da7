// Why the far side could not be reached, in the few words that proxy protocols have for it.
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

/** The system of the far side says it in its own words: strerror(3). */
function unreachable(detail: string): Reason {
  if (/timed out/i.test(detail)) {
    return 'timedOut';
  }
  return /network is unreachable/i.test(detail) ? 'networkUnreachable' : 'unreachable';
}

// What an explanation is made of: steps for people, each on the side on which it is taken, and what can be done here by
// a button.
import type { Destination } from '../config/definition';
import type { ErrorFacts, TunnelError } from './errors';
import type { Forward } from '../config/forward';

/** On this machine, or on the SSH server. */
export type Side = 'here' | 'server';

export interface Step {
  readonly side: Side;
  /** A sentence. */
  readonly text: string;
  /** A command to run there, or lines of a file: to be copied, never run by us. */
  readonly code?: string;
}

/** What a button may do; which of them make sense in the tunnel's state is for the views to say. */
export type ExplainAction =
  | 'tryAgain'
  | 'answer'
  | 'useAnotherPort'
  | 'takeOver'
  | 'edit'
  | 'openFile'
  | 'openSshConfig'
  | 'reviewConsent'
  | 'manageTrust'
  | 'showLog';

export interface Explanation {
  readonly steps: readonly Step[];
  readonly actions: readonly ExplainAction[];
}

/** Around the error: what it does not say itself. */
export interface Circumstances {
  /** As of `process.platform`, of the machine that listens. */
  readonly platform: string;
  readonly destination: Destination | undefined;
  /** The forward it is about. */
  readonly forward?: Forward;
}

export interface Case extends Circumstances {
  readonly error: TunnelError;
  readonly facts: ErrorFacts;
}

export function here(text: string, code?: string): Step {
  return step('here', text, code);
}

export function onServer(text: string, code?: string): Step {
  return step('server', text, code);
}

function step(side: Side, text: string, code: string | undefined): Step {
  return { side, text, ...(code === undefined ? {} : { code }) };
}

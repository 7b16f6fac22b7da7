// The parts of an explanation: steps, each for this machine or for the server, and the actions that get a button.
import type { Destination } from '../config/definition';
import type { ErrorFacts, TunnelError } from './errors';
import type { Forward } from '../config/forward';

/** Where a step is done: on this machine or on the SSH server. */
export type Side = 'here' | 'server';

export interface Step {
  readonly side: Side;
  /** One sentence or two. */
  readonly text: string;
  /** A command to run there, or lines for a file. The user copies it; we never run it. */
  readonly code?: string;
}

/** What a button can do. The views hide those that make no sense in the tunnel's state. */
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

/** What an explanation needs to know besides the error. */
export interface Circumstances {
  /** `process.platform` of the machine that the extension runs on. */
  readonly platform: string;
  readonly destination: Destination | undefined;
  /** The forward that failed. */
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

// What each area of errors writes for its codes: the words of an error, and its explanation, with steps for this
// machine or for the server and the actions that get a button.
import type { Destination } from '../config/definition';
import type { Forward } from '../config/forward';
import type { Localizer } from '../util/l10n';

export interface ErrorWords {
  /** One plain sentence that names the host, port or file at fault. */
  readonly message: string;
  /** One sentence: what to do about it. */
  readonly nextStep: string;
  /** More about it, and what the system, the library or the server reported. */
  readonly detail?: string;
}

/** What the system, the library or the server reported, verbatim; in English or whatever language it speaks. */
export interface Reported {
  readonly detail?: string;
}

/** @param detail empty or undefined: it reported nothing */
export function reported(detail: string | undefined): Reported {
  return detail ? { detail } : {};
}

/** Everything that is shown about one kind of error. */
export interface ErrorTexts<E> {
  words(error: E, l10n: Localizer): ErrorWords;
  explain(error: E, circumstances: Circumstances, l10n: Localizer): Explanation;
}

/** The texts of several errors, by code; an error without texts does not compile. */
export type TextsByCode<E extends { readonly code: string }> = {
  readonly [C in E['code']]: ErrorTexts<Extract<E, { readonly code: C }>>;
};

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
  /** All forwards of the tunnel. */
  readonly forwards?: readonly Forward[];
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

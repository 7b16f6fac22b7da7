// Types and helpers that the authentication methods share.
import type { Attempt } from '../../errors/ssh/loginFacts';
import type { KeyProblem } from '../../errors/ssh/keys/keyProblem';
import { NeedsAnswer } from './prompter';
import type { LoginPrompter } from './prompter';
import type { LoginWait } from '../../model/state';
import type { HostConfig } from '../config/hostConfig';
import type { UserauthExchange, Reply } from './userauthExchange';
import type { LoginRecord } from './loginProgress';
import type { Log } from '../../util/log';

export type MethodName = 'publickey' | 'keyboard-interactive' | 'password';

/** An authentication method of RFC 4252 §5. */
export interface Method {
  readonly name: MethodName;
  /** What its last request offered. */
  readonly lastAttempt: Attempt;
  /** Makes one request, with the prompts that belong to it. @returns undefined when nothing is left to try */
  attempt(): Promise<Reply | undefined>;
}

/** The login in progress. */
export interface Login {
  readonly host: HostConfig;
  /** `user@host:port`, for messages. */
  readonly who: string;
  /** SHA256 fingerprint of the host key. */
  readonly hostKey: string;
  readonly exchange: UserauthExchange;
  readonly prompter: LoginPrompter;
  readonly log: Log;
  /** Every offer is recorded there. */
  readonly progress: LoginRecord;
  /** Records why a key can't be offered, or can't sign. */
  readonly noteUnusableKey: (problem: KeyProblem) => void;
  /** Records a prompt that was needed but not allowed. If nothing else succeeds, the login fails with the first one. */
  readonly noteNeededPrompt: (neededPrompt: NeedsAnswer) => void;
}

/** Prompts the user. If prompts are not allowed, records the needed prompt and returns undefined. */
export async function askIfAllowed(login: Login, ask: () => Promise<string>): Promise<string | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof NeedsAnswer) {
      login.noteNeededPrompt(error);
      return undefined;
    }
    throw error;
  }
}

/** A server that only checks a credential takes less. */
const shownAfterMs = 3000;

/**
 * Waits for an answer, and reports the wait if it is long: somebody may have to act outside of VS Code.
 * @param afterMs how long it takes until it is reported; 0 if somebody certainly has to act
 */
export async function reportLongWait<T>(
  { onWaitsFor, signal }: Pick<LoginPrompter, 'onWaitsFor' | 'signal'>,
  waitsFor: LoginWait,
  wait: Promise<T>,
  afterMs = shownAfterMs,
): Promise<T> {
  if (signal.aborted) {
    return wait;
  }
  let isReported = false;
  const report = (): void => {
    isReported = true;
    onWaitsFor(waitsFor);
  };
  const timer = afterMs > 0 ? setTimeout(report, afterMs) : undefined;
  if (!timer) {
    report();
  }
  const end = (): void => {
    clearTimeout(timer);
    if (isReported) {
      isReported = false;
      onWaitsFor(undefined);
    }
  };
  // No answer arrives on a connection that has ended.
  signal.addEventListener('abort', end, { once: true });
  try {
    return await wait;
  } finally {
    signal.removeEventListener('abort', end);
    end();
  }
}

// What the methods of a login share.
import { NeedsAnswer } from './prompter';
import type { Asking } from './prompter';
import type { ResolvedHost } from '../config/resolvedHost';
import type { Conversation, Reply } from './userauthExchange';

export type MethodName = 'publickey' | 'keyboard-interactive' | 'password';

/** A method of RFC 4252 §5. */
export interface Method {
  readonly name: MethodName;
  /** One request with what belongs to it. @returns undefined when there is nothing left to send */
  attempt(): Promise<Reply | undefined>;
}

/** One login under way. */
export interface Login {
  readonly host: ResolvedHost;
  /** `user@host:port`, for people. */
  readonly who: string;
  /** SHA256 fingerprint of the host key. */
  readonly hostKey: string;
  readonly conversation: Conversation;
  readonly asking: Asking;
  readonly log: (line: string) => void;
  /** Notes what is offered, for the error that may come. */
  readonly offering: (name: string) => void;
  /** Of a key: every passphrase was wrong. */
  readonly stayedLocked: (name: string) => void;
  /** Notes a question that nobody may be asked: the login fails with the first of them if nothing else will do. */
  readonly needs: (missing: NeedsAnswer) => void;
}

/** Asks, unless nobody may be asked: then it notes the need, and gives undefined. */
export async function askIfAllowed(login: Login, ask: () => Promise<string>): Promise<string | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof NeedsAnswer) {
      login.needs(error);
      return undefined;
    }
    throw error;
  }
}

const patienceAfter = 1000;
const patienceFor = 120_000;

/**
 * Waits where somebody may be asked elsewhere, by an agent or on a telephone: time-outs stand still meanwhile, though
 * not for ever.
 */
export async function patiently<T>({ asking }: Login, wait: Promise<T>): Promise<T> {
  let waiting = false;
  const hold = (on: boolean): void => {
    if (waiting !== on) {
      waiting = on;
      asking.onAsking(on);
    }
  };
  const start = setTimeout(() => hold(true), patienceAfter);
  const stop = setTimeout(() => hold(false), patienceFor);
  const end = (): void => {
    clearTimeout(start);
    clearTimeout(stop);
    hold(false);
  };
  // Of a connection that has ended no answer comes.
  asking.signal.addEventListener('abort', end, { once: true });
  try {
    return await wait;
  } finally {
    asking.signal.removeEventListener('abort', end);
    end();
  }
}

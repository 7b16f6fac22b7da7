// Requests that the server grants or refuses, each with a time-out. OpenSSH's server sends the reason of a refusal as a
// debug message before its reply. Replies arrive in the order of the requests, so a debug message belongs to the request
// that is answered next.
import { readable } from '../../util/untrustedText';
import { isLoginMessage } from './failures/explainSsh2Error';

export type Reply<V> = (error: Error | null | undefined, value: V) => void;

export interface ServerRequest<T, V> {
  readonly timeoutMs: number;
  /** ssh2 throws if the connection is already closed, and never replies if it closes later. */
  readonly send: (reply: Reply<V>) => unknown;
  /** Called in the tick of the reply: the first connection to a new listener may be in the same packet. */
  readonly granted: (value: V) => T;
  readonly refused: (raw: Error) => Error;
  /** It is granted after its time-out. */
  readonly tooLate?: (value: V) => void;
}

/** The message of the error when a request is not answered in time. */
export const noAnswer = 'the server did not answer';

/** How many debug messages are stored. */
const maxDebugMessages = 20;

export class RequestReplies {
  readonly #unanswered = new Set<() => void>();
  /** Since the last reply. */
  #debugMessages: string[] = [];

  /** @throws what `refused` returns */
  request<T, V>({ timeoutMs, send, granted, refused, tooLate }: ServerRequest<T, V>): Promise<T> {
    return new Promise((resolve, reject) => {
      let isOver = false;
      const settle = (act: () => void): void => {
        clearTimeout(timer);
        this.#unanswered.delete(giveUp);
        isOver = true;
        act();
      };
      const fail = (raw: Error): void => settle(() => reject(refused(raw)));
      const giveUp = (): void => fail(new Error('the connection ended'));
      const timer = setTimeout(() => fail(new Error(noAnswer)), timeoutMs);
      if (this.#unanswered.size === 0) {
        // Earlier messages are about something else.
        this.#debugMessages = [];
      }
      this.#unanswered.add(giveUp);
      try {
        send((error, value) => {
          if (error) {
            fail(error);
          } else if (isOver) {
            tooLate?.(value);
          } else {
            settle(() => resolve(new Promise((fulfil) => fulfil(granted(value)))));
          }
        });
      } catch (error) {
        fail(error instanceof Error ? error : new Error(String(error)));
      }
    });
  }

  onDebugMessage(message: string): void {
    if (!isLoginMessage(message)) {
      this.#debugMessages = [...this.#debugMessages, readable(message)].slice(-maxDebugMessages);
    }
  }

  /** The debug messages that belong to the reply that has just arrived. */
  takeDebugMessages(): readonly string[] {
    return this.#debugMessages.splice(0);
  }

  sessionEnded(): void {
    this.#unanswered.forEach((giveUp) => giveUp());
  }
}

// Logs the server's messages to the user: its banner and debug messages. Limits their number and length, and removes
// characters that could draw or move a cursor.
import { readable } from '../../util/untrustedText';
import { TokenBucket } from '../../util/pacing/tokenBucket';
import type { Log } from '../../util/log';

/** A server sends a few messages at the login, and one for each forward that it refuses. */
const messages = { most: 32, perSecond: 0.2 };
const maxLineLength = 500;
const maxLines = 50;

export class ServerMessages {
  readonly #log: Log;
  readonly #tokens: TokenBucket;
  #skipped = 0;

  constructor(log: Log, now?: () => number) {
    this.#log = log;
    this.#tokens = new TokenBucket(messages, now);
  }

  /** @param who "Banner of me@host:22" */
  say(who: string, text: string, level: 'info' | 'debug' = 'info'): void {
    if (!this.#tokens.take()) {
      if (this.#skipped++ === 0) {
        this.#log[level](`${who}: further messages are left out`);
      }
      return;
    }
    if (this.#skipped > 1) {
      this.#log[level](`${who}: ${this.#skipped} messages were left out`);
    }
    this.#skipped = 0;
    this.#log[level](`${who}: ${readableLines(text).trimEnd()}`);
  }
}

/** The beginning of a text, line by line. */
export function readableLines(text: string): string {
  const lines = text.slice(0, maxLineLength * maxLines).split(/\r?\n/, maxLines);
  return lines.map((line) => readable(line, maxLineLength)).join('\n');
}

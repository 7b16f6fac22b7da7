// The server's messages to the user: its banner and debug messages, and texts of the login. Limits their number and
// length, and removes characters that could draw or move a cursor.
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
export function readableLines(text: string, limits = { line: maxLineLength, lines: maxLines }): string {
  const lines = text.slice(0, limits.line * limits.lines).split(/\r?\n/, limits.lines);
  return lines.map((line) => readable(line, limits.line)).join('\n');
}

/** What the views show of the texts of a login. A link for a login can be long. */
const loginLimits = { line: 2000, lines: 24 };
const maxLoginLength = 4000;
const maxLoginTexts = 16;

/** Collects what the server says during a login, outside of its prompts. Each text reaches all windows. */
export class LoginText {
  readonly #report: (text: string) => void;
  #text = '';
  #last = '';
  #count = 0;

  /** @param report gets all of it, each time there is more */
  constructor(report: (text: string) => void) {
    this.#report = report;
  }

  add(text: string): void {
    const lines = readableLines(text, loginLimits).trimEnd();
    const all = this.#text === '' ? lines : `${this.#text}\n${lines}`;
    // PAM says the same at each attempt.
    const isNew = lines.trim() !== '' && lines !== this.#last;
    if (isNew && this.#count < maxLoginTexts && all.length <= maxLoginLength) {
      this.#count++;
      this.#last = lines;
      this.#text = all;
      this.#report(all);
    }
  }
}

// What a server says to people, into the log: its banner, its debug messages. As much of it as anybody would read, and
// nothing that could draw or move a cursor.
import { readable } from '../../util/printable';
import { Allowance } from '../../util/tokenBucket';

/** A server says a few things at the login, and one for each forward that it refuses. */
const messages = { most: 32, perSecond: 0.2 };
const longestLine = 500;
const mostLines = 50;

export class ServerVoice {
  readonly #log: (line: string) => void;
  readonly #allowance: Allowance;
  #leftOut = 0;

  constructor(log: (line: string) => void, now?: () => number) {
    this.#log = log;
    this.#allowance = new Allowance(messages, now);
  }

  /** @param who "Banner of me@host:22" */
  say(who: string, text: string): void {
    if (!this.#allowance.take()) {
      if (this.#leftOut++ === 0) {
        this.#log(`${who}: more than is written here`);
      }
      return;
    }
    if (this.#leftOut > 1) {
      this.#log(`${who}: ${this.#leftOut} messages were left out`);
    }
    this.#leftOut = 0;
    this.#log(`${who}: ${readableLines(text).trimEnd()}`);
  }
}

/** The beginning of a text of several lines. */
export function readableLines(text: string): string {
  const lines = text.slice(0, longestLine * mostLines).split(/\r?\n/, mostLines);
  return lines.map((line) => readable(line, longestLine)).join('\n');
}

// What a ProxyCommand writes to its standard error: to the log as it comes, and its last lines for the person who waits.
import { StringDecoder } from 'node:string_decoder';
import { TokenBucket } from '../../util/pacing/tokenBucket';
import { readable } from '../../util/untrustedText';
import type { Log } from '../../util/log';

/** Enough for `ssh -vvv` in a ProxyCommand. */
const loggedLines = { most: 500, perSecond: 5 };
/** Addresses of login pages are long. */
const maxLineLength = 1000;
const maxLastLines = 5;
/** Of the lines that come at once, these last ones are read: more than are ever logged. */
const mostAtOnce = loggedLines.most + 100;
/** How long the end of a line may take: a question has none. */
const incompleteLineMs = 200;

export class CommandOutput {
  readonly #who: string;
  readonly #log: Log;
  readonly #onLines: (lines: readonly string[]) => void;
  readonly #decoder = new StringDecoder('utf8');
  readonly #tokens = new TokenBucket(loggedLines);
  #isSkipping = false;
  #incomplete = '';
  #timer: NodeJS.Timeout | undefined;
  #lastLines: readonly string[] = [];

  /**
   * @param who "ProxyCommand of staging"
   * @param onLines is called with its last lines whenever there is another one
   */
  constructor(who: string, log: Log, onLines: (lines: readonly string[]) => void) {
    this.#who = who;
    this.#log = log;
    this.#onLines = onLines;
  }

  /** The last lines that aren't empty, each readable and at most 1000 characters long. */
  get lastLines(): readonly string[] {
    return this.#lastLines;
  }

  add(data: Buffer): void {
    clearTimeout(this.#timer);
    const lines = (this.#incomplete + this.#decoder.write(data)).split(/[\r\n]+/);
    // A line without an end is not stored for ever.
    this.#incomplete = (lines.pop() ?? '').slice(-4 * maxLineLength);
    this.#show(lines);
    if (this.#incomplete !== '') {
      this.#timer = setTimeout(() => this.end(), incompleteLineMs);
    }
  }

  /** What has no end of a line yet counts as one. */
  end(): void {
    clearTimeout(this.#timer);
    const last = this.#incomplete;
    this.#incomplete = '';
    this.#show([last]);
  }

  #show(texts: readonly string[]): void {
    const lines = texts
      .slice(-mostAtOnce)
      .map((text) => readable(text, maxLineLength).trim())
      .filter(Boolean);
    if (lines.length > 0) {
      lines.forEach((line) => this.#write(line));
      this.#lastLines = [...this.#lastLines, ...lines].slice(-maxLastLines);
      this.#onLines(this.#lastLines);
    }
  }

  #write(line: string): void {
    if (this.#tokens.take()) {
      this.#isSkipping = false;
      this.#log.info(`${this.#who}: ${line}`);
    } else if (!this.#isSkipping) {
      this.#isSkipping = true;
      this.#log.info(`${this.#who}: further lines are left out`);
    }
  }
}

// What a ProxyCommand writes to its standard error: to the log as it comes, and its last lines for the person who waits.
import { StringDecoder } from 'node:string_decoder';
import { TokenBucket } from '../../util/pacing/tokenBucket';
import { readable, withoutTerminalEscapes } from '../../util/untrustedText';
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
  /** The last of the last lines, if its end is still to come. */
  #shownIncomplete: string | undefined;
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
    const lines = (this.#incomplete + this.#decoder.write(data)).split('\n');
    // A line without an end is not stored for ever.
    this.#incomplete = (lines.pop() ?? '').slice(-4 * maxLineLength);
    if (lines.length > 0) {
      this.#stopWaiting();
      this.#show(lines);
    }
    if (this.#incomplete !== '') {
      // Not later with each addition: a progress bar may go on for long.
      this.#timer ??= setTimeout(() => this.#showIncomplete(), incompleteLineMs);
    }
  }

  /** What has no end of a line yet counts as one. */
  end(): void {
    this.#stopWaiting();
    this.#show([this.#incomplete]);
    this.#incomplete = '';
  }

  #stopWaiting(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** The line may still go on, or be overwritten: then it is shown in place of what is shown now. */
  #showIncomplete(): void {
    this.#timer = undefined;
    const line = visible(this.#incomplete);
    if (line !== '') {
      this.#showLines([line]);
      this.#shownIncomplete = line;
    }
  }

  #show(texts: readonly string[]): void {
    this.#showLines(texts.slice(-mostAtOnce).map(visible).filter(Boolean));
  }

  #showLines(lines: readonly string[]): void {
    const [first] = lines;
    const before = this.#shownIncomplete;
    this.#shownIncomplete = undefined;
    if (first === undefined || (lines.length === 1 && first === before)) {
      return;
    }
    (first === before ? lines.slice(1) : lines).forEach((line) => this.#write(line));
    const earlier = before === undefined ? this.#lastLines : this.#lastLines.slice(0, -1);
    this.#lastLines = [...earlier, ...lines].slice(-maxLastLines);
    this.#onLines(this.#lastLines);
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

/** As in a terminal: what comes after a carriage return overwrites what was before, as progress bars do. */
function visible(line: string): string {
  for (const text of line.split('\r').reverse()) {
    const shown = readable(withoutTerminalEscapes(text), maxLineLength).trim();
    if (shown !== '') {
      return shown;
    }
  }
  return '';
}

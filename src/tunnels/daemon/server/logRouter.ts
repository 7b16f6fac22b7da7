// Where the daemon's log lines go: to its file, and to each window that leases the tunnel that a line is about.
import { isShown, logTo } from '../../util/log';
import type { Log, LogLevel } from '../../util/log';
import { TokenBucket } from '../../util/pacing/tokenBucket';
import type { LogLine } from '../protocol/protocol';
import type { LogFile } from './logFile';

/** A window that may want a line. */
export interface LogReader {
  /** @param tunnel this window's id of the tunnel; undefined: a line about the daemon itself */
  wantsLog(level: LogLevel, tunnel: string | undefined): boolean;
  log(line: LogLine): void;
}

/** A tunnel that a window leases, by the window's id for it. */
export interface LogSubscriber {
  readonly reader: LogReader;
  readonly tunnel: string;
}

/** Lines of one tunnel below `error`. A connection attempt logs about 50. */
const lines = { most: 2000, perSecond: 50 };
const maxLineLength = 4000;

export class LogRouter {
  readonly #file: Pick<LogFile, 'write'>;
  readonly #readers: Iterable<LogReader>;
  readonly #now: (() => number) | undefined;

  /** @param readers all connected windows */
  constructor(file: Pick<LogFile, 'write'>, readers: Iterable<LogReader>, now?: () => number) {
    this.#file = file;
    this.#readers = readers;
    this.#now = now;
  }

  /** The log of the daemon itself. */
  readonly daemon: Log = logTo((level, line) => {
    const text = line.slice(0, maxLineLength);
    const readers = [...this.#readers].filter((reader) => reader.wantsLog(level, undefined));
    if (isForFile(level, readers.length > 0)) {
      this.#file.write({ level, text });
    }
    for (const reader of readers) {
      reader.log({ level, text });
    }
  });

  /**
   * The log of a tunnel. A flood of lines, by a server or by clients, is cut off.
   * @param name in the daemon's file
   */
  ofTunnel(name: string, subscribers: () => readonly LogSubscriber[]): Log {
    const tokens = new TokenBucket(lines, this.#now);
    let skipped = 0;
    const send = (level: LogLevel, text: string): void => {
      const wanting = subscribers().filter(({ reader, tunnel }) => reader.wantsLog(level, tunnel));
      if (isForFile(level, wanting.length > 0)) {
        this.#file.write({ level, text, tunnel: name });
      }
      for (const { reader, tunnel } of wanting) {
        reader.log({ level, text, tunnel });
      }
    };
    const isWanted = (level: LogLevel): boolean =>
      isShown(level, 'info') || subscribers().some(({ reader, tunnel }) => reader.wantsLog(level, tunnel));
    return logTo((level, line) => {
      if (!isWanted(level)) {
        return;
      }
      if (level !== 'error' && !tokens.take()) {
        if (skipped++ === 0) {
          send('warning', 'Too many log lines: further ones are left out');
        }
        return;
      }
      if (skipped > 0) {
        send('warning', `${skipped} log lines were left out`);
        skipped = 0;
      }
      send(level, line.slice(0, maxLineLength));
    });
  }
}

/** The file has `info` and above, and `debug` while a window reads that: a report then has both. */
function isForFile(level: LogLevel, hasReader: boolean): boolean {
  return isShown(level, 'info') || (level === 'debug' && hasReader);
}

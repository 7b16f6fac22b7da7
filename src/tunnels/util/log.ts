// The log that every module writes to, with its levels. Lines are English, and hold no secrets and no values of the
// environment.

/** From the least to the most important. */
export const logLevels = ['trace', 'debug', 'info', 'warning', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

export interface Log {
  /** What happens often: each forwarded connection, each keep-alive, lists of algorithms; like `ssh -vv`. */
  readonly trace: (line: string) => void;
  /** Each step of a connection and its time; like `ssh -v`. */
  readonly debug: (line: string) => void;
  readonly info: (line: string) => void;
  /** Something failed, but the user need not act: it is retried, or concerns a single connection. */
  readonly warn: (line: string) => void;
  /** Something failed and stays so until the user acts. */
  readonly error: (line: string) => void;
  readonly write: (level: LogLevel, line: string) => void;
}

export function logTo(write: (level: LogLevel, line: string) => void): Log {
  return {
    trace: (line) => write('trace', line),
    debug: (line) => write('debug', line),
    info: (line) => write('info', line),
    warn: (line) => write('warning', line),
    error: (line) => write('error', line),
    write,
  };
}

/** A log that begins each line with what it is about. */
export function prefixed(log: Log, prefix: string): Log {
  return logTo((level, line) => log.write(level, `${prefix}: ${line}`));
}

/** Whether a log with this threshold shows lines of the level. */
export function isShown(level: LogLevel, threshold: LogLevel): boolean {
  return logLevels.indexOf(level) >= logLevels.indexOf(threshold);
}

/** Milliseconds since a time of performance.now(), for a line of the log. */
export function elapsed(since: number): string {
  return `${Math.round(performance.now() - since)} ms`;
}

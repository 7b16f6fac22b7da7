// An output channel with log levels. Each message is one line without control or invisible characters.
import * as vscode from 'vscode';
import { fullPlainText } from '../../views/words/format';
import type { Log, LogLevel } from '../../tunnels/util/log';

const maxLineLength = 4000;

export class PlainLog implements Log, vscode.Disposable {
  readonly #channel: vscode.LogOutputChannel;

  constructor(name: string) {
    this.#channel = vscode.window.createOutputChannel(name, { log: true });
  }

  /** The user has chosen another level for this channel or for all. */
  get onDidChangeLevel(): vscode.Event<unknown> {
    return this.#channel.onDidChangeLogLevel;
  }

  /** The level that the user has chosen; undefined: off. */
  get level(): LogLevel | undefined {
    switch (this.#channel.logLevel) {
      case vscode.LogLevel.Off:
        return undefined;
      case vscode.LogLevel.Trace:
        return 'trace';
      case vscode.LogLevel.Debug:
        return 'debug';
      case vscode.LogLevel.Info:
        return 'info';
      case vscode.LogLevel.Warning:
        return 'warning';
      case vscode.LogLevel.Error:
        return 'error';
    }
  }

  readonly trace = (line: string): void => this.#channel.trace(plain(line));
  readonly debug = (line: string): void => this.#channel.debug(plain(line));
  readonly info = (line: string): void => this.#channel.info(plain(line));
  readonly warn = (line: string): void => this.#channel.warn(plain(line));
  readonly error = (line: string): void => this.#channel.error(plain(line));

  readonly write = (level: LogLevel, line: string): void => {
    this[level === 'warning' ? 'warn' : level](line);
  };

  show(): void {
    this.#channel.show();
  }

  dispose(): void {
    this.#channel.dispose();
  }
}

function plain(line: string): string {
  return fullPlainText(line.slice(0, maxLineLength));
}

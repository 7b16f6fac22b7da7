// The output channel. Each message is one line without control or invisible characters.
import * as vscode from 'vscode';
import { fullPlainText } from '../../views/words/format';

const maxLineLength = 4000;

export class PlainLog implements vscode.Disposable {
  readonly #channel: vscode.LogOutputChannel;

  constructor(name: string) {
    this.#channel = vscode.window.createOutputChannel(name, { log: true });
  }

  info(line: string): void {
    this.#channel.info(plain(line));
  }

  warn(line: string): void {
    this.#channel.warn(plain(line));
  }

  error(line: string): void {
    this.#channel.error(plain(line));
  }

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

// Logs a limited amount of a remote program's output, and stores the end of it to explain why the program ended.
import type { Readable } from 'node:stream';
import { readableLines, ServerMessages } from '../../ssh/peer/serverMessages';
import type { Log } from '../../util/log';

const longestTail = 2000;

/** The message of the xauth that sshd runs before the program, when that creates its file. Not the program's. */
const xauthMessage = /^\S*xauth: +file \S+ does not exist\r?\n/m;

export class OutputTail {
  readonly #name: string;
  readonly #messages: ServerMessages;
  #tail = '';

  constructor(name: string, log: Log) {
    this.#name = name;
    this.#messages = new ServerMessages(log);
  }

  /** @param isError for the error output, whose end is stored */
  listenTo(stream: Readable, isError: boolean): void {
    stream.setEncoding('utf8').on('data', (text: string) => {
      this.#messages.say(this.#name, text);
      if (isError) {
        this.#tail = (this.#tail + text).replace(xauthMessage, '').slice(-longestTail);
      }
    });
  }

  /** The last lines; undefined: no output. */
  get text(): string | undefined {
    const text = readableLines(this.#tail).trim();
    return text === '' ? undefined : text;
  }

  get lastLine(): string | undefined {
    return this.text?.split('\n').at(-1)?.trim();
  }
}

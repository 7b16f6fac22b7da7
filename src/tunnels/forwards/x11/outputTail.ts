// What a program of the server says on its outputs: into the log, as much as anybody would read, and the end of it kept
// for whoever asks why it ended.
import type { Readable } from 'node:stream';
import { readableLines, ServerVoice } from '../../ssh/peer/serverMessages';

const mostKept = 2000;

/** What the xauth says that sshd runs before the program, when it finds no file and makes one. */
const ofSshd = /^\S*xauth: +file \S+ does not exist\r?\n/m;

export class OutputTail {
  readonly #name: string;
  readonly #voice: ServerVoice;
  #tail = '';

  constructor(name: string, log: (line: string) => void) {
    this.#name = name;
    this.#voice = new ServerVoice(log);
  }

  /** @param isKept of its error output */
  hear(stream: Readable, isKept: boolean): void {
    stream.setEncoding('utf8').on('data', (text: string) => {
      this.#voice.say(this.#name, text);
      if (isKept) {
        this.#tail = (this.#tail + text).replace(ofSshd, '').slice(-mostKept);
      }
    });
  }

  /** Its last lines; undefined: it has said nothing. */
  get text(): string | undefined {
    const text = readableLines(this.#tail).trim();
    return text === '' ? undefined : text;
  }

  get lastLine(): string | undefined {
    return this.text?.split('\n').at(-1)?.trim();
  }
}

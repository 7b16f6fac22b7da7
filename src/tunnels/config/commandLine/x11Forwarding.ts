// X11 on a command line: combines -X, -Y, -x and their keywords, and makes a program of the command after the host.
import { deferred as l10n } from '../../util/l10n';
import { splitWords } from './splitWords';
import type { LineProblem } from './splitWords';

export class X11Forwarding {
  #wanted: boolean | undefined;
  #trusted: boolean | undefined;
  #at = 0;

  get isOn(): boolean {
    return this.#wanted === true;
  }

  /** An option replaces an earlier value (main() in ssh.c). */
  set(letter: 'X' | 'Y' | 'x', at: number): void {
    this.#wanted = letter !== 'x';
    this.#trusted = letter === 'Y' ? true : this.#trusted;
    this.#at = at;
  }

  /** The first keyword counts. */
  setFirst(wanted: boolean, at: number): void {
    if (this.#wanted === undefined) {
      this.#wanted = wanted;
      this.#at = at;
    }
  }

  trustFirst(trusted: boolean): void {
    this.#trusted ??= trusted;
  }

  /** The value for `x11Programs`; the base name of the program is its name. */
  program(command: string): Readonly<Record<string, unknown>> {
    const value = this.#trusted === true ? { command, trusted: true } : command;
    return Object.fromEntries([[programName(command), value]]);
  }

  /** The problem if there is no command. */
  problem(): LineProblem | undefined {
    if (!this.isOn) {
      return undefined;
    }
    const option = this.#trusted === true ? '-Y' : '-X';
    const message = l10n.t(
      '"{option}" needs the command of an X11 program at the end, as in "ssh {option} host xclock".',
      { option },
    );
    return { message, at: this.#at, leaveOut: {} };
  }
}

/** The program of a command: `/usr/bin/xterm` for `DISPLAY_SIZE=2 /usr/bin/xterm -e top`. Arguments may be secret. */
export function programPath(command: string): string {
  const { words, problems } = splitWords(command);
  // In a word with an open quote is all that follows.
  const texts = problems.length === 0 ? words.map(({ text }) => text) : command.trim().split(/\s/, 1);
  return texts.find((text) => text !== '' && !/^[A-Za-z_]\w*=/.test(text)) ?? 'program';
}

/** The base name of a command's program. */
export function programName(command: string): string {
  return programPath(command).replace(/^.*\//s, '') || 'program';
}

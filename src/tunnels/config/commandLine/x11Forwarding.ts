// X11 on a command line: combines -X, -Y, -x and their keywords, and makes a program of the command after the host.
import { deferred as l10n } from '../../util/l10n';
import { programName } from './commandProgram';
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

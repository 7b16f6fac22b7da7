// X11 on a command line: what -X, -Y, -x and their keywords come to, and the command behind the host as a program.
import type { LineProblem } from './problem';

export class X11Forwarding {
  #wanted: boolean | undefined;
  #trusted: boolean | undefined;
  #at = 0;

  get isOn(): boolean {
    return this.#wanted === true;
  }

  /** A flag overrides what was said before (main() in ssh.c). */
  set(letter: 'X' | 'Y' | 'x', at: number): void {
    this.#wanted = letter !== 'x';
    this.#trusted = letter === 'Y' ? true : this.#trusted;
    this.#at = at;
  }

  /** Of keywords the first one counts. */
  setFirst(wanted: boolean, at: number): void {
    if (this.#wanted === undefined) {
      this.#wanted = wanted;
      this.#at = at;
    }
  }

  trustFirst(trusted: boolean): void {
    this.#trusted ??= trusted;
  }

  /** As `x11Programs` has it, under the base name of the program. */
  program(command: string): Readonly<Record<string, unknown>> {
    const value = this.#trusted === true ? { command, trusted: true } : command;
    return Object.fromEntries([[programName(command), value]]);
  }

  /** Where there is no command. */
  problem(): LineProblem | undefined {
    if (!this.isOn) {
      return undefined;
    }
    const option = this.#trusted === true ? '-Y' : '-X';
    const message = `"${option}" needs the command of a program to show here, at the end, as in "ssh ${option} host xclock".`;
    return { message, at: this.#at, leaveOut: { option } };
  }
}

/** Of `DISPLAY_SIZE=2 /usr/bin/xterm -e top`: `xterm`. */
export function programName(command: string): string {
  const program = command.split(/\s+/).find((word) => word !== '' && !/^[A-Za-z_]\w*=/.test(word)) ?? '';
  const name = program.replace(/^.*\//, '').replace(/['"\\]/g, '');
  return name || 'program';
}

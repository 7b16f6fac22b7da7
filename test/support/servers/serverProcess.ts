// The process of a server and its output: ended with everything it has started, even if the test process just exits.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { eventually } from '../eventually';
import { descendants, killAll } from '../processTree';

export class ServerProcess implements AsyncDisposable {
  /** Of all its runs. */
  output = '';
  readonly #command: string;
  #child: ChildProcess | undefined;

  constructor(command: string) {
    this.#command = command;
  }

  /** Returns what `ready` matches in its output. @throws Error if it exits before */
  async start(args: readonly string[], ready: RegExp): Promise<RegExpExecArray> {
    const since = this.output.length;
    const child = spawn(this.#command, args, { stdio: 'pipe' });
    this.#child = child;
    const killOnExit = (): void => this.#kill(child);
    process.once('exit', killOnExit);
    child.once('exit', () => process.removeListener('exit', killOnExit));
    // One that has exited reads nothing.
    child.stdin.on('error', () => undefined);
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    }
    let found: RegExpExecArray | null = null;
    await eventually(`${this.#command} is ready`, () => {
      const said = this.output.slice(since);
      found = ready.exec(said);
      if (!found && !isRunning(child)) {
        throw new Error(`${this.#command} ended at once:\n${said}`);
      }
      return found !== null;
    });
    return found!;
  }

  send(line: string): void {
    this.#child?.stdin?.write(`${line}\n`);
  }

  /** Processes of sessions, if each has its own. */
  killSessions(): void {
    killAll(this.#child?.pid === undefined ? [] : descendants(this.#child.pid));
  }

  async halt(): Promise<void> {
    const child = this.#child;
    if (child && isRunning(child)) {
      const closed = once(child, 'close');
      this.#kill(child);
      await closed;
    }
    this.#child = undefined;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.halt();
  }

  /** Stops the listener first, so that no session appears between listing and killing. */
  #kill(child: ChildProcess): void {
    child.kill('SIGSTOP');
    this.killSessions();
    child.kill('SIGKILL');
  }
}

function isRunning(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

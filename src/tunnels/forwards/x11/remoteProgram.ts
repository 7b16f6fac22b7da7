// A program on the server: its output, how it ended, and how to end it.
import type { Readable } from 'node:stream';
import type { ClientChannel } from 'ssh2';
import type { X11Program } from '../../config/definition';
import type { TunnelError } from '../../errors/errors';
import { programFailed, programNotFound } from '../../errors/forwards/program';
import type { ProgramFailureEnd } from '../../errors/forwards/program';
import type { ProgramExit, ProgramState } from '../../model/programState';
import { readableLines, ServerMessages } from '../../ssh/peer/serverMessages';
import type { SshSession } from '../../ssh/session/session';
import { sendSignal } from '../../ssh/transport/ssh2/ssh2Internals';
import type { Log } from '../../util/log';
import type { OneShot } from '../../util/promises';
import { removeRemoteCookie, signalProcesses } from './remoteXauth';
import type { RemoteDisplay } from './remoteXauth';

/** For sshd to pass a signal on, and the program to react. */
const sshdTimeoutMs = 300;
/** For the program to end after a signal that a command sent. */
const termTimeoutMs = 2500;
const killTimeoutMs = 1000;

/** How much of the error output is stored, to explain why the program ended. */
const longestTail = 2000;

/** The message of the xauth that sshd runs before the program, when that creates its file. Not the program's. */
const xauthMessage = /^\S*xauth: +file \S+ does not exist\r?\n/m;

export interface RemoteProgramOptions {
  readonly name: string;
  readonly session: SshSession;
  /** Of its command. */
  readonly channel: ClientChannel;
  readonly remoteDisplay: RemoteDisplay;
  readonly log: Log;
  /** The command has ended. Its channel may stay open. */
  readonly onExit: () => void;
  readonly onClose: () => void;
}

export class RemoteProgram {
  readonly #options: RemoteProgramOptions;
  readonly #messages: ServerMessages;
  #errorOutput = '';
  #exit: ProgramExit | undefined;
  #isOpen = true;

  constructor(options: RemoteProgramOptions) {
    const { channel, log, onExit, onClose } = options;
    this.#options = options;
    this.#messages = new ServerMessages(log);
    this.#listenTo(channel, false);
    this.#listenTo(channel.stderr, true);
    channel.on('error', () => undefined);
    channel.on('exit', (code: number | null, signal?: string) => {
      this.#exit =
        code === null ? (signal === undefined ? {} : { signal: signal.replace(/^SIG/, '') }) : { code };
      onExit();
    });
    channel.once('close', () => {
      this.#isOpen = false;
      onClose();
    });
  }

  get session(): SshSession {
    return this.#options.session;
  }

  /** undefined: it is running, or the server has reported nothing. */
  get exit(): ProgramExit | undefined {
    return this.#exit;
  }

  /** Whether its channel is open. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** The last lines of its error output; undefined: none. */
  get said(): string | undefined {
    const text = readableLines(this.#errorOutput).trim();
    return text === '' ? undefined : text;
  }

  get lastLine(): string | undefined {
    return this.said?.split('\n').at(-1)?.trim();
  }

  #listenTo(stream: Readable, isError: boolean): void {
    stream.setEncoding('utf8').on('data', (text: string) => {
      this.#messages.say(this.#options.name, text);
      if (isError) {
        this.#errorOutput = (this.#errorOutput + text).replace(xauthMessage, '').slice(-longestTail);
      }
    });
  }

  /**
   * Ends it: SIGTERM, then SIGKILL. Resolves when it has ended, or nothing more can be done. Never rejects.
   * @param ended reached when its command and all its windows have ended
   */
  async end(ended: OneShot): Promise<void> {
    await this.#signal('TERM', ended, termTimeoutMs);
    if (!ended.isReached) {
      await this.#signal('KILL', ended, killTimeoutMs);
    }
  }

  /** Through sshd, and if sshd does not pass the signal on, through a command on the server. */
  async #signal(signal: 'TERM' | 'KILL', ended: OneShot, timeoutMs: number): Promise<void> {
    const { session, channel, remoteDisplay } = this.#options;
    sendSignal(channel, signal);
    await ended.within(sshdTimeoutMs);
    if (ended.isReached || session.ended) {
      return;
    }
    const display = await remoteDisplay.find();
    if (display) {
      await signalProcesses(session, display.number, signal).catch(() => undefined);
    }
    await ended.within(timeoutMs);
  }

  /** Closes its channel, which other processes that the command started may hold open. */
  closeChannel(): void {
    this.#options.channel.destroy();
  }

  /** Never rejects. */
  removeCookie(): Promise<void> {
    return removeRemoteCookie(this.#options.session, this.#options.remoteDisplay);
  }
}

/** How a program ended, with all its windows. */
export interface ProgramEnd {
  readonly exit: ProgramExit;
  readonly hadWindow: boolean;
  readonly said: string | undefined;
  /** Milliseconds of the epoch. */
  readonly at: number;
}

type EndState = Extract<ProgramState, { status: 'ended' | 'failed' }>;

/** Whether a program that has ended was closed normally, or has failed. */
export function stateAfter({ command }: X11Program, host: string, end: ProgramEnd): EndState {
  const { exit, hadWindow, at } = end;
  const said = end.said === undefined ? {} : { said: end.said };
  const error = hadWindow ? undefined : failureOf(command, host, end);
  return error ? { status: 'failed', at, error, ...said } : { status: 'ended', at, exit, hadWindow, ...said };
}

function failureOf(command: string, host: string, { exit, said }: ProgramEnd): TunnelError | undefined {
  const detail = said?.split('\n').at(-1)?.trim();
  // POSIX shells exit with 126 and 127 (XCU 2.8.2); csh prints a message and exits with 1.
  if (exit.code === 126 || exit.code === 127 || /: Command not found\.?$/m.test(said ?? '')) {
    return programNotFound(command, host, detail);
  }
  const end = failureEnd(exit);
  return end === undefined ? undefined : programFailed(command, host, end, detail);
}

/** undefined: it ended normally. */
function failureEnd({ code, signal }: ProgramExit): ProgramFailureEnd | undefined {
  if (signal !== undefined) {
    return { signal };
  }
  return code === undefined ? 'unknown' : code === 0 ? undefined : { exitCode: code };
}

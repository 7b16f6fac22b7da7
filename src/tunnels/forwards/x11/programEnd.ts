// Decides whether a program that has ended was closed normally or has failed.
import type { X11Program } from '../../config/definition';
import type { TunnelError } from '../../errors/errors';
import { programFailed, programNotFound } from '../../errors/x11';
import type { ProgramFailureEnd } from '../../errors/x11';
import type { ProgramExit, ProgramState } from '../../model/programState';

export interface ProgramEnd {
  readonly exit: ProgramExit;
  readonly hadWindow: boolean;
  readonly said: string | undefined;
  /** Milliseconds of the epoch. */
  readonly at: number;
}

type EndState = Extract<ProgramState, { status: 'ended' | 'failed' }>;

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

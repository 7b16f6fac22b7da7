// What the end of a program means: that it was closed, or that it could not do what it was run for.
import type { X11Program } from '../../config/definition';
import type { TunnelError } from '../../errors/errors';
import { programFailed, programNotFound } from '../../errors/x11';
import type { ProgramExit, ProgramState } from '../../model/programState';

export interface ProgramEnd {
  readonly exit: ProgramExit;
  readonly hadWindow: boolean;
  readonly said: string | undefined;
  /** Milliseconds of the epoch. */
  readonly at: number;
}

type Over = Extract<ProgramState, { status: 'ended' | 'failed' }>;

export function stateAfter({ command }: X11Program, host: string, end: ProgramEnd): Over {
  const { exit, hadWindow, at } = end;
  const said = end.said === undefined ? {} : { said: end.said };
  const error = hadWindow ? undefined : failureOf(command, host, end);
  return error ? { status: 'failed', at, error, ...said } : { status: 'ended', at, exit, hadWindow, ...said };
}

function failureOf(command: string, host: string, { exit, said }: ProgramEnd): TunnelError | undefined {
  const detail = said?.split('\n').at(-1)?.trim();
  // By POSIX' shells 126 and 127 (XCU 2.8.2); csh says it, and exits with 1.
  if (exit.code === 126 || exit.code === 127 || /: Command not found\.?$/m.test(said ?? '')) {
    return programNotFound(command, host, detail);
  }
  const how = inWords(exit);
  return how === undefined ? undefined : programFailed(command, host, how, detail);
}

/** undefined: it ended well. */
function inWords({ code, signal }: ProgramExit): string | undefined {
  if (signal !== undefined) {
    return `by the signal ${signal}`;
  }
  return code === undefined
    ? 'the server did not say why'
    : code === 0
      ? undefined
      : `with exit code ${code}`;
}

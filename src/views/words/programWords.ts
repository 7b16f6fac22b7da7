// A program of the server in words: how it is, how it ended, what it may do on the display here.
import type { TunnelErrorCode } from '../../tunnels/errors/errors';
import type { X11Program } from '../../tunnels/config/definition';
import type { ProgramExit, ProgramSnapshot, ProgramState } from '../../tunnels/model/programState';
import { isActive } from '../../tunnels/model/programState';
import type { TunnelSnapshot } from '../../tunnels/model/snapshot';
import { asSentence, formatCount, plainText, withFullStop } from './format';

/** Signals by which a program is asked to end, by number: a shell says 128 more. */
const requests: ReadonlyMap<number, string> = new Map([
  [1, 'HUP'],
  [2, 'INT'],
  [9, 'KILL'],
  [15, 'TERM'],
]);

function signalOf({ code, signal }: ProgramExit): string | undefined {
  return signal ?? (code === undefined ? undefined : requests.get(code - 128));
}

/** Whether it ended as programs do: by itself and content, or because it was told to. */
export function endedWell(exit: ProgramExit): boolean {
  const signal = signalOf(exit);
  return signal === undefined ? (exit.code ?? 0) === 0 : [...requests.values()].includes(signal);
}

/** `ended`, `exit code 1`, `ended by signal SEGV`. */
function exitInWords(exit: ProgramExit): string {
  const signal = signalOf(exit);
  if (signal !== undefined) {
    return `ended by signal ${plainText(signal)}`;
  }
  return (exit.code ?? 0) === 0 ? 'ended' : `exit code ${exit.code ?? 0}`;
}

/** Longer is in the details and in the log. */
const mostLines = 30;

/** What it said, line by line, the last of it. */
export function saidLines(said: string | undefined, most = mostLines): readonly string[] {
  return (said ?? '')
    .split(/[\r\n]+/)
    .map(plainText)
    .filter((line) => line !== '')
    .slice(-most);
}

export function saidOf(state: ProgramState): string | undefined {
  return 'said' in state ? state.said : undefined;
}

/** What is remarkable about the display it gets. */
function displayInWords({ nested, trusted }: X11Program): string | undefined {
  if (nested !== undefined) {
    return `in a window of ${plainText(nested)}`;
  }
  return trusted ? 'trusted' : undefined;
}

function windowsInWords(windows: number): string {
  return windows === 0 ? 'no window' : formatCount(windows, 'window');
}

/** The state in a few words: `running · 2 windows`, `exit code 1`. */
export function describeProgramState(state: ProgramState): string {
  switch (state.status) {
    case 'ready':
      return 'not running';
    case 'starting':
      return 'starting…';
    case 'running':
      return `running · ${windowsInWords(state.windows)}`;
    case 'stopping':
      return 'stopping…';
    case 'ended': {
      const words = exitInWords(state.exit);
      return state.hadWindow || words !== 'ended' ? words : 'ended · showed no window';
    }
    case 'failed':
      return state.isCutOff === true
        ? 'ended with the connection'
        : `failed: ${plainText(state.error.message)}`;
  }
}

/** Failures of the program itself: what it said last tells why. */
export const saidCodes: readonly TunnelErrorCode[] = ['ProgramFailed', 'ProgramNotFound'];

/** The rest of the row. */
export function describeProgram({ program, state }: ProgramSnapshot): string {
  const { name, command } = program;
  const display = displayInWords(program);
  switch (state.status) {
    case 'ready':
      return [command === name ? '' : plainText(command), display ?? '']
        .filter((part) => part !== '')
        .join(' · ');
    case 'starting':
    case 'running':
      return [describeProgramState(state), ...(display === 'trusted' ? [display] : [])].join(' · ');
    case 'ended': {
      const last = endedWell(state.exit) ? undefined : saidLines(state.said).at(-1);
      return [describeProgramState(state), ...(last === undefined ? [] : [last])].join(' · ');
    }
    case 'failed': {
      const last = saidCodes.includes(state.error.code) ? saidLines(state.said).at(-1) : undefined;
      return last === undefined || state.isCutOff === true ? describeProgramState(state) : `failed: ${last}`;
    }
    case 'stopping':
      return describeProgramState(state);
  }
}

/** What it may do on the display here: a sentence. */
export function displaySentence({ nested, trusted }: X11Program): string {
  if (nested !== undefined) {
    return `It runs in a window of its own, ${plainText(nested)}, and sees nothing outside of it.`;
  }
  return trusted
    ? 'Trusted, as with ssh -Y: it can see and control all windows of your display, and read whatever is typed.'
    : "Untrusted, as with ssh -X: it can't see your other windows, nor what is typed into them.";
}

/** What there is to add to its state: a sentence. */
export function stateNote(state: ProgramState): string | undefined {
  if (state.status === 'running' && state.isDetached === true) {
    return 'Its command has ended; the windows that it left behind live on.';
  }
  return undefined;
}

/** What a screen reader says of the row. */
export function speakProgram({ program, state }: ProgramSnapshot): string {
  const how =
    program.nested !== undefined ? 'in a window of its own' : program.trusted ? 'trusted' : 'untrusted';
  const last = state.status === 'ended' && !endedWell(state.exit) ? saidLines(state.said).at(-1) : undefined;
  return [
    `Program ${plainText(program.name)}: ${plainText(program.command)}, ${how}.`,
    asSentence(describeProgramState(state).replaceAll(' · ', ', ').replace('…', '')),
    ...(last === undefined ? [] : [`It said: ${withFullStop(last)}`]),
    ...(state.status === 'failed' ? [asSentence(plainText(state.error.nextStep))] : []),
  ].join(' ');
}

/** `1 program running`; undefined: none. */
export function programsInWords({ programs }: Pick<TunnelSnapshot, 'programs'>): string | undefined {
  const active = programs.filter(({ state }) => isActive(state)).length;
  return active === 0 ? undefined : `${formatCount(active, 'program')} running`;
}

// Describes an X11 program on the server: its state, how it ended, and what it may do on the local display.
import { l10n } from 'vscode';
import { errorWords } from '../../tunnels/errors/errors';
import type { TunnelErrorCode } from '../../tunnels/errors/errors';
import type { X11Program } from '../../tunnels/config/definition';
import type { ProgramExit, ProgramSnapshot, ProgramState } from '../../tunnels/model/programState';
import { isActive } from '../../tunnels/model/programState';
import type { TunnelSnapshot } from '../../tunnels/model/snapshot';
import { asSentence, formatCount, plainText, withFullStop } from './format';

/** Signals that ask a program to end, by number. A shell reports 128 + the number as the exit code. */
const endSignals: ReadonlyMap<number, string> = new Map([
  [1, 'HUP'],
  [2, 'INT'],
  [9, 'KILL'],
  [15, 'TERM'],
]);

function signalOf({ code, signal }: ProgramExit): string | undefined {
  return signal ?? (code === undefined ? undefined : endSignals.get(code - 128));
}

/** Whether it ended with exit code 0, or because of a signal that asked it to. */
export function endedNormally(exit: ProgramExit): boolean {
  const signal = signalOf(exit);
  return signal === undefined ? (exit.code ?? 0) === 0 : [...endSignals.values()].includes(signal);
}

/** `ended`, `exit code 1`, `ended by signal SEGV`. */
function describeExit(exit: ProgramExit): string {
  const signal = signalOf(exit);
  if (signal !== undefined) {
    return `ended by signal ${plainText(signal)}`;
  }
  return (exit.code ?? 0) === 0 ? 'ended' : `exit code ${exit.code ?? 0}`;
}

/** The log has the rest. */
const maxOutputLines = 30;

/** The last lines of its output. */
export function outputLines(output: string | undefined, max = maxOutputLines): readonly string[] {
  return (output ?? '')
    .split(/[\r\n]+/)
    .map(plainText)
    .filter((line) => line !== '')
    .slice(-max);
}

export function programOutput(state: ProgramState): string | undefined {
  return 'said' in state ? state.said : undefined;
}

/** Undefined for the usual display: untrusted, not nested. */
function describeDisplay({ nested, trusted }: X11Program): string | undefined {
  if (nested !== undefined) {
    return `in its own ${plainText(nested)} window`;
  }
  return trusted ? 'trusted' : undefined;
}

function describeWindows(windows: number): string {
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
      return `running · ${describeWindows(state.windows)}`;
    case 'stopping':
      return 'stopping…';
    case 'ended': {
      const words = describeExit(state.exit);
      return state.hadWindow || words !== 'ended' ? words : 'ended · showed no window';
    }
    case 'failed':
      return state.isCutOff === true
        ? 'ended with the connection'
        : `failed: ${plainText(errorWords(state.error, l10n).message)}`;
  }
}

/** Failures of the program itself: its last output has the reason. */
export const outputCodes: readonly TunnelErrorCode[] = ['ProgramFailed', 'ProgramNotFound'];

/** The rest of the row. */
export function describeProgram({ program, state }: ProgramSnapshot): string {
  const { name, command } = program;
  const display = describeDisplay(program);
  switch (state.status) {
    case 'ready':
      return [command === name ? '' : plainText(command), display ?? '']
        .filter((part) => part !== '')
        .join(' · ');
    case 'starting':
    case 'running':
      return [describeProgramState(state), ...(display === 'trusted' ? [display] : [])].join(' · ');
    case 'ended': {
      const last = endedNormally(state.exit) ? undefined : outputLines(state.said).at(-1);
      return [describeProgramState(state), ...(last === undefined ? [] : [last])].join(' · ');
    }
    case 'failed': {
      const last = outputCodes.includes(state.error.code) ? outputLines(state.said).at(-1) : undefined;
      return last === undefined || state.isCutOff === true ? describeProgramState(state) : `failed: ${last}`;
    }
    case 'stopping':
      return describeProgramState(state);
  }
}

/** What it may do on the local display: a sentence. */
export function displaySentence({ nested, trusted }: X11Program): string {
  if (nested !== undefined) {
    return `Runs in its own ${plainText(nested)} window and can't see anything outside it.`;
  }
  return trusted
    ? 'Trusted, as with ssh -Y: it can see and control all windows on your display and read everything you type.'
    : "Untrusted, as with ssh -X: it can't see your other windows or what you type in them.";
}

/** A sentence to add to its state, if any. */
export function stateNote(state: ProgramState): string | undefined {
  if (state.status === 'running' && state.isDetached === true) {
    return 'Its command has ended, but its windows are still open.';
  }
  return undefined;
}

/** The row for screen readers. */
export function speakProgram({ program, state }: ProgramSnapshot): string {
  const how = program.nested !== undefined ? 'in its own window' : program.trusted ? 'trusted' : 'untrusted';
  const last =
    state.status === 'ended' && !endedNormally(state.exit) ? outputLines(state.said).at(-1) : undefined;
  return [
    `Program ${plainText(program.name)}: ${plainText(program.command)}, ${how}.`,
    asSentence(describeProgramState(state).replaceAll(' · ', ', ').replace('…', '')),
    ...(last === undefined ? [] : [`Output: ${withFullStop(last)}`]),
    ...(state.status === 'failed' ? [withFullStop(plainText(errorWords(state.error, l10n).nextStep))] : []),
  ].join(' ');
}

/** `1 program running`; undefined for none. */
export function describePrograms({ programs }: Pick<TunnelSnapshot, 'programs'>): string | undefined {
  const active = programs.filter(({ state }) => isActive(state)).length;
  return active === 0 ? undefined : `${formatCount(active, 'program')} running`;
}

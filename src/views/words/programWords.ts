// Describes an X11 program on the server: its state, how it ended, and what it may do on the local display.
import { l10n } from 'vscode';
import { errorWords } from '../../tunnels/errors/errors';
import type { TunnelErrorCode } from '../../tunnels/errors/errors';
import type { X11Program } from '../../tunnels/config/definition';
import type { ProgramExit, ProgramSnapshot, ProgramState } from '../../tunnels/model/programState';
import { isActive } from '../../tunnels/model/programState';
import type { TunnelSnapshot } from '../../tunnels/model/snapshot';
import { commandWithoutPasswords } from './exactText';
import { joinParts, plainText, speakParts, withFullStop } from './format';

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
    return l10n.t('ended by signal {signal}', { signal: plainText(signal) });
  }
  const code = exit.code ?? 0;
  return code === 0 ? l10n.t('ended') : l10n.t('exit code {code}', { code });
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
    return l10n.t('in its own {size} window', { size: plainText(nested) });
  }
  return trusted ? l10n.t('trusted') : undefined;
}

function describeWindows(windows: number): string {
  switch (windows) {
    case 0:
      return l10n.t('no window');
    case 1:
      return l10n.t('1 window');
    default:
      return l10n.t('{count} windows', { count: windows });
  }
}

function stateParts(state: ProgramState): readonly string[] {
  switch (state.status) {
    case 'ready':
      return [l10n.t('not running')];
    case 'starting':
      return [l10n.t('starting…')];
    case 'running':
      return [l10n.t('running'), describeWindows(state.windows)];
    case 'stopping':
      return [l10n.t('stopping…')];
    case 'ended': {
      const { exit, hadWindow } = state;
      const isQuiet = signalOf(exit) === undefined && endedNormally(exit) && !hadWindow;
      return [describeExit(exit), ...(isQuiet ? [l10n.t('showed no window')] : [])];
    }
    case 'failed':
      return [
        state.isCutOff === true
          ? l10n.t('ended with the connection')
          : l10n.t('failed: {error}', { error: plainText(errorWords(state.error, l10n).message) }),
      ];
  }
}

/** The state in a few words: `running · 2 windows`, `exit code 1`. */
export function describeProgramState(state: ProgramState): string {
  return joinParts(stateParts(state));
}

/** The same as a sentence: `Running, 2 windows.` */
export function speakProgramState(state: ProgramState): string {
  switch (state.status) {
    case 'starting':
      return l10n.t('Starting.');
    case 'stopping':
      return l10n.t('Stopping.');
    default:
      return speakParts(stateParts(state));
  }
}

/** Failures of the program itself: its last output has the reason. */
export const outputCodes: readonly TunnelErrorCode[] = ['ProgramFailed', 'ProgramNotFound'];

/** The rest of the row. */
export function describeProgram({ program, state }: ProgramSnapshot): string {
  const { name, command } = program;
  switch (state.status) {
    case 'ready': {
      const display = describeDisplay(program);
      return joinParts([
        ...(command === name ? [] : [commandWithoutPasswords(command)]),
        ...(display === undefined ? [] : [display]),
      ]);
    }
    case 'starting':
    case 'running': {
      const isTrusted = program.trusted && program.nested === undefined;
      return joinParts([...stateParts(state), ...(isTrusted ? [l10n.t('trusted')] : [])]);
    }
    case 'ended': {
      const last = endedNormally(state.exit) ? undefined : outputLines(state.said).at(-1);
      return joinParts([...stateParts(state), ...(last === undefined ? [] : [last])]);
    }
    case 'failed': {
      const last = outputCodes.includes(state.error.code) ? outputLines(state.said).at(-1) : undefined;
      return last === undefined || state.isCutOff === true
        ? describeProgramState(state)
        : l10n.t('failed: {error}', { error: last });
    }
    case 'stopping':
      return describeProgramState(state);
  }
}

/** What it may do on the local display: a sentence. */
export function displaySentence({ nested, trusted }: X11Program): string {
  if (nested !== undefined) {
    return l10n.t("Runs in its own {size} window and can't see anything outside it.", {
      size: plainText(nested),
    });
  }
  return trusted
    ? l10n.t(
        'Trusted, as with ssh -Y: it can see and control all windows on your display and read everything you type.',
      )
    : l10n.t("Untrusted, as with ssh -X: it can't see your other windows or what you type in them.");
}

/** A sentence to add to its state, if any. */
export function stateNote(state: ProgramState): string | undefined {
  if (state.status === 'running' && state.isDetached === true) {
    return l10n.t('Its command has ended, but its windows are still open.');
  }
  return undefined;
}

function speakWhat(program: X11Program): string {
  const [name, command] = [plainText(program.name), commandWithoutPasswords(program.command)];
  if (program.nested !== undefined) {
    return l10n.t('Program {name}: {command}, in its own window.', { name, command });
  }
  return program.trusted
    ? l10n.t('Program {name}: {command}, trusted.', { name, command })
    : l10n.t('Program {name}: {command}, untrusted.', { name, command });
}

/** The row for screen readers. */
export function speakProgram({ program, state }: ProgramSnapshot): string {
  const last =
    state.status === 'ended' && !endedNormally(state.exit) ? outputLines(state.said).at(-1) : undefined;
  return [
    speakWhat(program),
    speakProgramState(state),
    ...(last === undefined ? [] : [l10n.t('Output: {output}', { output: withFullStop(last) })]),
    ...(state.status === 'failed' ? [withFullStop(plainText(errorWords(state.error, l10n).nextStep))] : []),
  ].join(' ');
}

/** `1 program running`; undefined for none. */
export function describePrograms({ programs }: Pick<TunnelSnapshot, 'programs'>): string | undefined {
  const count = programs.filter(({ state }) => isActive(state)).length;
  switch (count) {
    case 0:
      return undefined;
    case 1:
      return l10n.t('1 program running');
    default:
      return l10n.t('{count} programs running', { count });
  }
}

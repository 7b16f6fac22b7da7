// An X11 program in the details of its tunnel, as plain data: its state, how it ended, and its output.
import { l10n } from 'vscode';
import { errorWords } from '../../tunnels/errors/errors';
import type { ProgramSnapshot } from '../../tunnels/model/programState';
import type { TunnelSnapshot } from '../../tunnels/model/snapshot';
import { programContextValue } from '../tree/contextValues';
import { commandWithoutPasswords } from '../words/exactText';
import { formatMoment, plainText } from '../words/format';
import type { ButtonView, FactView, ProgramDetails } from '../webview/pageData';
import {
  displaySentence,
  outputLines,
  programOutput,
  speakProgramState,
  stateNote,
} from '../words/programWords';
import { programLook } from '../tree/rowViews';
import { commandLabel } from './detailsActions';
import type { ActionTable } from './detailsActions';
import { programSectionKey } from './programExplanation';
import type { ViewFacts } from './detailsTypes';

export function programDetails(
  snapshot: ProgramSnapshot,
  tunnel: TunnelSnapshot,
  facts: ViewFacts,
  actions: ActionTable,
): ProgramDetails {
  const { program, state } = snapshot;
  const note = stateNote(state);
  return {
    key: programSectionKey(program.name),
    title: plainText(program.name),
    state: [speakProgramState(state), ...(note === undefined ? [] : [note])].join(' '),
    tint: programLook(state).tint,
    facts: [
      { term: l10n.t('Command'), values: [commandWithoutPasswords(program.command)] },
      { term: l10n.t('Display'), values: [displaySentence(program)] },
      ...(snapshot.isAdHoc === true
        ? [{ term: l10n.t('Defined in'), values: [l10n.t('no setting: you entered the command')] }]
        : []),
      ...times(snapshot, facts),
      ...(state.status === 'failed'
        ? [{ term: l10n.t('Error'), values: [plainText(errorWords(state.error, l10n).message)] }]
        : []),
    ],
    output: outputLines(programOutput(state)),
    buttons: buttonsFor(snapshot, tunnel, actions),
  };
}

function times({ state }: ProgramSnapshot, { now, locale }: ViewFacts): FactView[] {
  switch (state.status) {
    case 'running':
      return [{ term: l10n.t('Running since'), values: [formatMoment(state.since, now, locale)] }];
    case 'ended':
    case 'failed':
      return [{ term: l10n.t('Ended'), values: [formatMoment(state.at, now, locale)] }];
    case 'ready':
    case 'starting':
    case 'stopping':
      return [];
  }
}

function buttonsFor(
  snapshot: ProgramSnapshot,
  tunnel: TunnelSnapshot,
  actions: ActionTable,
): readonly ButtonView[] {
  const { program, state } = snapshot;
  const flags = programContextValue(snapshot, tunnel).split(' ');
  const key = `in:${programSectionKey(program.name)}`;
  const hasRun = state.status === 'ended' || state.status === 'failed';
  const button = (label: string, command: 'runProgram' | 'stopProgram'): ButtonView =>
    actions.button(
      `${key}/${command}`,
      label,
      { kind: 'run', command, program: program.name },
      {
        description: l10n.t('{button}: {program}', { button: label, program: plainText(program.name) }),
      },
    );
  return [
    ...(flags.includes('startable')
      ? [button(hasRun ? l10n.t('Run Again') : commandLabel('runProgram'), 'runProgram')]
      : []),
    ...(flags.includes('stoppable') ? [button(commandLabel('stopProgram'), 'stopProgram')] : []),
  ];
}

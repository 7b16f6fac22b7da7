// An X11 program in the details of its tunnel, as plain data: its state, how it ended, and its output.
import type { ProgramSnapshot } from '../../tunnels/model/programState';
import type { TunnelSnapshot } from '../../tunnels/model/snapshot';
import { programContextValue } from '../tree/actions';
import { asSentence, formatMoment, plainText } from '../words/format';
import type { ButtonView } from '../page/buttonView';
import {
  describeProgramState,
  displaySentence,
  outputLines,
  programOutput,
  stateNote,
} from '../words/programWords';
import { programLook } from '../tree/rows';
import type { Tint } from '../tree/rows';
import { commandLabels } from './detailsActions';
import type { ActionTable } from './detailsActions';
import { programSectionKey } from './programExplanation';
import type { FactView, ViewFacts } from './viewParts';

export interface ProgramDetails {
  readonly key: string;
  readonly title: string;
  readonly state: string;
  readonly tint: Tint;
  readonly facts: readonly FactView[];
  /** The last lines of its output, unchanged. */
  readonly output: readonly string[];
  readonly buttons: readonly ButtonView[];
}

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
    state: [
      asSentence(describeProgramState(state).replaceAll(' · ', ', ')),
      ...(note === undefined ? [] : [note]),
    ].join(' '),
    tint: programLook(state).tint,
    facts: [
      { term: 'Command', values: [plainText(program.command)] },
      { term: 'Display', values: [displaySentence(program)] },
      ...(snapshot.isAdHoc === true
        ? [{ term: 'Defined in', values: ['no setting: you entered the command'] }]
        : []),
      ...times(snapshot, facts),
      ...(state.status === 'failed' ? [{ term: 'Error', values: [plainText(state.error.message)] }] : []),
    ],
    output: outputLines(programOutput(state)),
    buttons: buttonsFor(snapshot, tunnel, actions),
  };
}

function times({ state }: ProgramSnapshot, { now, locale }: ViewFacts): FactView[] {
  switch (state.status) {
    case 'running':
      return [{ term: 'Running since', values: [formatMoment(state.since, now, locale)] }];
    case 'ended':
    case 'failed':
      return [{ term: 'Ended', values: [formatMoment(state.at, now, locale)] }];
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
  const key = `in ${programSectionKey(program.name)}`;
  const hasRun = state.status === 'ended' || state.status === 'failed';
  const button = (label: string, command: 'runProgram' | 'stopProgram'): ButtonView =>
    actions.button(`${key} ${command}`, label, { kind: 'run', command, program: program.name });
  return [
    ...(flags.includes('startable')
      ? [button(hasRun ? 'Run Again' : commandLabels.runProgram, 'runProgram')]
      : []),
    ...(flags.includes('stoppable') ? [button(commandLabels.stopProgram, 'stopProgram')] : []),
  ];
}

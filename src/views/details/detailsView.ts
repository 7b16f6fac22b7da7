// The details page of one tunnel, as plain data.
import { l10n } from 'vscode';
import { localize } from '../../tunnels/util/l10n';
import type { DefinitionProblem } from '../../tunnels/config/definition';
import type { Forward } from '../../tunnels/config/forward';
import { formatDestination } from '../../tunnels/config/definition';
import type { ForwardSnapshot, TunnelSnapshot } from '../../tunnels/model/snapshot';
import { tunnelFlags } from '../tree/actions';
import { describeCompression } from '../words/compressionWords';
import { asSentence, formatAgo, formatMoment, plainText } from '../words/format';
import {
  describeTraffic,
  forwardHeading,
  forwardKindName,
  listenAddresses,
  describeTarget,
} from '../words/forwardWords';
import { describeBindMismatch, networkSentence } from '../words/exposure';
import { forwardLook, problemLocation, tunnelLook } from '../tree/rows';
import type { Tint } from '../tree/rows';
import { serviceOf } from '../services/service';
import { describeTunnel, originPhrase } from '../words/words';
import { ActionTable } from './detailsActions';
import type { ButtonView } from '../page/buttonView';
import type { DetailsAction, DetailsCommand } from './detailsActions';
import { programDetails } from './programDetails';
import type { ProgramDetails } from './programDetails';
import { explanations, forwardSectionKey } from './explanationView';
import type { ExplanationView } from './explanationView';
import type { FactView, ViewFacts } from './viewParts';

export interface ForwardDetails {
  readonly key: string;
  readonly title: string;
  readonly kind: string;
  readonly state: string;
  readonly tint: Tint;
  readonly facts: readonly FactView[];
  readonly notes: readonly string[];
}

export interface DetailsView {
  readonly title: string;
  readonly description?: string;
  readonly state: string;
  readonly tint: Tint;
  readonly buttons: readonly ButtonView[];
  readonly problems: readonly string[];
  readonly explanations: readonly ExplanationView[];
  readonly facts: readonly FactView[];
  readonly forwards: readonly ForwardDetails[];
  readonly programs: readonly ProgramDetails[];
}

export interface Details {
  readonly view: DetailsView;
  /** By button id. */
  readonly actions: ReadonlyMap<string, DetailsAction>;
}

export function detailsOf(tunnel: TunnelSnapshot, facts: ViewFacts): Details {
  const actions = new ActionTable();
  const description = tunnel.entry?.description;
  const view: DetailsView = {
    title: plainText(tunnel.name),
    ...(description === undefined ? {} : { description: plainText(description) }),
    state: describeState(tunnel),
    tint: tunnelLook(tunnel).tint,
    buttons: commandsFor(tunnel).map((command) => actions.run('top', command)),
    problems: tunnel.problems.map((problem) => describeProblem(problem, tunnel)),
    explanations: explanations(tunnel, facts, actions),
    facts: [...connectionFacts(tunnel), ...sessionFacts(tunnel, facts)],
    forwards: tunnel.forwards.map((forward) => forwardDetails(forward, tunnel, facts)),
    programs: tunnel.programs.map((program) => programDetails(program, tunnel, facts, actions)),
  };
  return { view, actions: actions.all };
}

/** For a tunnel that was removed from the settings while its details were open. */
export function detailsOfRemovedTunnel(title: string): Details {
  const view: DetailsView = {
    title,
    state: 'This tunnel is no longer in the settings.',
    tint: 'disabledForeground',
    buttons: [],
    problems: [],
    explanations: [],
    facts: [],
    forwards: [],
    programs: [],
  };
  return { view, actions: new Map() };
}

/** Screen readers speak it on each change, so it has no countdown. The error is shown below in full. */
function describeState(tunnel: TunnelSnapshot): string {
  const { state, problems } = tunnel;
  if (state.status === 'waiting') {
    return 'Disconnected. Reconnecting…';
  }
  if (state.status === 'failed' && problems.length === 0) {
    return 'Failed.';
  }
  return asSentence(describeTunnel(tunnel).replaceAll(' · ', ', '));
}

function commandsFor(tunnel: TunnelSnapshot): readonly DetailsCommand[] {
  const flags = tunnelFlags(tunnel);
  const when = (flag: (typeof flags)[number], command: DetailsCommand): DetailsCommand[] =>
    flags.includes(flag) ? [command] : [];
  return [
    ...when('answerable', 'answer'),
    ...when('startable', 'start'),
    ...when('retryable', 'retryNow'),
    ...when('restartable', 'restart'),
    ...when('stoppable', 'stop'),
    ...when('editable', 'edit'),
    'showLog',
  ];
}

function describeProblem(problem: DefinitionProblem, tunnel: TunnelSnapshot): string {
  const location = problemLocation(problem, tunnel);
  return `${location === undefined ? '' : `${location}: `}${plainText(localize(problem.message, l10n))}`;
}

function connectionFacts(tunnel: TunnelSnapshot): FactView[] {
  const { entry, override } = tunnel;
  const jumps = (entry?.definition.proxyJump ?? []).map((destination) =>
    plainText(formatDestination({ destination })),
  );
  const changes = [
    ...(override?.disabled === true ? ['disabled'] : []),
    ...(override?.changes ?? []).map((change) => localize(change, l10n)),
  ];
  return [
    ...(entry ? [fact('Server', plainText(formatDestination(entry.definition)))] : []),
    ...(jumps.length > 0 ? [fact('Jump hosts', ...jumps)] : []),
    fact('Defined in', plainText(originPhrase(tunnel))),
    ...(override
      ? [fact('Overridden by you', ...(changes.length > 0 ? changes.map(plainText) : ['no changes']))]
      : []),
  ];
}

/** Facts of the SSH session, while it is up. */
function sessionFacts(tunnel: TunnelSnapshot, { now, locale }: ViewFacts): FactView[] {
  const { state } = tunnel;
  const compression = describeCompression(tunnel)?.replace(/^Compression: /, '');
  return [
    ...(state.status === 'up' ? [fact('Up since', formatMoment(state.since, now, locale))] : []),
    ...(compression === undefined ? [] : [fact('Compression', compression)]),
  ];
}

function forwardDetails(snapshot: ForwardSnapshot, tunnel: TunnelSnapshot, facts: ViewFacts): ForwardDetails {
  const { forward, state } = snapshot;
  const traffic = describeTraffic(snapshot);
  return {
    key: forwardSectionKey(forward.label),
    title: forwardHeading(snapshot),
    kind: forwardKindName(forward),
    state: asSentence(state.status),
    tint: forwardLook(snapshot, tunnel).tint,
    facts: [
      fact(forward.kind === 'remote' ? 'Server listens on' : 'Listens on', ...listenAddresses(snapshot)),
      fact('Target', describeTarget(forward)),
      ...service(forward),
      ...(state.status === 'listening'
        ? [fact('Connections', state.connections === 0 ? 'none open' : `${state.connections} open`)]
        : []),
      ...(traffic === undefined ? [] : [fact('Traffic', traffic)]),
      ...lastError(snapshot, facts),
    ],
    notes: [
      ...[networkSentence(snapshot), describeBindMismatch(snapshot)?.sentence].filter(
        (sentence) => sentence !== undefined,
      ),
      ...(snapshot.hints ?? []).map((hint) => plainText(localize(hint, l10n))),
    ],
  };
}

function service(forward: Forward): FactView[] {
  const name = serviceOf(forward)?.name;
  return name === undefined
    ? []
    : [fact(forward.protocol === undefined ? 'Service' : 'Protocol', plainText(name))];
}

function lastError({ state }: ForwardSnapshot, { now, locale }: ViewFacts): FactView[] {
  if (state.status === 'failed') {
    return [fact('Error', plainText(state.error.message))];
  }
  if (state.status !== 'listening' || state.lastError === undefined) {
    return [];
  }
  const when = state.lastErrorAt === undefined ? [] : [formatAgo(state.lastErrorAt, now, locale)];
  return [fact('Last error', plainText(state.lastError.message), ...when)];
}

function fact(term: string, ...values: readonly string[]): FactView {
  return { term, values };
}

/** `Tunnel details: staging`, for the tab. */
export function detailsTitle(name: string): string {
  return `Tunnel details: ${plainText(name)}`;
}

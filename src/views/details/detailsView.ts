// The details page of one tunnel, as plain data.
import { l10n } from 'vscode';
import { errorWords } from '../../tunnels/errors/errors';
import { localize } from '../../tunnels/util/l10n';
import type { DefinitionProblem } from '../../tunnels/config/definition';
import type { Forward } from '../../tunnels/config/forward';
import { exactText, shortDestination } from '../words/exactText';
import { faultsOf } from '../../tunnels/model/snapshot';
import type { ForwardSnapshot, TunnelSnapshot } from '../../tunnels/model/snapshot';
import { forwardContextValue, tunnelFlags } from '../tree/contextValues';
import { asSentence, formatAgo, formatMoment, plainText, withFullStop } from '../words/format';
import {
  describeConnections,
  describeTraffic,
  forwardHeading,
  forwardKindName,
  forwardStatus,
  listenAddresses,
  describeTarget,
} from '../words/forwardWords';
import { describeBindMismatch, networkSentence } from '../words/exposure';
import { forwardLook, problemLocation, tunnelLook } from '../tree/rowViews';
import { serviceOf } from '../services/service';
import {
  describeCompression,
  originPhrase,
  proxyCommandOutput,
  speakTunnelState,
} from '../words/tunnelWords';
import { explainLoginWait, serverLines, serverLinks, shownSpeaker } from '../words/loginWait';
import type { ButtonView, DetailsHeadings, DetailsView, FactView, ForwardDetails } from '../webview/pageData';
import { connectionTable, historyTable, linkFacts, loginWords, logLines } from './activityView';
import { ActionTable } from './detailsActions';
import type { DetailsAction, DetailsCommand } from './detailsActions';
import { programDetails } from './programDetails';
import { protectionDetails } from './protectionDetails';
import { explanations, forwardSectionKey } from './explanationView';
import { tunnelMap } from './mapView';
import { chartView } from './traffic';
import type { ViewFacts } from './detailsTypes';

export interface Details {
  readonly view: DetailsView;
  /** By button id. */
  readonly actions: ReadonlyMap<string, DetailsAction>;
}

export function detailsOf(tunnel: TunnelSnapshot, facts: ViewFacts): Details {
  const actions = new ActionTable();
  const description = tunnel.entry?.description;
  const { activity, traffic } = facts;
  const chart = traffic && chartView(traffic);
  const connections = activity && connectionTable(tunnel, activity, facts);
  const history = activity && historyTable(activity, facts);
  const view: DetailsView = {
    title: plainText(tunnel.name),
    ...(description === undefined ? {} : { description: plainText(description) }),
    state: describeState(tunnel),
    tint: tunnelLook(tunnel).tint,
    headings: headings(),
    buttons: [
      ...linkButtons(tunnel, actions),
      ...[actions.answer('top', tunnel.state)].filter((button) => button !== undefined),
      ...commandsFor(tunnel).map((command) => actions.run('top', command)),
    ],
    problems: faultsOf(tunnel).map((problem) => describeProblem(problem, tunnel)),
    explanations: explanations(tunnel, facts, actions),
    ...(tunnel.entry && { map: tunnelMap(tunnel, traffic?.moving ?? new Map()) }),
    facts: [...loginFacts(tunnel), ...connectionFacts(tunnel), ...sessionFacts(tunnel, facts)],
    ...(chart && { chart }),
    ...(connections && { connections }),
    ...(history && { history }),
    log: logLines(facts.log ?? [], facts),
    forwards: tunnel.forwards.map((forward) => forwardDetails(forward, tunnel, facts, actions)),
    programs: tunnel.programs.map((program) => programDetails(program, tunnel, facts, actions)),
    protection: protectionDetails(tunnel),
  };
  return { view, actions: actions.all };
}

/** For a tunnel that was removed from the settings while its details were open. */
export function detailsOfRemovedTunnel(title: string): Details {
  const view: DetailsView = {
    title,
    state: l10n.t('This tunnel is no longer in the settings.'),
    tint: 'disabledForeground',
    headings: headings(),
    buttons: [],
    problems: [],
    explanations: [],
    facts: [],
    log: [],
    forwards: [],
    programs: [],
    protection: [],
  };
  return { view, actions: new Map() };
}

function headings(): DetailsHeadings {
  return {
    problems: l10n.t('Problems in its settings'),
    happened: l10n.t('What happened'),
    tried: l10n.t('What was tried'),
    detail: l10n.t('Server response / System error'),
    next: l10n.t('What to do'),
    connection: l10n.t('Connection'),
    protection: l10n.t('Encryption and host keys'),
    forwards: l10n.t('Forwards'),
    programs: l10n.t('Programs'),
    output: l10n.t('Output'),
    way: l10n.t('Route'),
    traffic: l10n.t('Traffic of the last ten minutes'),
    connections: l10n.t('Open connections'),
    history: l10n.t('Last states'),
    log: l10n.t('Last lines of the log'),
  };
}

/** Screen readers speak it on each change, so it has no countdown. The error is shown below in full. */
function describeState(tunnel: TunnelSnapshot): string {
  const { state, problems } = tunnel;
  if (state.status === 'waiting') {
    return l10n.t('Disconnected. Reconnecting…');
  }
  if (state.status === 'failed' && problems.length === 0) {
    return l10n.t('Failed.');
  }
  return speakTunnelState(tunnel);
}

function commandsFor(tunnel: TunnelSnapshot): readonly DetailsCommand[] {
  const flags = tunnelFlags(tunnel);
  const when = (flag: (typeof flags)[number], command: DetailsCommand): DetailsCommand[] =>
    flags.includes(flag) ? [command] : [];
  return [
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
  const message = plainText(localize(problem.message, l10n));
  return location === undefined ? message : l10n.t('{location}: {problem}', { location, problem: message });
}

/** Opens a link that the server has sent, after a question. */
function linkButtons(tunnel: TunnelSnapshot, actions: ActionTable): ButtonView[] {
  return serverLinks(tunnel).map((link) => {
    const description = l10n.t('Open Link… {url}', { url: exactText(link.url) });
    return actions.button(`link/${link.url}`, l10n.t('Open Link…'), { kind: 'link', link }, { description });
  });
}

/** While it signs in. */
function loginFacts(tunnel: TunnelSnapshot): FactView[] {
  const wait = explainLoginWait(tunnel);
  const lines = serverLines(tunnel);
  return [
    ...(wait === undefined ? [] : [fact(l10n.t('Sign-in'), wait)]),
    ...(lines.length === 0 ? [] : [fact(l10n.t('{host} says', { host: shownSpeaker(tunnel) }), ...lines)]),
  ];
}

function connectionFacts(tunnel: TunnelSnapshot): FactView[] {
  const { entry, override } = tunnel;
  const jumps = (entry?.definition.proxyJump ?? []).map((destination) =>
    plainText(shortDestination(destination)),
  );
  const changes = [
    ...(override?.disabled === true ? [l10n.t('disabled')] : []),
    ...(override?.changes ?? []).map((change) => localize(change, l10n)),
  ];
  return [
    ...(entry ? [fact(l10n.t('Server'), plainText(shortDestination(entry.definition.destination)))] : []),
    ...(jumps.length > 0 ? [fact(l10n.t('Jump hosts'), ...jumps)] : []),
    fact(l10n.t('Defined in'), plainText(originPhrase(tunnel))),
    ...(override
      ? [
          fact(
            l10n.t('Overridden by you'),
            ...(changes.length > 0 ? changes.map(plainText) : [l10n.t('no changes')]),
          ),
        ]
      : []),
  ];
}

/** Facts of the SSH session, while it is up, and of what it waits for. */
function sessionFacts(tunnel: TunnelSnapshot, { now, locale, activity }: ViewFacts): FactView[] {
  const { state } = tunnel;
  const compression = describeCompression(tunnel);
  const proxyCommand = proxyCommandOutput(state);
  return [
    ...(proxyCommand.length === 0 ? [] : [fact(l10n.t('Output of the ProxyCommand'), ...proxyCommand)]),
    ...loginDetails(tunnel),
    ...linkFacts(tunnel, activity),
    ...(state.status === 'up' ? [fact(l10n.t('Up since'), formatMoment(state.since, now, locale))] : []),
    ...(compression === undefined ? [] : [fact(l10n.t('Compression'), compression)]),
  ];
}

/** Whom it is signed in as, and how. */
function loginDetails({ state, protection = [] }: TunnelSnapshot): FactView[] {
  const server = protection.at(-1);
  if (state.status !== 'up' || !server) {
    return [];
  }
  const jumps = protection.slice(0, -1).map(({ who }) => plainText(who));
  return [
    fact(l10n.t('Connected to'), plainText(server.who)),
    ...(jumps.length > 0 ? [fact(l10n.t('Through'), ...jumps)] : []),
    ...(server.login ? [fact(l10n.t('Signed in with'), ...loginWords(server.login))] : []),
  ];
}

/** What one does with its port. */
function forwardButtons(
  snapshot: ForwardSnapshot,
  tunnel: TunnelSnapshot,
  actions: ActionTable,
): ButtonView[] {
  const flags = forwardContextValue(snapshot, tunnel).split(' ');
  const { label } = snapshot.forward;
  const when = (flag: string, command: DetailsCommand): ButtonView[] =>
    flags.includes(flag) ? [actions.run(forwardSectionKey(label), command, label)] : [];
  return [
    ...when('browsable', 'openInBrowser'),
    ...when('proxy', 'openProxiedBrowser'),
    ...when('copyable', 'copyLocalAddress'),
    ...when('connectable', 'copyConnectionString'),
  ];
}

function forwardDetails(
  snapshot: ForwardSnapshot,
  tunnel: TunnelSnapshot,
  facts: ViewFacts,
  actions: ActionTable,
): ForwardDetails {
  const { forward, state } = snapshot;
  const traffic = describeTraffic(snapshot);
  return {
    key: forwardSectionKey(forward.label),
    title: forwardHeading(snapshot),
    kind: withFullStop(forwardKindName(forward)),
    state: asSentence(forwardStatus(state)),
    tint: forwardLook(snapshot, tunnel).tint,
    facts: [
      fact(
        forward.kind === 'remote' ? l10n.t('Server listens on') : l10n.t('Listens on'),
        ...listenAddresses(snapshot),
      ),
      fact(l10n.t('Target'), describeTarget(forward)),
      ...service(forward),
      ...(state.status === 'listening'
        ? [fact(l10n.t('Connections'), describeConnections(state.connections))]
        : []),
      ...(traffic === undefined ? [] : [fact(l10n.t('Traffic'), traffic)]),
      ...lastError(snapshot, facts),
    ],
    notes: [
      ...[networkSentence(snapshot), describeBindMismatch(snapshot)?.sentence].filter(
        (sentence) => sentence !== undefined,
      ),
      ...(snapshot.hints ?? []).map((hint) => plainText(localize(hint, l10n))),
    ],
    buttons: forwardButtons(snapshot, tunnel, actions),
  };
}

function service(forward: Forward): FactView[] {
  const name = serviceOf(forward)?.name;
  return name === undefined
    ? []
    : [fact(forward.protocol === undefined ? l10n.t('Service') : l10n.t('Protocol'), plainText(name))];
}

function lastError({ state }: ForwardSnapshot, { now, locale }: ViewFacts): FactView[] {
  if (state.status === 'failed') {
    return [fact(l10n.t('Error'), plainText(errorWords(state.error, l10n).message))];
  }
  if (state.status !== 'listening' || state.lastError === undefined) {
    return [];
  }
  const when = state.lastErrorAt === undefined ? [] : [formatAgo(state.lastErrorAt, now, locale)];
  return [fact(l10n.t('Last error'), plainText(errorWords(state.lastError, l10n).message), ...when)];
}

function fact(term: string, ...values: readonly string[]): FactView {
  return { term, values };
}

/** `Tunnel details: staging`, for the tab. */
export function detailsTitle(name: string): string {
  return l10n.t('Tunnel details: {name}', { name: plainText(name) });
}

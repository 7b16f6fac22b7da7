// The hover of each row, as Markdown, made when it opens: nothing in it ticks.
import { isTunnelDegraded, formatDestination } from '../tunnels/model/snapshot';
import type { ForwardSnapshot, TunnelSnapshot } from '../tunnels/model/snapshot';
import type { DefinitionProblem, TunnelDefinition } from '../tunnels/model/definition';
import type { TunnelError } from '../tunnels/model/errors';
import { notYetDone } from '../tunnels/model/notYet';
import { errorOf } from '../tunnels/model/state';
import { asSentence, formatAgo, formatMoment } from './format';
import { describeRoute, describeTraffic, forwardTitle } from './forwardWords';
import { describeCompression } from './compressionWords';
import { describeReach, isOpenToNetwork } from './reach';
import { bold, bulletList, escapeMarkdown, paragraphs } from './markdown';
import type { TunnelNode } from './nodes';
import { findForward, problemPlace } from './rows';
import { describeTunnel, originPhrase } from './words';

function errorBlocks(error: TunnelError | undefined): readonly (string | undefined)[] {
  if (error === undefined) {
    return [];
  }
  return [
    escapeMarkdown(asSentence(error.message)),
    escapeMarkdown(asSentence(error.nextStep)),
    error.detail === undefined ? undefined : `*${escapeMarkdown(error.detail)}*`,
  ];
}

function stateLine(tunnel: TunnelSnapshot, now: number): string {
  const { state } = tunnel;
  if (state.status === 'up' && !isTunnelDegraded(tunnel)) {
    return `up since ${formatMoment(state.since, now)}`;
  }
  if (state.status === 'waiting') {
    return 'retrying';
  }
  return state.status === 'failed' && tunnel.problems.length === 0 ? 'failed' : describeTunnel(tunnel);
}

function escapeIfAny(text: string | undefined): string | undefined {
  return text === undefined ? undefined : escapeMarkdown(text);
}

function connectionLine(definition: TunnelDefinition): string {
  const jumps = (definition.proxyJump ?? []).map(({ host }) => host);
  const via = jumps.length === 0 ? '' : ` via ${jumps.join(', ')}`;
  return escapeMarkdown(`ssh ${formatDestination(definition)}${via}`);
}

function forwardLine(snapshot: ForwardSnapshot): string {
  const failed = snapshot.state.status === 'failed' ? ' (failed)' : '';
  const wide = isOpenToNetwork(snapshot) ? ' (open to the network)' : '';
  const title = forwardTitle(snapshot);
  const route = describeRoute(snapshot);
  return escapeMarkdown(`${route.includes(title) ? '' : `${title}: `}${route}${failed}${wide}`);
}

/** What the user has changed about it for themselves. */
function overrideLine({ override }: TunnelSnapshot): string | undefined {
  if (override === undefined) {
    return undefined;
  }
  const changes = [...(override.disabled ? ['disabled'] : []), ...override.changes];
  return `Overridden by you${changes.length === 0 ? '' : `: ${escapeMarkdown(changes.join(', '))}`}.`;
}

function tunnelTooltip(tunnel: TunnelSnapshot, now: number): string {
  const { entry } = tunnel;
  return paragraphs([
    `${bold(tunnel.name)}: ${escapeMarkdown(stateLine(tunnel, now))}`,
    entry?.description === undefined ? undefined : escapeMarkdown(entry.description),
    ...(tunnel.problems.length > 0 ? [] : errorBlocks(errorOf(tunnel.state))),
    bulletList(tunnel.problems.map((problem) => problemLine(problem, tunnel))),
    entry === undefined ? undefined : connectionLine(entry.definition),
    bulletList(tunnel.forwards.map(forwardLine)),
    describeCompression(tunnel),
    entry && escapeIfAny(notYetDone(entry.definition)),
    `From ${escapeMarkdown(originPhrase(tunnel))}.`,
    overrideLine(tunnel),
  ]);
}

function forwardError({ state }: ForwardSnapshot, now: number): readonly (string | undefined)[] {
  switch (state.status) {
    case 'failed':
      return errorBlocks(state.error);
    case 'listening':
      return state.lastError === undefined
        ? []
        : [`Last error${whenInWords(state.lastErrorAt, now)}:`, ...errorBlocks(state.lastError)];
    case 'closed':
    case 'opening':
      return [];
  }
}

function whenInWords(at: number | undefined, now: number): string {
  return at === undefined ? '' : `, ${escapeMarkdown(formatAgo(at, now))}`;
}

function forwardTooltip(snapshot: ForwardSnapshot, now: number): string {
  const { forward, state } = snapshot;
  return paragraphs([
    `${bold(forwardTitle(snapshot))}: ${state.status}`,
    escapeMarkdown(describeRoute(snapshot)),
    describeTraffic(snapshot),
    isOpenToNetwork(snapshot)
      ? forward.kind === 'remote'
        ? 'Open to the network: other machines can connect to this port of the server.'
        : 'Open to the network: other machines can connect to this port of this one.'
      : undefined,
    describeReach(snapshot)?.sentence,
    ...(snapshot.hints ?? []).map(escapeMarkdown),
    ...forwardError(snapshot, now),
  ]);
}

function problemLine(problem: DefinitionProblem, tunnel: TunnelSnapshot): string {
  const place = problemPlace(problem, tunnel);
  return `${place === undefined ? '' : `${bold(place)}: `}${escapeMarkdown(asSentence(problem.message))}`;
}

function problemTooltip(problem: DefinitionProblem, tunnel: TunnelSnapshot): string {
  return paragraphs([problemLine(problem, tunnel), `In ${escapeMarkdown(originPhrase(tunnel))}.`]);
}

/** Of the row that holds the hosts of ssh_config. */
export const groupTooltip = paragraphs([
  'Hosts of your SSH config that have forwards of their own (LocalForward, RemoteForward, DynamicForward).',
  'They start when you start them, and never by themselves. The setting `sshTunnels.showSshConfigHosts` hides them.',
]);

export function tooltipOf(node: TunnelNode, tunnel: TunnelSnapshot, now: number): string | undefined {
  switch (node.kind) {
    case 'tunnel':
    case 'progress':
      return tunnelTooltip(tunnel, now);
    case 'forward': {
      const forward = findForward(tunnel, node.label);
      return forward && forwardTooltip(forward, now);
    }
    case 'problem': {
      const problem = tunnel.problems[node.index];
      return problem && problemTooltip(problem, tunnel);
    }
  }
}

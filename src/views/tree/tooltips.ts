// The tooltip of each row, as Markdown. It is made when it opens and isn't updated.
import { l10n } from 'vscode';
import { localize } from '../../tunnels/util/l10n';
import { formatDestination } from '../../tunnels/config/definition';
import { isTunnelDegraded } from '../../tunnels/model/snapshot';
import type { ForwardSnapshot, TunnelSnapshot } from '../../tunnels/model/snapshot';
import type { DefinitionProblem, TunnelDefinition } from '../../tunnels/config/definition';
import type { TunnelError } from '../../tunnels/errors/errors';
import type { ProgramSnapshot } from '../../tunnels/model/programState';
import { errorOf } from '../../tunnels/model/state';
import { formatAgo, formatMoment, withFullStop } from '../words/format';
import { describeRoute, describeTraffic, forwardHeading, forwardTitle } from '../words/forwardWords';
import { describeCompression } from '../words/compressionWords';
import { describeBindMismatch, networkSentence, networkWords } from '../words/exposure';
import { bold, bulletList, marked, Markdown, paragraphs } from '../words/markdown';
import type { TunnelNode } from './nodes';
import {
  describeProgramState,
  displaySentence,
  outputLines,
  programOutput,
  stateNote,
} from '../words/programWords';
import { findForward, findProgram, problemLocation } from './rows';
import { describeTunnel, originPhrase } from '../words/words';

function errorBlocks(error: TunnelError | undefined, withDetail = true): readonly (Markdown | undefined)[] {
  if (error === undefined) {
    return [];
  }
  return [
    marked`${withFullStop(error.message)}`,
    marked`${withFullStop(error.nextStep)}`,
    error.detail === undefined || !withDetail ? undefined : marked`*${error.detail}*`,
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

function textIfAny(text: string | undefined): Markdown | undefined {
  return text === undefined ? undefined : marked`${text}`;
}

function connectionLine(definition: TunnelDefinition): Markdown {
  const jumps = (definition.proxyJump ?? []).map(({ host }) => host);
  const via = jumps.length === 0 ? '' : ` via ${jumps.join(', ')}`;
  return marked`${`ssh ${formatDestination(definition)}${via}`}`;
}

function forwardLine(snapshot: ForwardSnapshot): Markdown {
  const failed = snapshot.state.status === 'failed' ? ' (failed)' : '';
  const network = networkWords(snapshot);
  const exposure = network === undefined ? '' : ` (${network})`;
  const title = forwardTitle(snapshot);
  const route = describeRoute(snapshot);
  return marked`${`${route.includes(title) ? '' : `${title}: `}${route}${failed}${exposure}`}`;
}

function programLine({ program, state }: ProgramSnapshot): Markdown {
  const trusted = program.trusted && program.nested === undefined ? ' (trusted)' : '';
  return marked`${`${program.name}: ${describeProgramState(state)}${trusted}`}`;
}

/** The user's own changes to it, from `sshTunnels.overrides`. */
function overrideLine({ override }: TunnelSnapshot): Markdown | undefined {
  if (override === undefined) {
    return undefined;
  }
  const changes = [
    ...(override.disabled ? ['disabled'] : []),
    ...override.changes.map((change) => localize(change, l10n)),
  ];
  return marked`Overridden by you${changes.length === 0 ? '' : marked`: ${changes.join(', ')}`}.`;
}

function tunnelTooltip(tunnel: TunnelSnapshot, now: number): Markdown {
  const { entry } = tunnel;
  return paragraphs([
    marked`${bold(tunnel.name)}: ${stateLine(tunnel, now)}`,
    textIfAny(entry?.description),
    ...(tunnel.problems.length > 0 ? [] : errorBlocks(errorOf(tunnel.state))),
    bulletList(tunnel.problems.map((problem) => problemLine(problem, tunnel))),
    entry === undefined ? undefined : connectionLine(entry.definition),
    bulletList(tunnel.forwards.map(forwardLine)),
    bulletList(tunnel.programs.map(programLine)),
    textIfAny(describeCompression(tunnel)),
    marked`Defined in ${originPhrase(tunnel)}.`,
    overrideLine(tunnel),
  ]);
}

function forwardError({ state }: ForwardSnapshot, now: number): readonly (Markdown | undefined)[] {
  switch (state.status) {
    case 'failed':
      return errorBlocks(state.error);
    case 'listening':
      return state.lastError === undefined
        ? []
        : [marked`Last error${timeSuffix(state.lastErrorAt, now)}:`, ...errorBlocks(state.lastError)];
    case 'closed':
    case 'opening':
      return [];
  }
}

function timeSuffix(at: number | undefined, now: number): Markdown {
  return at === undefined ? marked`` : marked`, ${formatAgo(at, now)}`;
}

function forwardTooltip(snapshot: ForwardSnapshot, now: number): Markdown {
  const { state } = snapshot;
  return paragraphs([
    marked`${bold(forwardHeading(snapshot))}: ${state.status}`,
    marked`${describeRoute(snapshot)}`,
    textIfAny(describeTraffic(snapshot)),
    textIfAny(networkSentence(snapshot)),
    textIfAny(describeBindMismatch(snapshot)?.sentence),
    ...(snapshot.hints ?? []).map((hint) => textIfAny(localize(hint, l10n))),
    ...forwardError(snapshot, now),
  ]);
}

/** The details and the log have more. */
const maxOutputLines = 8;

function programTooltip({ program, state }: ProgramSnapshot, now: number): Markdown {
  const lines = outputLines(programOutput(state), maxOutputLines);
  const when =
    state.status === 'ended' || state.status === 'failed' ? marked`, ${formatAgo(state.at, now)}` : marked``;
  return paragraphs([
    marked`${bold(program.name)}: ${describeProgramState(state)}${when}`,
    Markdown.code(program.command),
    marked`${displaySentence(program)}`,
    textIfAny(stateNote(state)),
    // The output follows below.
    ...(state.status === 'failed' ? errorBlocks(state.error, lines.length === 0) : []),
    lines.length === 0 ? undefined : marked`Output:`,
    bulletList(lines.map((line) => marked`${line}`)),
  ]);
}

function problemLine(problem: DefinitionProblem, tunnel: TunnelSnapshot): Markdown {
  const location = problemLocation(problem, tunnel);
  return marked`${location === undefined ? '' : marked`${bold(location)}: `}${localize(problem.message, l10n)}`;
}

function problemTooltip(problem: DefinitionProblem, tunnel: TunnelSnapshot): Markdown {
  return paragraphs([problemLine(problem, tunnel), marked`Defined in ${originPhrase(tunnel)}.`]);
}

/** For the group row of ssh_config's hosts. */
export const groupTooltip = paragraphs([
  marked`Hosts in your SSH config with their own forwards (LocalForward, RemoteForward, DynamicForward).`,
  marked`They never start automatically. To hide them, turn off **sshTunnels.showSshConfigHosts**.`,
]);

export function tooltipOf(node: TunnelNode, tunnel: TunnelSnapshot, now: number): Markdown | undefined {
  switch (node.kind) {
    case 'tunnel':
    case 'progress':
      return tunnelTooltip(tunnel, now);
    case 'forward': {
      const forward = findForward(tunnel, node.label);
      return forward && forwardTooltip(forward, now);
    }
    case 'program': {
      const program = findProgram(tunnel, node.name);
      return program && programTooltip(program, now);
    }
    case 'problem': {
      const problem = tunnel.problems[node.index];
      return problem && problemTooltip(problem, tunnel);
    }
  }
}

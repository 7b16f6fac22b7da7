// The tooltip of each row, as Markdown. It is made when it opens and isn't updated.
import { l10n } from 'vscode';
import { localize } from '../../tunnels/util/l10n';
import { shortDestination, shownHost } from '../words/exactText';
import { faultsOf, isTunnelDegraded } from '../../tunnels/model/snapshot';
import type { ForwardSnapshot, TunnelSnapshot } from '../../tunnels/model/snapshot';
import type { DefinitionProblem, TunnelDefinition } from '../../tunnels/config/definition';
import { errorWords } from '../../tunnels/errors/errors';
import type { TunnelError } from '../../tunnels/errors/errors';
import type { ProgramSnapshot } from '../../tunnels/model/programState';
import { untranslated } from '../../tunnels/util/l10n';
import { errorOf } from '../../tunnels/model/state';
import { formatAgo, formatMoment, withFullStop } from '../words/format';
import {
  describeRoute,
  describeTraffic,
  forwardHeading,
  forwardStatus,
  forwardTitle,
} from '../words/forwardWords';
import { describeBindMismatch, networkSentence, networkWords } from '../words/exposure';
import { bold, bulletList, localized, marked, Markdown, paragraphs } from '../words/markdown';
import type { CommandNode } from './nodes';
import {
  describeProgramState,
  displaySentence,
  outputLines,
  programOutput,
  stateNote,
} from '../words/programWords';
import { findForward, findProgram, problemLocation } from './rowViews';
import { explainLoginWait, serverLines, serverLinks, shownSpeaker } from '../words/loginWait';
import { describeCompression, describeTunnel, originPhrase, proxyCommandOutput } from '../words/tunnelWords';

function errorBlocks(error: TunnelError | undefined, withDetail = true): readonly (Markdown | undefined)[] {
  if (error === undefined) {
    return [];
  }
  const { message, nextStep, detail } = errorWords(error, l10n);
  return [
    marked`${withFullStop(message)}`,
    marked`${withFullStop(nextStep)}`,
    detail === undefined || !withDetail ? undefined : marked`*${detail}*`,
  ];
}

function stateLine(tunnel: TunnelSnapshot, now: number): string {
  const { state } = tunnel;
  if (state.status === 'up' && !isTunnelDegraded(tunnel)) {
    return l10n.t('up since {time}', { time: formatMoment(state.since, now) });
  }
  if (state.status === 'waiting') {
    return l10n.t('retrying');
  }
  return state.status === 'failed' && tunnel.problems.length === 0
    ? l10n.t('failed')
    : describeTunnel(tunnel);
}

function textIfAny(text: string | undefined): Markdown | undefined {
  return text === undefined ? undefined : marked`${text}`;
}

function connectionLine(definition: TunnelDefinition): Markdown {
  const jumps = (definition.proxyJump ?? []).map(({ host }) => shownHost(host));
  const command = untranslated`ssh ${shortDestination(definition.destination)}`;
  return jumps.length === 0
    ? marked`${command}`
    : localized((values) => l10n.t('{command} via {jumpHosts}', values), {
        command,
        jumpHosts: jumps.join(', '),
      });
}

function forwardLine(snapshot: ForwardSnapshot): Markdown {
  const title = forwardTitle(snapshot);
  const route = describeRoute(snapshot);
  const note = snapshot.state.status === 'failed' ? l10n.t('failed') : networkWords(snapshot);
  const forward = route.includes(title) ? route : l10n.t('{name}: {route}', { name: title, route });
  return marked`${note === undefined ? forward : l10n.t('{forward} ({note})', { forward, note })}`;
}

function programLine({ program, state }: ProgramSnapshot): Markdown {
  const values = { name: program.name, state: describeProgramState(state) };
  return program.trusted && program.nested === undefined
    ? localized((escaped) => l10n.t('{name}: {state} (trusted)', escaped), values)
    : localized((escaped) => l10n.t('{name}: {state}', escaped), values);
}

/** The user's own changes to it, from `sshTunnels.overrides`. */
function overrideLine({ override }: TunnelSnapshot): Markdown | undefined {
  if (override === undefined) {
    return undefined;
  }
  const changes = [
    ...(override.disabled ? [l10n.t('disabled')] : []),
    ...override.changes.map((change) => localize(change, l10n)),
  ];
  return changes.length === 0
    ? marked`${l10n.t('Overridden by you.')}`
    : localized((values) => l10n.t('Overridden by you: {changes}.', values), {
        changes: changes.join(', '),
      });
}

function originLine(tunnel: TunnelSnapshot): Markdown {
  return localized((values) => l10n.t('Defined in {origin}.', values), { origin: originPhrase(tunnel) });
}

function compressionLine(tunnel: TunnelSnapshot): Markdown | undefined {
  const effect = describeCompression(tunnel);
  return effect === undefined
    ? undefined
    : localized((values) => l10n.t('Compression: {effect}', values), { effect });
}

function proxyCommandLines({ state }: TunnelSnapshot): readonly (Markdown | undefined)[] {
  const lines = proxyCommandOutput(state);
  return lines.length === 0
    ? []
    : [marked`${l10n.t('Output of the ProxyCommand:')}`, bulletList(lines.map((line) => marked`${line}`))];
}

/** The details have the rest, and open its links. */
const maxServerLines = 8;

function serverSays(tunnel: TunnelSnapshot): readonly (Markdown | undefined)[] {
  const lines = serverLines(tunnel).slice(0, maxServerLines);
  return lines.length === 0
    ? []
    : [
        localized((values) => l10n.t('{host} says:', values), { host: marked`${shownSpeaker(tunnel)}` }),
        bulletList(lines.map((line) => marked`${line}`)),
        serverLinks(tunnel).length === 0
          ? undefined
          : marked`${l10n.t('To open the link, show the details.')}`,
      ];
}

function tunnelTooltip(tunnel: TunnelSnapshot, now: number): Markdown {
  const { entry } = tunnel;
  return paragraphs([
    localized((values) => l10n.t('{name}: {state}', values), {
      name: bold(tunnel.name),
      state: stateLine(tunnel, now),
    }),
    textIfAny(
      tunnel.staysLocal === true && tunnel.state.status === 'stopped'
        ? l10n.t(
            'Your own tunnels start by themselves in local windows only. "Start in Remote Windows Too" changes that for this one.',
          )
        : undefined,
    ),
    textIfAny(explainLoginWait(tunnel)),
    ...serverSays(tunnel),
    textIfAny(entry?.description),
    ...(tunnel.problems.length > 0 ? [] : errorBlocks(errorOf(tunnel.state))),
    ...proxyCommandLines(tunnel),
    bulletList(faultsOf(tunnel).map((problem) => problemLine(problem, tunnel))),
    entry === undefined ? undefined : connectionLine(entry.definition),
    bulletList(tunnel.forwards.map(forwardLine)),
    bulletList(tunnel.programs.map(programLine)),
    compressionLine(tunnel),
    originLine(tunnel),
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
        : [lastErrorLine(state.lastErrorAt, now), ...errorBlocks(state.lastError)];
    case 'closed':
    case 'opening':
      return [];
  }
}

function lastErrorLine(at: number | undefined, now: number): Markdown {
  return at === undefined
    ? marked`${l10n.t('Last error:')}`
    : localized((values) => l10n.t('Last error, {time}:', values), { time: formatAgo(at, now) });
}

function forwardTooltip(snapshot: ForwardSnapshot, now: number): Markdown {
  return paragraphs([
    localized((values) => l10n.t('{name}: {state}', values), {
      name: bold(forwardHeading(snapshot)),
      state: forwardStatus(snapshot.state),
    }),
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
  const heading = { name: bold(program.name), state: describeProgramState(state) };
  return paragraphs([
    state.status === 'ended' || state.status === 'failed'
      ? localized((values) => l10n.t('{name}: {state}, {time}', values), {
          ...heading,
          time: formatAgo(state.at, now),
        })
      : localized((values) => l10n.t('{name}: {state}', values), heading),
    Markdown.command(program.command),
    marked`${displaySentence(program)}`,
    textIfAny(stateNote(state)),
    // The output follows below.
    ...(state.status === 'failed' ? errorBlocks(state.error, lines.length === 0) : []),
    lines.length === 0 ? undefined : marked`${l10n.t('Output:')}`,
    bulletList(lines.map((line) => marked`${line}`)),
  ]);
}

function problemLine(problem: DefinitionProblem, tunnel: TunnelSnapshot): Markdown {
  const location = problemLocation(problem, tunnel);
  const message = localize(problem.message, l10n);
  return location === undefined
    ? marked`${message}`
    : localized((values) => l10n.t('{location}: {problem}', values), {
        location: bold(location),
        problem: message,
      });
}

function problemTooltip(problem: DefinitionProblem, tunnel: TunnelSnapshot): Markdown {
  return paragraphs([problemLine(problem, tunnel), originLine(tunnel)]);
}

/** For the group row of ssh_config's hosts. */
export function groupTooltip(): Markdown {
  return paragraphs([
    marked`${l10n.t('Hosts in your SSH config with their own forwards (LocalForward, RemoteForward, DynamicForward).')}`,
    localized(
      (values) => l10n.t('They never start automatically. To hide them, turn off {setting}.', values),
      {
        setting: bold('sshTunnels.showSshConfigHosts'),
      },
    ),
  ]);
}

export function tooltipOf(node: CommandNode, tunnel: TunnelSnapshot, now: number): Markdown | undefined {
  switch (node.kind) {
    case 'tunnel':
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
      const problem = faultsOf(tunnel)[node.index];
      return problem && problemTooltip(problem, tunnel);
    }
  }
}

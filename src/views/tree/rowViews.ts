// What each row of the tree shows, as plain data.
import { l10n } from 'vscode';
import { localize } from '../../tunnels/util/l10n';
import { faultsOf, isTunnelDegraded } from '../../tunnels/model/snapshot';
import type { ForwardSnapshot, TunnelSnapshot } from '../../tunnels/model/snapshot';
import { formatJsonPath } from '../../tunnels/util/jsonPath';
import { hideInName } from '../../tunnels/util/shown';
import type { DefinitionProblem } from '../../tunnels/config/definition';
import { forwardKey } from '../../tunnels/config/forward';
import type { ProgramSnapshot, ProgramState } from '../../tunnels/model/programState';
import type { Need } from '../../tunnels/model/state';
import {
  contextValueOf,
  forwardContextValue,
  problemContextValue,
  programContextValue,
} from './contextValues';
import type { ContextValue } from './contextValues';
import type { CommandNode } from './nodes';
import type { Moving } from '../details/traffic';
import type { Tint } from '../webview/mapData';
import { joinParts, plainText } from '../words/format';
import { describeForward, forwardHeading, speakForward } from '../words/forwardWords';
import { describeProgram, endedNormally, speakProgram } from '../words/programWords';
import { isOpenToNetwork } from '../words/exposure';
import {
  describeOrigin,
  describeTunnel,
  isUnstartedSshConfigHost,
  needsAttention,
  speakTunnel,
  worksNowhere,
} from '../words/tunnelWords';

export interface Look {
  /** The name of a codicon. */
  readonly icon: string;
  readonly tint: Tint;
}

export interface RowView {
  readonly label: string;
  readonly description: string;
  readonly look: Look;
  readonly contextValue: ContextValue;
  /** For screen readers. */
  readonly spoken: string;
}

const needIcons: Readonly<Record<Need, string>> = {
  trust: 'shield',
  consent: 'shield',
  password: 'key',
  passphrase: 'key',
  code: 'key',
  hostKey: 'question',
};

export function tunnelLook(tunnel: TunnelSnapshot): Look {
  const { state } = tunnel;
  switch (state.status) {
    case 'stopped':
      return { icon: 'circle-large-outline', tint: 'disabledForeground' };
    case 'idle':
      return { icon: 'circle-large-outline', tint: 'charts.green' };
    case 'blocked':
      return { icon: needIcons[state.need], tint: 'charts.yellow' };
    case 'connecting':
      return { icon: 'loading~spin', tint: 'charts.blue' };
    case 'up':
      if (worksNowhere(tunnel)) {
        return { icon: 'error', tint: 'charts.red' };
      }
      return isTunnelDegraded(tunnel) || state.isUnstable
        ? { icon: 'warning', tint: 'charts.yellow' }
        : { icon: 'pass-filled', tint: 'charts.green' };
    case 'waiting':
      return { icon: 'history', tint: 'charts.yellow' };
    case 'failed':
      return { icon: 'error', tint: 'charts.red' };
    case 'stopping':
      return { icon: 'loading~spin', tint: 'disabledForeground' };
  }
}

const kindIcons = { local: 'arrow-right', remote: 'arrow-left', dynamic: 'globe' } as const;

export function forwardLook(snapshot: ForwardSnapshot, tunnel: Pick<TunnelSnapshot, 'state'>): Look {
  const { forward, state } = snapshot;
  if (state.status === 'failed') {
    return { icon: 'error', tint: 'charts.red' };
  }
  if (isOpenToNetwork(snapshot)) {
    return { icon: 'broadcast', tint: 'charts.yellow' };
  }
  const icon = kindIcons[forward.kind];
  const isValidTunnel = tunnel.state.status === 'up' || tunnel.state.status === 'idle';
  if (state.status !== 'listening' || !isValidTunnel) {
    return { icon, tint: 'disabledForeground' };
  }
  const isFailing = state.lastError !== undefined && state.connections === 0;
  return { icon, tint: isFailing ? 'charts.yellow' : 'charts.green' };
}

export function programLook(state: ProgramState): Look {
  switch (state.status) {
    case 'ready':
      return { icon: 'window', tint: 'disabledForeground' };
    case 'starting':
      return { icon: 'loading~spin', tint: 'charts.blue' };
    case 'running':
      return { icon: 'window', tint: 'charts.green' };
    case 'stopping':
      return { icon: 'loading~spin', tint: 'disabledForeground' };
    case 'ended':
      return endedNormally(state.exit)
        ? { icon: 'window', tint: 'disabledForeground' }
        : { icon: 'warning', tint: 'charts.yellow' };
    case 'failed':
      return state.isCutOff === true
        ? { icon: 'debug-disconnect', tint: 'charts.yellow' }
        : { icon: 'error', tint: 'charts.red' };
  }
}

/** How the rows of a list show where each tunnel is defined. */
export interface OriginStyle {
  /** Every row shows its origin, because there is more than one. */
  readonly shown: boolean;
  /** Names that several tunnels have. Their origin comes first, where a narrow side bar doesn't cut it off. */
  readonly ambiguous: ReadonlySet<string>;
}

export function originStyle(tunnels: readonly TunnelSnapshot[], multiRoot: boolean): OriginStyle {
  const seen = new Set<string>();
  const ambiguous = new Set<string>();
  for (const { name } of tunnels) {
    (seen.has(name) ? ambiguous : seen).add(name);
  }
  const origins = new Set(tunnels.map(describeOrigin));
  return {
    shown: origins.size > 1 || (multiRoot && tunnels.some(({ origin }) => origin === 'folder')),
    ambiguous,
  };
}

function tunnelDescription(tunnel: TunnelSnapshot, style: OriginStyle, now: number): string {
  const state = describeTunnel(tunnel, now);
  const origin = describeOrigin(tunnel);
  if (tunnel.origin === 'sshConfig') {
    // The group row shows the origin.
    return state;
  }
  if (style.ambiguous.has(tunnel.name)) {
    return joinParts([origin, state]);
  }
  return style.shown ? joinParts([state, origin]) : state;
}

function tunnelView(tunnel: TunnelSnapshot, style: OriginStyle, now: number): RowView {
  return {
    label: plainText(tunnel.name),
    description: tunnelDescription(tunnel, style, now),
    look: tunnelLook(tunnel),
    contextValue: contextValueOf(tunnel),
    spoken: speakTunnel(tunnel),
  };
}

function forwardView(forward: ForwardSnapshot, tunnel: TunnelSnapshot, rate: number | undefined): RowView {
  return {
    label: forwardHeading(forward),
    description: describeForward(forward, rate),
    look: forwardLook(forward, tunnel),
    contextValue: forwardContextValue(forward, tunnel),
    spoken: speakForward(forward),
  };
}

function programView(snapshot: ProgramSnapshot, tunnel: TunnelSnapshot): RowView {
  return {
    label: plainText(snapshot.program.name),
    description: describeProgram(snapshot),
    look: programLook(snapshot.state),
    contextValue: programContextValue(snapshot, tunnel),
    spoken: speakProgram(snapshot),
  };
}

/** `localForward[0].target`, relative to the tunnel; undefined for the whole tunnel; in an ssh_config `config:12`. */
export function problemLocation(
  { path }: DefinitionProblem,
  { name, origin }: TunnelSnapshot,
): string | undefined {
  if (origin === 'sshConfig') {
    const [file, line] = path.map(String);
    return plainText(`${file?.replace(/^.*[/\\]/s, '') ?? ''}:${line ?? ''}`);
  }
  if (path[0] === 'sshTunnels.overrides') {
    const inner = formatJsonPath(path.slice(2)).replace(/^\./, '');
    return plainText(
      inner === '' ? l10n.t('your override') : l10n.t('your override: {path}', { path: inner }),
    );
  }
  // A path starts at the setting, with the tunnel's name second, or at the tunnel.
  const inner = path.slice(
    hideInName(String(path[1])) === name ? 2 : path[0] === name && path.length === 1 ? 1 : 0,
  );
  return inner.length === 0 ? undefined : plainText(formatJsonPath(inner).replace(/^\./, ''));
}

function problemView(problem: DefinitionProblem, tunnel: TunnelSnapshot): RowView {
  const location = problemLocation(problem, tunnel);
  const message = plainText(localize(problem.message, l10n));
  return {
    label: location ?? message,
    description: location === undefined ? '' : message,
    look: { icon: 'circle-small-filled', tint: 'charts.red' },
    contextValue: problemContextValue(tunnel),
    spoken:
      location === undefined
        ? l10n.t('Problem in the tunnel: {problem}', { problem: message })
        : l10n.t('Problem in {location}: {problem}', { location, problem: message }),
  };
}

export function findForward(tunnel: TunnelSnapshot, label: string): ForwardSnapshot | undefined {
  return tunnel.forwards.find(({ forward }) => forward.label === label);
}

export function findProgram(tunnel: TunnelSnapshot, name: string): ProgramSnapshot | undefined {
  return tunnel.programs.find(({ program }) => program.name === name);
}

function describeHosts(count: number, started: number): string {
  if (started > 0) {
    return l10n.t('{started} of {count} started', { started, count });
  }
  return count === 1 ? l10n.t('1 host') : l10n.t('{count} hosts', { count });
}

function describeAttention(count: number): string {
  return count === 1 ? l10n.t('1 needs attention') : l10n.t('{count} need attention', { count });
}

/** The group row: how many hosts ssh_config has, or how many of them were started. */
export function groupView(tunnels: readonly TunnelSnapshot[]): RowView {
  const started = tunnels.filter((tunnel) => !isUnstartedSshConfigHost(tunnel)).length;
  const failing = tunnels.filter(needsAttention).length;
  const parts = [
    describeHosts(tunnels.length, started),
    ...(failing === 0 ? [] : [describeAttention(failing)]),
  ];
  const tint = failing > 0 ? 'charts.yellow' : started > 0 ? 'charts.green' : 'disabledForeground';
  return {
    label: l10n.t('From SSH config'),
    description: joinParts(parts),
    look: { icon: 'list-tree', tint },
    contextValue: '',
    spoken: l10n.t('From SSH config: {hosts}. Hosts with their own forwards. Start them manually.', {
      hosts: parts.join(', '),
    }),
  };
}

/** @returns undefined if the tunnel no longer has this row */
export function viewOf(
  node: CommandNode,
  tunnel: TunnelSnapshot,
  style: OriginStyle,
  now: number,
  moving?: Moving,
): RowView | undefined {
  switch (node.kind) {
    case 'tunnel':
      return tunnelView(tunnel, style, now);
    case 'forward': {
      const forward = findForward(tunnel, node.label);
      return forward && forwardView(forward, tunnel, moving?.get(forwardKey(forward.forward)));
    }
    case 'program': {
      const program = findProgram(tunnel, node.name);
      return program && programView(program, tunnel);
    }
    case 'problem': {
      const problem = faultsOf(tunnel)[node.index];
      return problem && problemView(problem, tunnel);
    }
  }
}

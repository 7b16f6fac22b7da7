// Sums up all tunnels: the badge and the message of the view, and the texts of the status bar.
import { l10n } from 'vscode';
import type { TunnelSnapshot } from '../../tunnels/model/snapshot';
import { joinParts, withoutIcons, plainText } from '../words/format';
import { bold, bulletList, localized, paragraphs } from '../words/markdown';
import type { Markdown } from '../words/markdown';
import type { StatusBarMode } from '../tunnelsModel';
import { originStyle, tunnelLook } from './rowViews';
import {
  describeOrigin,
  describeTunnel,
  isStoppedProgramTunnel,
  isUnstartedSshConfigHost,
  isFailing,
  needsAttention,
  speakTunnel,
} from '../words/tunnelWords';

function listNames(tunnels: readonly TunnelSnapshot[]): string {
  const shown = tunnels.slice(0, 3).map(({ name }) => plainText(name));
  const names = shown.join(', ');
  const count = tunnels.length - shown.length;
  return count > 0 ? l10n.t('{names} and {count} more', { names, count }) : names;
}

export interface BadgeView {
  readonly value: number;
  readonly tooltip: string;
}

export function badgeView(tunnels: readonly TunnelSnapshot[]): BadgeView | undefined {
  const attention = tunnels.filter(needsAttention);
  if (attention.length === 0) {
    return undefined;
  }
  const count = attention.length;
  const names = listNames(attention);
  return {
    value: count,
    tooltip:
      count === 1
        ? l10n.t('1 tunnel needs attention: {name}', { name: names })
        : l10n.t('{count} tunnels need attention: {names}', { count, names }),
  };
}

function brokenMessage(tunnels: readonly TunnelSnapshot[]): string | undefined {
  const broken = tunnels.filter((tunnel) => tunnel.problems.length > 0 && !isUnstartedSshConfigHost(tunnel));
  const names = listNames(broken);
  switch (broken.length) {
    case 0:
      return undefined;
    case 1:
      return l10n.t('1 invalid tunnel in your settings: {name}', { name: names });
    default:
      return l10n.t('{count} invalid tunnels in your settings: {names}', { count: broken.length, names });
  }
}

/** `on: build-box`: the remote machine that tunnels start from, in a remote window. */
export function describeRemote(remoteName: string): string {
  return l10n.t('on: {machine}', { machine: plainText(remoteName) });
}

/**
 * The line above the tree; empty for none. An empty tree has none, because it would hide the welcome text. It names
 * the remote machine because VS Code doesn't show the description of a view that is alone in its container.
 */
export function messageText(tunnels: readonly TunnelSnapshot[], remoteName: string | undefined): string {
  if (tunnels.length === 0) {
    return '';
  }
  const remote = remoteName === undefined ? undefined : describeRemote(remoteName);
  return joinParts([remote, brokenMessage(tunnels)].filter((line) => line !== undefined));
}

export interface StatusItemView {
  /** Unique among the status bar items of this extension, and stable. */
  readonly id: string;
  /** For the status bar's context menu. */
  readonly name: string;
  readonly text: string;
  readonly tooltip: Markdown;
  readonly spoken: string;
  readonly isWarning: boolean;
}

function stateLine(tunnel: TunnelSnapshot, isAmbiguous: boolean): Markdown {
  const name = bold(tunnel.name);
  const state = describeTunnel(tunnel);
  return isAmbiguous
    ? localized((values) => l10n.t('{name} ({origin}): {state}', values), {
        name,
        origin: describeOrigin(tunnel),
        state,
      })
    : localized((values) => l10n.t('{name}: {state}', values), { name, state });
}

function stateList(tunnels: readonly TunnelSnapshot[]): Markdown {
  const { ambiguous } = originStyle(tunnels, false);
  return bulletList(tunnels.map((tunnel) => stateLine(tunnel, ambiguous.has(tunnel.name))));
}

function summaryText(tunnels: readonly TunnelSnapshot[]): string {
  const count = (status: TunnelSnapshot['state']['status']): number =>
    tunnels.filter(({ state }) => state.status === status).length;
  const busy = count('connecting') > 0 || count('stopping') > 0;
  const problems = [
    ['history', count('waiting')],
    ['question', count('blocked')],
    ['warning', tunnels.filter(isFailing).length],
  ] as const;
  return [
    [busy ? 'loading~spin' : 'plug', count('up')] as const,
    ...problems.filter(([, number]) => number > 0),
  ]
    .map(([icon, number]) => `$(${icon}) ${number}`)
    .join(' ');
}

function summaryView(tunnels: readonly TunnelSnapshot[]): StatusItemView {
  const up = tunnels.filter(({ state }) => state.status === 'up').length;
  const badge = badgeView(tunnels);
  const total = tunnels.filter((tunnel) => !isStoppedProgramTunnel(tunnel)).length;
  const spoken =
    total === 0 ? l10n.t('SSH Tunnels: none up') : l10n.t('SSH Tunnels: {up} of {total} up', { up, total });
  return {
    id: 'summary',
    name: l10n.t('SSH Tunnels'),
    text: summaryText(tunnels),
    tooltip: paragraphs([bold(l10n.t('SSH Tunnels')), stateList(tunnels)]),
    spoken: badge === undefined ? spoken : `${spoken}; ${badge.tooltip}`,
    isWarning: tunnels.some(isFailing),
  };
}

function tunnelItemView(tunnel: TunnelSnapshot): StatusItemView {
  const name = plainText(tunnel.name);
  return {
    id: `tunnel:${tunnel.id}`,
    name: l10n.t('SSH Tunnel: {name}', { name }),
    text: `$(${tunnelLook(tunnel).icon}) ${withoutIcons(name)}`,
    tooltip: stateLine(tunnel, true),
    spoken: speakTunnel(tunnel),
    isWarning: isFailing(tunnel),
  };
}

/** The items from left to right; none without tunnels. */
export function statusItems(all: readonly TunnelSnapshot[], mode: StatusBarMode): readonly StatusItemView[] {
  const tunnels = all.filter((tunnel) => !isUnstartedSshConfigHost(tunnel));
  const own = tunnels
    .filter(({ entry }) => mode === 'tunnels' || entry?.statusBar === true)
    .map(tunnelItemView);
  return mode === 'summary' && tunnels.length > 0 ? [summaryView(tunnels), ...own] : own;
}

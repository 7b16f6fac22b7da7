// Sums up all tunnels above the tree: the badge of the view, and its message.
import { l10n } from 'vscode';
import type { TunnelSnapshot } from '../../tunnels/model/snapshot';
import { joinParts, plainText } from '../words/format';
import { isUnstartedSshConfigHost, needsAttention } from '../words/tunnelWords';

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

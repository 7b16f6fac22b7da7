// Sums up all tunnels: the badge and the message of the view, and the texts of the status bar.
import type { TunnelSnapshot } from '../../tunnels/model/snapshot';
import { formatCount, withoutIcons, plainText } from './format';
import { bold, bulletList, marked, paragraphs } from './markdown';
import type { Markdown } from './markdown';
import type { StatusBarMode } from '../model';
import { originStyle, tunnelLook } from '../tree/rows';
import {
  describeOrigin,
  describeTunnel,
  isStoppedProgramTunnel,
  isUnstartedSshConfigHost,
  isFailing,
  needsAttention,
  speakTunnel,
} from './words';

function listNames(tunnels: readonly TunnelSnapshot[]): string {
  const shown = tunnels.slice(0, 3).map(({ name }) => plainText(name));
  const more = tunnels.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
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
  const verb = attention.length === 1 ? 'needs' : 'need';
  const count = formatCount(attention.length, 'tunnel');
  return { value: attention.length, tooltip: `${count} ${verb} attention: ${listNames(attention)}` };
}

function brokenMessage(tunnels: readonly TunnelSnapshot[]): string | undefined {
  const broken = tunnels.filter((tunnel) => tunnel.problems.length > 0 && !isUnstartedSshConfigHost(tunnel));
  if (broken.length === 0) {
    return undefined;
  }
  const count = formatCount(broken.length, 'invalid tunnel');
  return `${count} in your settings: ${listNames(broken)}`;
}

/** `on: build-box`: the remote machine that tunnels start from, in a remote window. */
export function describeRemote(remoteName: string): string {
  return `on: ${plainText(remoteName)}`;
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
  return [remote, brokenMessage(tunnels)].filter((line) => line !== undefined).join(' · ');
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
  const origin = isAmbiguous ? marked` (${describeOrigin(tunnel)})` : '';
  return marked`${bold(tunnel.name)}${origin}: ${describeTunnel(tunnel)}`;
}

function stateList(tunnels: readonly TunnelSnapshot[]): Markdown {
  const { ambiguous } = originStyle(tunnels, false);
  return bulletList(tunnels.map((tunnel) => stateLine(tunnel, ambiguous.has(tunnel.name))));
}

function summaryText(tunnels: readonly TunnelSnapshot[]): string {
  const count = (status: TunnelSnapshot['state']['status']): number =>
    tunnels.filter(({ state }) => state.status === status).length;
  const busy = count('connecting') > 0 || count('stopping') > 0;
  const parts = [`${busy ? '$(loading~spin)' : '$(plug)'} ${count('up')}`];
  const failing = tunnels.filter(isFailing).length;
  const waiting = count('waiting');
  const blocked = count('blocked');
  if (waiting > 0) {
    parts.push(`$(history) ${waiting}`);
  }
  if (blocked > 0) {
    parts.push(`$(question) ${blocked}`);
  }
  if (failing > 0) {
    parts.push(`$(warning) ${failing}`);
  }
  return parts.join(' ');
}

function summaryView(tunnels: readonly TunnelSnapshot[]): StatusItemView {
  const up = tunnels.filter(({ state }) => state.status === 'up').length;
  const badge = badgeView(tunnels);
  const total = tunnels.filter((tunnel) => !isStoppedProgramTunnel(tunnel)).length;
  const spoken = `SSH Tunnels: ${total === 0 ? 'none' : `${up} of ${total}`} up`;
  return {
    id: 'summary',
    name: 'SSH Tunnels',
    text: summaryText(tunnels),
    tooltip: paragraphs([marked`**SSH Tunnels**`, stateList(tunnels)]),
    spoken: badge === undefined ? spoken : `${spoken}; ${badge.tooltip}`,
    isWarning: tunnels.some(isFailing),
  };
}

function tunnelItemView(tunnel: TunnelSnapshot): StatusItemView {
  const name = plainText(tunnel.name);
  return {
    id: `tunnel ${tunnel.id}`,
    name: `SSH Tunnel: ${name}`,
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

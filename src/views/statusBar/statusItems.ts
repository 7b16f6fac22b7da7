// What the status bar shows, as plain data: one item that sums up all tunnels, and one for each tunnel with
// `"statusBar": true`.
import { l10n } from 'vscode';
import type { TunnelSnapshot } from '../../tunnels/model/snapshot';
import { withoutIcons, plainText } from '../words/format';
import { bold, bulletList, localized, paragraphs } from '../words/markdown';
import type { Markdown } from '../words/markdown';
import type { StatusBarMode } from '../tunnelsModel';
import { originStyle, tunnelLook } from '../tree/rowViews';
import {
  describeOrigin,
  describeTunnel,
  isStoppedProgramTunnel,
  isUnstartedSshConfigHost,
  isFailing,
  needsPerson,
  speakTunnel,
  worksNowhere,
} from '../words/tunnelWords';
import { badgeView } from '../tree/badge';

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

function countUp(tunnels: readonly TunnelSnapshot[]): number {
  return tunnels.filter((tunnel) => tunnel.state.status === 'up' && !worksNowhere(tunnel)).length;
}

function summaryText(tunnels: readonly TunnelSnapshot[]): string {
  const count = (status: TunnelSnapshot['state']['status']): number =>
    tunnels.filter(({ state }) => state.status === status).length;
  const busy = count('connecting') > 0 || count('stopping') > 0;
  const problems = [
    ['history', count('waiting')],
    ['question', tunnels.filter(needsPerson).length],
    ['warning', tunnels.filter(isFailing).length],
  ] as const;
  return [
    [busy ? 'loading~spin' : 'plug', countUp(tunnels)] as const,
    ...problems.filter(([, number]) => number > 0),
  ]
    .map(([icon, number]) => `$(${icon}) ${number}`)
    .join(' ');
}

function summaryView(tunnels: readonly TunnelSnapshot[]): StatusItemView {
  const up = countUp(tunnels);
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

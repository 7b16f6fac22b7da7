// What the status bar shows, as plain data: one item that sums up all tunnels, and one for each tunnel with
// `"statusBar": true`.
import { l10n } from 'vscode';
import type { TunnelSnapshot } from '../../tunnels/model/snapshot';
import { withoutIcons, plainText } from '../words/format';
import { bold, bulletList, localized, marked, Markdown, paragraphs } from '../words/markdown';
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
  waitsForPerson,
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

/** The commands that the hover card links to. */
export interface StatusCommands {
  readonly answer: string;
  readonly explain: string;
  readonly edit: string;
  readonly showDetails: string;
  readonly showMap: string;
}

function stateLine(tunnel: TunnelSnapshot, isAmbiguous: boolean, commands: StatusCommands): Markdown {
  const name = Markdown.link(plainText(tunnel.name), commands.showDetails, tunnel.id);
  const state = describeTunnel(tunnel);
  const line = isAmbiguous
    ? localized((values) => l10n.t('{name} ({origin}): {state}', values), {
        name,
        origin: describeOrigin(tunnel),
        state,
      })
    : localized((values) => l10n.t('{name}: {state}', values), { name, state });
  const next = nextStep(tunnel, commands);
  return next ? marked`${line} · ${next}` : line;
}

function nextStep(tunnel: TunnelSnapshot, { answer, explain, edit }: StatusCommands): Markdown | undefined {
  if (tunnel.problems.length > 0) {
    return Markdown.link(l10n.t('Edit'), edit, tunnel.id);
  }
  if (tunnel.state.status === 'blocked') {
    return Markdown.link(l10n.t('Answer'), answer, tunnel.id);
  }
  return waitsForPerson(tunnel) || isFailing(tunnel) || tunnel.state.status === 'waiting'
    ? Markdown.link(l10n.t('Explain'), explain, tunnel.id)
    : undefined;
}

/** What waits for the user comes first, then what is down, then what is up. */
function urgency(tunnel: TunnelSnapshot): number {
  const { status } = tunnel.state;
  if (needsPerson(tunnel)) {
    return 0;
  }
  if (waitsForPerson(tunnel)) {
    return 1;
  }
  return isFailing(tunnel)
    ? 2
    : status === 'waiting' || status === 'connecting'
      ? 3
      : status === 'up'
        ? 4
        : 5;
}

/** The card is read at a glance: with the title and the last line it has ten lines. */
const maxTunnels = 7;

function stateList(tunnels: readonly TunnelSnapshot[], commands: StatusCommands): Markdown {
  const { ambiguous } = originStyle(tunnels, false);
  const sorted = [...tunnels].sort((one, other) => urgency(one) - urgency(other));
  const lines = sorted
    .slice(0, sorted.length > maxTunnels + 1 ? maxTunnels : undefined)
    .map((tunnel) => stateLine(tunnel, ambiguous.has(tunnel.name), commands));
  const count = sorted.length - lines.length;
  return bulletList(count === 0 ? lines : [...lines, marked`${l10n.t('{count} more', { count })}`]);
}

function countUp(tunnels: readonly TunnelSnapshot[]): number {
  return tunnels.filter((tunnel) => tunnel.state.status === 'up' && !worksNowhere(tunnel)).length;
}

/** How many are up, and how many need attention. */
function summaryText(tunnels: readonly TunnelSnapshot[], problems: number): string {
  const isBusy = tunnels.some(({ state }) => state.status === 'connecting' || state.status === 'stopping');
  const up = `$(${isBusy ? 'loading~spin' : 'plug'}) ${countUp(tunnels)}`;
  return problems === 0 ? up : `${up} $(warning) ${problems}`;
}

function summaryView(tunnels: readonly TunnelSnapshot[], commands: StatusCommands): StatusItemView {
  const up = countUp(tunnels);
  const badge = badgeView(tunnels);
  const total = tunnels.filter((tunnel) => !isStoppedProgramTunnel(tunnel)).length;
  const spoken =
    total === 0 ? l10n.t('SSH Tunnels: none up') : l10n.t('SSH Tunnels: {up} of {total} up', { up, total });
  return {
    id: 'summary',
    name: l10n.t('SSH Tunnels'),
    text: summaryText(tunnels, badge?.value ?? 0),
    tooltip: paragraphs([
      bold(l10n.t('SSH Tunnels')),
      stateList(tunnels, commands),
      Markdown.link(l10n.t('Show Map'), commands.showMap),
    ]),
    spoken: badge === undefined ? spoken : `${spoken}; ${badge.tooltip}`,
    isWarning: tunnels.some(waitsForPerson),
  };
}

function tunnelItemView(tunnel: TunnelSnapshot, commands: StatusCommands): StatusItemView {
  const name = plainText(tunnel.name);
  return {
    id: `tunnel:${tunnel.id}`,
    name: l10n.t('SSH Tunnel: {name}', { name }),
    text: `$(${tunnelLook(tunnel).icon}) ${withoutIcons(name)}`,
    tooltip: stateLine(tunnel, true, commands),
    spoken: speakTunnel(tunnel),
    isWarning: waitsForPerson(tunnel),
  };
}

/** The items from left to right; none without tunnels. */
export function statusItems(
  all: readonly TunnelSnapshot[],
  mode: StatusBarMode,
  commands: StatusCommands,
): readonly StatusItemView[] {
  const tunnels = all.filter((tunnel) => !isUnstartedSshConfigHost(tunnel));
  const own = tunnels
    .filter(({ entry }) => mode === 'tunnels' || entry?.statusBar === true)
    .map((tunnel) => tunnelItemView(tunnel, commands));
  return mode === 'summary' && tunnels.length > 0 ? [summaryView(tunnels, commands), ...own] : own;
}

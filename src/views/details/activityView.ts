// What goes on in a tunnel: its open connections, its last states and its last log lines, as plain data.
import { l10n } from 'vscode';
import { errorWords } from '../../tunnels/errors/errors';
import { forwardKey } from '../../tunnels/config/forward';
import type { LoginStep } from '../../tunnels/model/protection';
import type { TunnelSnapshot } from '../../tunnels/model/snapshot';
import type { StateChange, TunnelActivity } from '../../tunnels/model/tunnelActivity';
import type { TableView } from '../webview/mapData';
import type { FactView } from '../webview/pageData';
import { formatBytes, formatDuration, formatTime, plainText } from '../words/format';
import { forwardTitle } from '../words/forwardWords';
import type { RecordedLine, ViewFacts } from './detailsTypes';

/** Undefined if there is no open connection. */
export function connectionTable(
  { forwards }: TunnelSnapshot,
  activity: TunnelActivity,
  { now }: ViewFacts,
): TableView | undefined {
  const { connections, connectionCount } = activity;
  if (connections.length === 0) {
    return undefined;
  }
  const titles = new Map(forwards.map((each) => [forwardKey(each.forward), forwardTitle(each)]));
  const more = connectionCount - connections.length;
  return {
    columns: [l10n.t('Forward'), l10n.t('Client'), l10n.t('Open for'), l10n.t('Received'), l10n.t('Sent')],
    rows: connections.map(({ forward, peer, since, bytesIn, bytesOut }, index) => ({
      key: `${forward} ${peer ?? index} ${since}`,
      cells: [
        titles.get(forward) ?? '',
        plainText(peer ?? l10n.t('local socket')),
        formatDuration(now - since),
        formatBytes(bytesIn),
        formatBytes(bytesOut),
      ],
    })),
    ...(more > 0 && { note: l10n.t('{count} older connections are not listed.', { count: more }) }),
  };
}

export function historyTable({ history }: TunnelActivity, { locale }: ViewFacts): TableView | undefined {
  if (history.length === 0) {
    return undefined;
  }
  return {
    columns: [l10n.t('Time'), l10n.t('State'), l10n.t('Reason')],
    rows: history.map((change, index) => ({
      key: `${change.at} ${change.status} ${index}`,
      cells: [
        formatTime(change.at, locale),
        stateWord(change.status),
        change.error ? plainText(errorWords(change.error, l10n).message) : '',
      ],
    })),
  };
}

function stateWord(status: StateChange['status']): string {
  switch (status) {
    case 'stopped':
      return l10n.t('Stopped');
    case 'idle':
      return l10n.t('Listening');
    case 'blocked':
      return l10n.t('Needs you');
    case 'connecting':
      return l10n.t('Connecting');
    case 'up':
      return l10n.t('Up');
    case 'waiting':
      return l10n.t('Reconnecting');
    case 'failed':
      return l10n.t('Failed');
    case 'stopping':
      return l10n.t('Stopping');
  }
}

/** How the link is: empty unless it is up. */
export function linkFacts({ state }: TunnelSnapshot, activity: TunnelActivity | undefined): FactView[] {
  return state.status === 'up' && activity?.roundTripMs !== undefined
    ? [{ term: l10n.t('Round trip'), values: [formatMilliseconds(activity.roundTripMs)] }]
    : [];
}

function formatMilliseconds(ms: number): string {
  return ms < 1 ? l10n.t('under 1 ms') : l10n.t('{ms} ms', { ms: Math.round(ms) });
}

/** `Key id_ed25519, SHA256:…`. Never a secret. */
export function loginWords(steps: readonly LoginStep[]): readonly string[] {
  if (steps.length === 0) {
    return [l10n.t('The server asked for nothing')];
  }
  return steps.map((step) => {
    if ('method' in step) {
      return step.method === 'password' ? l10n.t('Password') : l10n.t('Questions (keyboard-interactive)');
    }
    const key = plainText(step.key);
    const name = step.inAgent ? l10n.t('Key {key} of the SSH agent', { key }) : l10n.t('Key {key}', { key });
    return step.fingerprint === undefined ? name : `${name}\n${step.fingerprint}`;
  });
}

const maxLogLines = 30;

/** The last lines of the tunnel's log, the newest last. */
export function logLines(lines: readonly RecordedLine[], { locale }: ViewFacts): readonly string[] {
  return lines
    .slice(-maxLogLines)
    .map(({ level, text, at }) => `${formatTime(at, locale)} [${level}] ${plainText(text)}`);
}

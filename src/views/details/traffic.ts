// The traffic of a tunnel over the last ten minutes: as a chart, and in words.
import { l10n } from 'vscode';
import type { ChartView } from '../webview/mapData';
import { formatBytes, textLanguage } from '../words/format';

export interface TrafficSample {
  /** Milliseconds of the epoch. */
  readonly at: number;
  /** Bytes per second since the last sample, and open connections. Absent: it was not connected. */
  readonly rates?: { readonly received: number; readonly sent: number; readonly connections: number };
}

/** Bytes per second in both directions by forwardKey(), of the forwards through which bytes have flowed lately. */
export type Moving = ReadonlyMap<string, number>;

export interface Traffic {
  /** The oldest first. */
  readonly samples: readonly TrafficSample[];
  /** Since the last sample. */
  readonly moving: Moving;
}

/** @returns undefined as long as there is nothing to draw */
export function chartView({ samples }: Traffic): ChartView | undefined {
  if (samples.length < 2) {
    return undefined;
  }
  const rates = samples.map((sample) => sample.rates);
  const whole = (value: number | undefined): number | null =>
    value === undefined ? null : Math.round(value);
  return {
    times: samples.map(({ at }) => Math.round(at / 1000)),
    received: rates.map((rate) => whole(rate?.received)),
    sent: rates.map((rate) => whole(rate?.sent)),
    connections: rates.map((rate) => rate?.connections ?? null),
    labels: {
      received: l10n.t('Received'),
      sent: l10n.t('Sent'),
      connections: l10n.t('Connections'),
    },
    language: textLanguage(),
    summary: summary(samples),
  };
}

function summary(samples: readonly TrafficSample[]): string {
  const last = samples.at(-1)?.rates ?? { received: 0, sent: 0, connections: 0 };
  const highest = (of: 'received' | 'sent' | 'connections'): number =>
    Math.max(0, ...samples.map(({ rates }) => rates?.[of] ?? 0));
  return l10n.t(
    'Now {received}/s received, {sent}/s sent, {connections} open. Highest in the last ten minutes: {mostReceived}/s received, {mostSent}/s sent, {mostConnections} open.',
    {
      received: formatBytes(last.received),
      sent: formatBytes(last.sent),
      connections: last.connections,
      mostReceived: formatBytes(highest('received')),
      mostSent: formatBytes(highest('sent')),
      mostConnections: highest('connections'),
    },
  );
}

// Says how much data compression saves.
import type { TunnelSnapshot } from '../../tunnels/model/snapshot';
import { formatBytes } from './format';

/** `Compression: 12 MB received as 1.1 MB, 34 kB sent as 30 kB; 91% saved.`; undefined without compression. */
export function describeCompression({
  compression,
}: Pick<TunnelSnapshot, 'compression'>): string | undefined {
  if (!compression) {
    return undefined;
  }
  const { sent, received } = compression;
  const plain = sent.plain + received.plain;
  const wire = sent.wire + received.wire;
  const saved = Math.round((1 - wire / plain) * 100);
  const describeDirection = ({ plain: from, wire: to }: typeof sent, what: string): string =>
    `${formatBytes(from)} ${what} as ${formatBytes(to)}`;
  const effect = saved >= 0 ? `${saved}% saved` : `${-saved}% larger than without compression`;
  return `Compression: ${describeDirection(received, 'received')}, ${describeDirection(sent, 'sent')}; ${effect}.`;
}

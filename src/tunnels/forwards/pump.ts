// Moves bytes one way, from a readable stream to a writable one: as fast as the slower of the two, the end passed on.
// Plainer than pipe(), which is slower here and leaks the other side when one fails.
import type { Readable, Writable } from 'node:stream';
import type { SendGate } from '../ssh/sendGate';

/**
 * @param count called with the size of each piece
 * @param gate a further brake, shared with others that send over the same SSH connection
 */
export function pump(
  source: Readable,
  sink: Writable,
  count: (bytes: number) => void,
  gate?: SendGate,
): void {
  const resume = (): void => void source.resume();
  source.on('data', (data: Buffer) => {
    count(data.length);
    if (!sink.write(data)) {
      source.pause();
      sink.once('drain', resume);
    } else if (gate?.closed === true) {
      source.pause();
      gate.onceOpen(resume);
    }
  });
  source.on('end', () => void sink.end());
}

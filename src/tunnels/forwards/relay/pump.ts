// Moves bytes one way, from a readable stream to a writable one: as fast as the slower of the two, the end passed on.
// Plainer than pipe(), which is slower here and leaks the other side when one fails.
import type { Readable, Writable } from 'node:stream';
import type { Cork } from '../../ssh/transport/cork';
import type { ReceiveWindow } from '../../ssh/transport/receiveWindow';
import type { SendGate } from '../../ssh/transport/sendGate';

/** Bytes that may wait for the writable side before the readable one is paused. */
const most = 256 * 1024;

export interface PumpOptions {
  /** Called with the size of each piece. */
  readonly count: (bytes: number) => void;
  /** A further brake, shared with others that send over the same SSH connection. */
  readonly gate?: SendGate | undefined;
  /** What bounds the readable side instead of pauses: its far end sends no more than this allows. */
  readonly window?: ReceiveWindow | undefined;
  readonly cork?: Cork;
  /** Told when the source has ended, before that is passed on. */
  readonly beforeEnd?: (proceed: () => void) => void;
}

export function pump(
  source: Readable,
  sink: Writable,
  { count, gate, window, cork, beforeEnd }: PumpOptions,
): void {
  let waiting = 0;
  let full = false;
  const resume = (): void => void source.resume();
  source.on('data', (data: Buffer) => {
    const { length } = data;
    count(length);
    waiting += length;
    cork?.hold();
    // By callback, not by what write() returns: a socket calls itself full at 16 KB, an ssh2 channel at 2 MB.
    sink.write(data, (error) => {
      waiting -= length;
      if (!error) {
        window?.passedOn(length);
      }
      if (full && waiting <= most / 2) {
        full = false;
        resume();
      }
    });
    if (window) {
      return;
    }
    if (waiting >= most) {
      full = true;
      source.pause();
    } else if (gate?.closed === true) {
      source.pause();
      gate.onceOpen(resume);
    }
  });
  const end = (): void => void sink.end();
  const ended = (): void => {
    if (beforeEnd) {
      beforeEnd(end);
    } else {
      end();
    }
  };
  // A socket that is read empty ends even while it is paused: while its target is being dialled, say.
  if (source.readableEnded) {
    ended();
  } else {
    source.on('end', ended);
  }
}

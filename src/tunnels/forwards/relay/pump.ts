// Copies bytes one way, from a readable stream to a writable one, as fast as the slower of the two, and passes on the
// end. Used instead of pipe(), which is slower here and leaks the other stream when one fails.
import type { Readable, Writable } from 'node:stream';
import type { BatchedWrites } from '../../ssh/transport/ssh2/batchedWrites';
import type { ReceiveWindow } from '../../ssh/transport/ssh2/receiveWindow';
import type { SendBackpressure } from '../../ssh/transport/ssh2/sendBackpressure';

/** Bytes that may wait for the writable stream before the readable one is paused. */
const mostWaiting = 256 * 1024;

export interface PumpOptions {
  /** Called with the size of each piece. */
  readonly count: (bytes: number) => void;
  /** A further limit, shared by everything that sends over the same SSH session. */
  readonly gate?: SendBackpressure | undefined;
  /** Limits the readable side instead of pauses: the far end sends no more than this window allows. */
  readonly window?: ReceiveWindow | undefined;
  readonly batchedWrites?: BatchedWrites;
  /** Called when the source has ended, before the end is passed on. */
  readonly beforeEnd?: (proceed: () => void) => void;
}

export function pump(
  source: Readable,
  sink: Writable,
  { count, gate, window, batchedWrites, beforeEnd }: PumpOptions,
): void {
  let waiting = 0;
  let full = false;
  const resume = (): void => void source.resume();
  source.on('data', (data: Buffer) => {
    const { length } = data;
    count(length);
    waiting += length;
    batchedWrites?.hold();
    // Uses the callback, not the result of write(): a socket reports itself full at 16 KB, an ssh2 channel at 2 MB.
    sink.write(data, (error) => {
      waiting -= length;
      if (!error) {
        window?.passedOn(length);
      }
      if (full && waiting <= mostWaiting / 2) {
        full = false;
        resume();
      }
    });
    if (window) {
      return;
    }
    if (waiting >= mostWaiting) {
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
  // A socket without unread data ends even while it is paused, for example while its target is being dialled.
  if (source.readableEnded) {
    ended();
  } else {
    source.on('end', ended);
  }
}

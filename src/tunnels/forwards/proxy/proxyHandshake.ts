// What a proxy protocol works with while it serves one client: the far end, callbacks for its progress, and the client's
// messages.
import type { Duplex } from 'node:stream';
import type { TcpAddress } from '../../util/address';

/** The far end of a proxy. */
export interface FarEnd {
  /**
   * Connects to a target.
   * @param isUnwanted aborted when the client disconnects
   * @throws TunnelFailure why it failed
   */
  dial(target: TcpAddress, isUnwanted: AbortSignal): Promise<Duplex>;
  /** Relays between the two from now on: bytes, ends and resets. */
  join(client: Duplex, far: Duplex): void;
  /** Bytes of a connection that is not joined were delivered to the client. */
  passedOn(far: Duplex, bytes: number): void;
  /** Bytes were read from a client that is not joined. */
  taken?(bytes: number): void;
  /** Aborted when the client is known to have gone, even if it is not read. */
  readonly gone?: AbortSignal;
}

/** The far end, and callbacks by which a protocol reports the progress of its client. */
export interface ProxyHandshake extends Omit<FarEnd, 'dial'> {
  /** @throws TunnelFailure why it failed */
  readonly dial: (target: TcpAddress) => Promise<Duplex>;
  /** A further request has begun. Not called for the first one. */
  readonly onRequestStart: () => void;
  /** The request is complete. */
  readonly onRequestRead: () => void;
  /** The client has its answer, and may send another request. */
  readonly onIdle: () => void;
  /** How long it may take until the next request. */
  readonly idleTimeoutMs: number;
}

/**
 * Reads one message of a client. The rest is left in the stream, which is paused again.
 * @param parse returns undefined while the message is incomplete
 * @throws Error when the client ends or closes first; what `parse` throws
 */
export function readMessage<T>(
  client: Duplex,
  signal: AbortSignal,
  parse: (data: Buffer) => { readonly value: T; readonly length: number } | undefined,
): Promise<T> {
  return new Promise((resolve, reject) => {
    let data = Buffer.alloc(0);
    const settle = (): void => {
      client.off('data', onData).off('end', onEnd).pause();
      signal.removeEventListener('abort', onEnd);
    };
    const onData = (more: Buffer): void => {
      data = Buffer.concat([data, more]);
      try {
        const message = parse(data);
        if (message) {
          settle();
          // In the same tick: a stream without unread data may end in the next.
          client.unshift(data.subarray(message.length));
          resolve(message.value);
        }
      } catch (error) {
        settle();
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    };
    const onEnd = (): void => {
      settle();
      reject(new Error('the client has disconnected'));
    };
    if (signal.aborted || client.readableEnded) {
      onEnd();
      return;
    }
    signal.addEventListener('abort', onEnd, { once: true });
    client.on('data', onData).on('end', onEnd).resume();
  });
}

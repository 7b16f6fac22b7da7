// One client of a proxy port, whatever it speaks: SOCKS 5, SOCKS 4 or 4a, or HTTP, told by its first byte. The proxy
// decides nothing about where a connection goes: names are passed on as they are, to be looked up at the far end.
import type { Duplex } from 'node:stream';
import type { TcpAddress } from '../../util/address';
import { Undecided, discard } from './pendingClients';
import { serveHttp } from './http';
import { serveSocks4 } from './socks4';
import { serveSocks5 } from './socks5';

/** The far end of a proxy. */
export interface FarEnd {
  /** Opens a connection to a target. @throws TunnelFailure why it could not */
  dial(target: TcpAddress): Promise<Duplex>;
  /** From now on the two belong together: their bytes, their ends, their resets. */
  join(client: Duplex, far: Duplex): void;
  /** Bytes of a connection that is not joined have been passed on to the client. */
  passedOn(far: Duplex, bytes: number): void;
  /** Bytes of a client that is not joined have been taken from it. */
  taken?(bytes: number): void;
}

/** How long a client may take: milliseconds. */
export interface Patience {
  /** To say where it wants to go, from its coming, and again from the first byte of each further request. */
  readonly request: number;
  /** From one request's answer to the next request, where the protocol has several. */
  readonly pause: number;
}

/**
 * A minute between two requests: enough for a person who reads on, and less than programs keep a connection themselves
 * (curl 118 s, browsers two to five minutes), so that it is rarely they who are surprised.
 */
const usual: Patience = { request: 10_000, pause: 60_000 };

/** The clients of one port. */
export class ProxyServer {
  readonly #patience: Patience;
  readonly #undecided = new Undecided();

  constructor(patience = usual) {
    this.#patience = patience;
  }

  /**
   * Serves a client that has said nothing yet; whoever speaks nonsense, or nothing, is cut off.
   * Resolves when the client is joined with the far end, or served, or gone. Never rejects.
   */
  async serve(client: Duplex, far: FarEnd): Promise<void> {
    const negotiation = new AbortController();
    const onClose = (): void => negotiation.abort();
    client.once('close', onClose);
    const dial = async (target: TcpAddress): Promise<Duplex> => {
      const reached = await far.dial(target);
      if (negotiation.signal.aborted) {
        discard(reached);
        throw new Error('the client has gone');
      }
      return reached;
    };
    const expect = (patience: number): void => {
      if (!negotiation.signal.aborted) {
        this.#undecided.add(client, patience);
      }
    };
    const { request, pause } = this.#patience;
    const asking = (): void => expect(request);
    const pausing = (): void => expect(pause);
    const asked = (): void => this.#undecided.delete(client);
    asking();
    try {
      const first = await firstByte(client, negotiation.signal);
      await serverFor(first)(client, { ...far, dial, asking, asked, pausing, pause }, negotiation.signal);
    } catch {
      // What it wanted could not be understood, or it has gone; a refusal by the far end has been answered.
      discard(client);
    } finally {
      asked();
      client.off('close', onClose);
    }
  }
}

/** What a protocol needs of the far end, and its word of how far the client has come. */
export interface Negotiation extends FarEnd {
  /** It has begun to say where it wants to go. That goes without saying for its first words. */
  readonly asking: () => void;
  /** It has said so. */
  readonly asked: () => void;
  /** It has its answer, and may ask again. */
  readonly pausing: () => void;
  /** How long it may think about that: milliseconds. */
  readonly pause: number;
}

type Serve = (client: Duplex, far: Negotiation, signal: AbortSignal) => Promise<void>;

function serverFor(first: number): Serve {
  switch (first) {
    case 5:
      return serveSocks5;
    case 4:
      return serveSocks4;
    default:
      // A method of HTTP is upper case (RFC 9110 §9.1).
      if (first >= 0x41 && first <= 0x5a) {
        return serveHttp;
      }
      throw new Error('neither SOCKS nor HTTP');
  }
}

/** Leaves it in the stream. */
function firstByte(client: Duplex, signal: AbortSignal): Promise<number> {
  return readMessage(client, signal, (data) => ({ value: data[0] ?? 0, length: 0 }));
}

/**
 * What a client says, up to the end of the message; the rest is left in the stream, which is paused again then.
 * @param parse undefined while something is missing
 * @throws Error when the client ends or closes before; what `parse` throws
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
          // In the same tick: a stream that has been read empty may end in the next.
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
      reject(new Error('the client has gone'));
    };
    if (signal.aborted || client.readableEnded) {
      onEnd();
      return;
    }
    signal.addEventListener('abort', onEnd, { once: true });
    client.on('data', onData).on('end', onEnd).resume();
  });
}

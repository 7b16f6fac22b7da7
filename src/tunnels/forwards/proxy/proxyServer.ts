// Serves the clients of a proxy port: SOCKS 5, SOCKS 4 or 4a, or HTTP, recognized by the first byte. Host names are
// passed on as they are, and resolved at the far end.
import type { Duplex } from 'node:stream';
import type { TcpAddress } from '../../util/address';
import { PendingClients, discard } from './pendingClients';
import { readMessage } from './proxyHandshake';
import type { FarEnd, ProxyHandshake } from './proxyHandshake';
import { serveHttp } from './http';
import { serveSocks4 } from './socks4';
import { serveSocks5 } from './socks5';

/** Time-outs for a client, in milliseconds. */
export interface ClientTimeouts {
  /** To send a request: from its connection, and again from the first byte of each further request. */
  readonly request: number;
  /** From one answer to the next request, if the protocol allows several. */
  readonly pause: number;
}

/**
 * A minute between two requests: enough for a person who reads a page, and less than the time for which programs keep
 * idle connections themselves (curl 118 s, browsers two to five minutes).
 */
const defaultTimeouts: ClientTimeouts = { request: 10_000, pause: 60_000 };

/** The clients of one port. */
export class ProxyServer {
  readonly #timeouts: ClientTimeouts;
  readonly #pending = new PendingClients();

  constructor(timeouts = defaultTimeouts) {
    this.#timeouts = timeouts;
  }

  /**
   * Serves a new client. One that sends nothing, or something invalid, is disconnected.
   * Resolves when the client is joined with the far end, served, or disconnected. Never rejects.
   */
  async serve(client: Duplex, far: FarEnd): Promise<void> {
    const negotiation = new AbortController();
    const onClose = (): void => negotiation.abort();
    client.once('close', onClose);
    // A channel of SSH emits `close` only after its data was read.
    const onGone = (): void => {
      negotiation.abort();
      discard(client);
    };
    far.gone?.addEventListener('abort', onGone, { once: true });
    const dial = async (target: TcpAddress): Promise<Duplex> => {
      const connection = await far.dial(target, negotiation.signal);
      if (negotiation.signal.aborted) {
        discard(connection);
        throw new Error('the client has disconnected');
      }
      return connection;
    };
    const startTimeout = (timeoutMs: number): void => {
      if (!negotiation.signal.aborted) {
        this.#pending.add(client, timeoutMs);
      }
    };
    const { request, pause } = this.#timeouts;
    const onRequestStart = (): void => startTimeout(request);
    const onIdle = (): void => startTimeout(pause);
    const onRequestRead = (): void => this.#pending.delete(client);
    onRequestStart();
    try {
      const first = await firstByte(client, negotiation.signal);
      await protocolOf(first)(
        client,
        { ...far, dial, onRequestStart, onRequestRead, onIdle, idleTimeoutMs: pause },
        negotiation.signal,
      );
    } catch {
      // The request was invalid, or the client has disconnected. A refusal by the far end was answered already.
      discard(client);
    } finally {
      onRequestRead();
      client.off('close', onClose);
      far.gone?.removeEventListener('abort', onGone);
    }
  }
}

type Serve = (client: Duplex, far: ProxyHandshake, signal: AbortSignal) => Promise<void>;

function protocolOf(first: number): Serve {
  switch (first) {
    case 5:
      return serveSocks5;
    case 4:
      return serveSocks4;
    default:
      // HTTP methods are upper case (RFC 9110 §9.1).
      if (first >= 0x41 && first <= 0x5a) {
        return serveHttp;
      }
      throw new Error('neither SOCKS nor HTTP');
  }
}

/** Reads the first byte, and leaves it in the stream. */
function firstByte(client: Duplex, signal: AbortSignal): Promise<number> {
  return readMessage(client, signal, (data) => ({ value: data[0] ?? 0, length: 0 }));
}

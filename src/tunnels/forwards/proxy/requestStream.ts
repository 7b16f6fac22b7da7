// The stream between an HTTP client and Node's HTTP server, which serves one request at a time. On its own, Node parses
// all pipelined requests (RFC 9112 §9.3.2) that have arrived, and emits `request` for each of them at once.
import type { IncomingMessage } from 'node:http';
import { Duplex } from 'node:stream';
import { discard, interrupt, linger } from './pendingClients';
import type { ProxyHandshake } from './proxyHandshake';

/** Bytes that are parsed at once: as few further requests as possible may begin in them. */
const mostOfHead = 8192;
const mostOfBody = 1024;

interface Queued {
  readonly request: IncomingMessage;
  readonly serve: () => void;
}

export class RequestStream extends Duplex {
  readonly #client: Duplex;
  readonly #far: ProxyHandshake;
  /** Begun and not answered. Only the first is served. */
  readonly #requests: Queued[] = [];
  /** The newest request. */
  #newest: IncomingMessage | undefined;
  /** Bytes of its body that are not parsed yet, if it has told the length. */
  #bodyLeft = Infinity;
  /** Read from the client, not parsed yet: one chunk at most. */
  #unparsed: Buffer = Buffer.alloc(0);
  #hasEnded = false;
  #isPulling = false;
  #isIdle = false;
  /** The client is not ours any more: it was joined, or has got its last message. */
  #isReleased = false;
  #onLast: (() => void) | undefined;

  constructor(client: Duplex, far: ProxyHandshake) {
    super({ allowHalfOpen: true });
    this.#client = client;
    this.#far = far;
    this.on('error', () => undefined);
    this.on('resume', () => process.nextTick(this.#pull));
    // After a first read, push() emits `data` in the same tick.
    this.read(0);
  }

  /** Reads the client from now on. */
  start(): void {
    this.#client.on('data', this.#onData).on('end', this.#onEnd).on('close', this.#onClose).resume();
  }

  /** A request was read. @param serve called when all earlier requests are answered */
  begin(request: IncomingMessage, serve: () => void): void {
    this.#newest = request;
    this.#bodyLeft = Number(request.headers['content-length'] ?? Infinity);
    this.#isIdle = false;
    this.#far.onRequestRead();
    this.#requests.push({ request, serve });
    if (this.#requests.length === 1) {
      serve();
    }
  }

  /** Calls back when the client has ended its side, and the request that is served is its last one. */
  onceLast(listener: () => void): void {
    this.#onLast = listener;
    process.nextTick(this.#pull);
  }

  /** The request that is served was answered. */
  finish(): void {
    this.#onLast = undefined;
    this.#requests.shift();
    const [next] = this.#requests;
    if (this.destroyed) {
      return;
    }
    if (next) {
      next.serve();
    } else if (!this.#isReleased) {
      this.#isIdle = true;
      this.#far.onIdle();
    }
    process.nextTick(this.#pull);
  }

  /**
   * Leaves the client to the caller, paused.
   * @param head parsed too far: what follows the request
   */
  release(head: Buffer): void {
    this.#detach();
    const rest = Buffer.concat([head, this.#unparsed]);
    this.#unparsed = Buffer.alloc(0);
    if (rest.length > 0 && this.#client.readableEnded) {
      // It can't be put back. Only a client that sends CONNECT before it has its last answer can cause this.
      discard(this.#client);
      return;
    }
    // Pause now, or data that the client sends before the target answers is lost: the client may have ended already.
    this.#client.pause();
    this.#client.unshift(rest);
  }

  /** Leaves the client to the caller, without the rest of what it has sent. */
  abandon(): void {
    this.#detach();
    this.destroy();
  }

  #detach(): void {
    this.#isReleased = true;
    this.#client.off('data', this.#onData).off('end', this.#onEnd);
  }

  readonly #onData = (data: Buffer): void => {
    this.#unparsed = this.#unparsed.length === 0 ? data : Buffer.concat([this.#unparsed, data]);
    this.#pull();
    if (this.#unparsed.length > 0 && !this.#isReleased) {
      this.#client.pause();
    }
  };

  readonly #onEnd = (): void => {
    this.#hasEnded = true;
    this.#pull();
  };

  readonly #onClose = (): void => void this.destroy();

  /** Gives the parser what it may have now: nothing while a complete request waits for its answer. */
  readonly #pull = (): void => {
    if (this.#isPulling) {
      return;
    }
    this.#isPulling = true;
    while (this.#unparsed.length > 0 && this.#mayParse) {
      const length = this.#isInBody
        ? Math.min(mostOfBody, Math.max(1, this.#bodyLeft))
        : headLength(this.#unparsed);
      const part = this.#unparsed.subarray(0, length);
      this.#unparsed = this.#unparsed.subarray(part.length);
      this.#far.taken?.(part.length);
      if (this.#isInBody) {
        this.#bodyLeft -= part.length;
      }
      if (this.#isIdle) {
        this.#isIdle = false;
        this.#far.onRequestStart();
      }
      this.push(part);
    }
    this.#isPulling = false;
    if (this.#unparsed.length > 0 || this.#isReleased) {
      return;
    }
    if (!this.#hasEnded) {
      // A client that waits for its answer is read on, so that its reset is noticed.
      this.#client.resume();
    } else if (this.#mayParse) {
      this.push(null);
    } else if (this.#requests.length === 1 && this.#newest?.complete === true) {
      this.#onLast?.();
      this.#onLast = undefined;
    }
  };

  get #mayParse(): boolean {
    return (
      !this.destroyed &&
      !this.#isReleased &&
      !this.readableEnded &&
      this.readableFlowing === true &&
      this.readableLength === 0 &&
      // A request with a body is served while its body is read.
      this.#requests.every(({ request }) => !request.complete)
    );
  }

  get #isInBody(): boolean {
    return this.#newest?.complete === false;
  }

  override _read(): void {
    // `resume` and the client's data are enough.
  }

  override _write(data: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#client.write(data, () => done());
  }

  override _writev(parts: readonly { readonly chunk: Buffer }[], done: () => void): void {
    this.#client.write(Buffer.concat(parts.map(({ chunk }) => chunk)), () => done());
  }

  /** This was the last answer. */
  override _final(done: () => void): void {
    if (!this.#isReleased) {
      this.#detach();
      this.#client.end();
      linger(this.#client);
    }
    done();
  }

  override _destroy(_error: Error | null, done: () => void): void {
    this.#client.off('close', this.#onClose);
    if (!this.#isReleased) {
      this.#detach();
      if (this.#requests.length > 0) {
        // An answer without a length would look complete if it just ended, as for a client of HTTP/1.0.
        interrupt(this.#client);
      } else {
        discard(this.#client);
      }
    }
    done();
  }
}

/** Up to the empty line that ends a head (RFC 9112 §2.1, §2.2). */
function headLength(data: Buffer): number {
  const part = data.subarray(0, mostOfHead);
  const ends = ['\n\r\n', '\n\n']
    .map((end) => ({ at: part.indexOf(end), length: end.length }))
    .filter(({ at }) => at >= 0)
    .map(({ at, length }) => at + length);
  return Math.min(part.length, ...ends);
}

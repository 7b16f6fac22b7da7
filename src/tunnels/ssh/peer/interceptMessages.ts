// Intercepts the server's messages before ssh2 handles them: decrypted and decompressed, but not yet parsed. Like
// ssh2Internals.ts, relies on parts of ssh2 that are not public.
import type { Client } from 'ssh2';

interface Reader {
  read(data: Buffer): Buffer;
  readonly _zlib?: { _maxOutputLength: number };
}

interface Protocol {
  /** Handles received data. */
  parse(data: Buffer, from: number, length: number): void;
  /** undefined: the connection has failed. */
  readonly _destruct?: () => void;
  /** Replaced when compression starts and on every rekey. */
  readonly _packetRW: { read: Reader };
  readonly _kex?: { readonly type?: string; readonly _step: number };
  /** The methods of the unanswered requests. */
  readonly _authsQueue: readonly string[];
}

/** A channel that both sides have opened. */
export interface OpenChannel {
  readonly type: string;
  readonly incoming: { readonly window: number; readonly state: 'open' | 'eof' | 'closed' };
  readonly outgoing: { readonly window: number };
}

interface Internals {
  readonly _protocol?: Protocol;
  readonly _chanMgr: {
    /** A function: we wait for the server to confirm. `true`: the server has requested it and waits for us. */
    readonly _channels: Readonly<Record<number, OpenChannel | (() => void) | true | undefined>>;
  };
}

/** The state of the connection when a message arrives. */
export interface ConnectionFacts {
  readonly channel: (id: number) => OpenChannel | 'opening' | undefined;
  /** Whether a request of the login is unanswered. */
  readonly isLoginPending: () => boolean;
  /** Whether the key exchange waits for the server to send a prime with message 31 (RFC 4419 §3). */
  readonly awaitsPrime: () => boolean;
}

/** Replaces a dropped message. ssh2 ignores an SSH_MSG_IGNORE (RFC 4253 §11.2). */
const ignoreMessage = Buffer.of(2);

/** Bytes after decompression. ssh2 accepts no longer packet, and a few bytes must not expand to many millions. */
const maxPayloadLength = 35_000;

export function connectionFacts(client: Client): ConnectionFacts {
  const internals = client as unknown as Internals;
  return {
    channel(id) {
      const channel = internals._chanMgr._channels[id];
      return typeof channel === 'function' ? 'opening' : channel === true ? undefined : channel;
    },
    isLoginPending: () => (internals._protocol?._authsQueue.length ?? 0) > 0,
    awaitsPrime: () => {
      const kex = internals._protocol?._kex;
      return kex?.type === 'groupex' && kex._step === 1;
    },
  };
}

/**
 * Calls `filter` for every message. Must be called before any data arrives.
 * @param filter returns whether to pass the message to ssh2. An error that it throws ends the connection
 */
export function filterMessages(client: Client, filter: (message: Buffer) => boolean): void {
  const rw = (client as unknown as Internals)._protocol?._packetRW;
  if (!rw) {
    return;
  }
  let current = rw.read;
  const adopt = (reader: Reader): void => {
    current = reader;
    const read = reader.read.bind(reader);
    reader.read = (data) => {
      const message = read(data);
      return filter(message) ? message : ignoreMessage;
    };
    if (reader._zlib) {
      reader._zlib._maxOutputLength = maxPayloadLength;
    }
  };
  adopt(current);
  Object.defineProperty(rw, 'read', { get: () => current, set: adopt });
}

/** @param identify returns the first data for ssh2, or undefined to wait. An error that it throws ends the connection */
export function interceptIdentification(
  client: Client,
  identify: (data: Buffer) => Buffer | undefined,
): void {
  const protocol = (client as unknown as Internals)._protocol;
  if (!protocol) {
    return;
  }
  const parse = protocol.parse.bind(protocol);
  protocol.parse = (data, from, length) => {
    const complete = identify(data.subarray(from, length));
    if (complete) {
      protocol.parse = parse;
      parse(complete, 0, complete.length);
    }
  };
}

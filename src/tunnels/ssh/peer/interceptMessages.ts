// Intercepts the server's messages before ssh2 handles them: decrypted and decompressed, but not yet parsed. Like
// ssh2Internals.ts, relies on parts of ssh2 that are not public.
import type { Client } from 'ssh2';
import messageHandlers from 'ssh2/lib/protocol/handlers.js';
import { receiveWithUmac } from '../transport/ssh2/addedMacs';
import { acceptLongPackets, maxPacketLength } from '../transport/ssh2/longPackets';
import type { Decipher } from '../transport/ssh2/longPackets';
import { isKeyExchange, message as messageTypes } from './messageNumbers';
import { UnimplementedRequests } from './unimplementedRequests';

/** Decompresses the content of a packet. */
interface Reader {
  read(payload: Buffer): Buffer;
  readonly _zlib?: { _maxOutputLength: number };
}

interface Protocol {
  /** Handles received data. */
  parse(data: Buffer, from: number, length: number): void;
  /** undefined: the connection has failed. */
  readonly _destruct?: () => void;
  /** Replaced when compression starts and on every rekey. */
  readonly _packetRW: { read: Reader };
  /** undefined until the server has identified itself. Replaced in every key exchange. */
  _decipher: Decipher | undefined;
  /** The server has guessed the method of the key exchange wrongly (RFC 4253 §7). */
  _skipNextInboundPacket: boolean;
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

export type MessageFilter = (message: Buffer) => Buffer | undefined;

/**
 * Calls `filter` for every message, and accepts packets as long as OpenSSH does. Must be called before any data arrives.
 * @param filter returns what to pass to ssh2 as the message: undefined for nothing. An error that it throws ends the
 * connection
 */
export function filterMessages(client: Client, filter: MessageFilter): void {
  const protocol = (client as unknown as Internals)._protocol;
  if (!protocol) {
    return;
  }
  const readers = new Readers(protocol);
  const requests = new UnimplementedRequests(client);
  let current: Decipher | undefined;
  Object.defineProperty(protocol, '_decipher', {
    get: () => current,
    set(decipher: Decipher) {
      current = decipher;
      receiveWithUmac(decipher);
      acceptLongPackets(decipher);
      filterPayloads(decipher, protocol, readers, requests, filter);
    },
  });
}

function filterPayloads(
  decipher: Decipher,
  protocol: Protocol,
  readers: Readers,
  requests: UnimplementedRequests,
  filter: MessageFilter,
): void {
  let handle = decipher._onPayload;
  let isRekey = false;
  const receive = (payload: Buffer): false => {
    const received = payload.length > 0 ? readers.read(payload) : payload;
    const type = received[0] ?? 0;
    if (protocol._skipNextInboundPacket && isKeyExchange(type)) {
      protocol._skipNextInboundPacket = false;
      return false;
    }
    const message = filter(received);
    if (message && message.length > 0) {
      if (type === messageTypes.unimplemented && requests.isAnswer(message)) {
        messageHandlers[messageTypes.requestFailure]?.(protocol, message);
      } else if (isRekey && !isKeyExchange(type)) {
        // ssh2 would disconnect. OpenSSH handles them as always: kex_reset_dispatch() of kex.c sets other handlers only
        // for messages of the transport. SSH_MSG_IGNORE and the like are forbidden in the first key exchange only, by
        // its strict form (OpenSSH's PROTOCOL §1.10).
        messageHandlers[type]?.(protocol, message);
      } else {
        readers.readAgain = message;
        handle(payload);
      }
    }
    return false;
  };
  Object.defineProperty(decipher, '_onPayload', {
    get: () => receive,
    // ssh2 replaces it when the server starts a rekey, until the rekey has led to a new decipher.
    set(handleInRekey: Decipher['_onPayload']) {
      handle = handleInRekey;
      isRekey = true;
    },
  });
}

/** The current reader of ssh2, which reads each packet only once: compression has a state. */
class Readers {
  /** For ssh2, which reads the same packet after us. */
  readAgain: Buffer | undefined;
  #read: (payload: Buffer) => Buffer = (payload) => payload;

  constructor({ _packetRW: rw }: Protocol) {
    let current = rw.read;
    const adopt = (reader: Reader): void => {
      current = reader;
      const read = reader.read.bind(reader);
      this.#read = read;
      reader.read = (payload) => {
        const message = this.readAgain ?? read(payload);
        this.readAgain = undefined;
        return message;
      };
      if (reader._zlib) {
        // A few bytes must not expand to many millions.
        reader._zlib._maxOutputLength = maxPacketLength;
      }
    };
    adopt(current);
    Object.defineProperty(rw, 'read', { get: () => current, set: adopt });
  }

  read(payload: Buffer): Buffer {
    return this.#read(payload);
  }
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

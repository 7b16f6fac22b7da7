// Where ssh2 lets a message of the server be looked at before it acts upon it: deciphered, decompressed, and not yet
// parsed. As internals.ts, a place where its public interface does not reach.
import type { Client } from 'ssh2';

interface Reader {
  read(data: Buffer): Buffer;
  readonly _zlib?: { _maxOutputLength: number };
}

interface Protocol {
  /** Takes what was received. */
  parse(data: Buffer, from: number, length: number): void;
  /** undefined: it has given up. */
  readonly _destruct?: () => void;
  /** Replaced when compression begins, and with new keys. */
  readonly _packetRW: { read: Reader };
  readonly _kex?: { readonly type?: string; readonly _step: number };
  /** Methods of the requests that are not answered yet. */
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
    /** A function waits for the server's answer; `true` stands for what the server asks for, and has not got yet. */
    readonly _channels: Readonly<Record<number, OpenChannel | (() => void) | true | undefined>>;
  };
}

/** What is known of the connection when a message comes. */
export interface ConnectionFacts {
  readonly channel: (id: number) => OpenChannel | 'asked' | undefined;
  /** A request of the login waits for its answer. */
  readonly isLoginAsked: () => boolean;
  /** The method of a key exchange that awaits a prime of the server's (RFC 4419 §3) from the message 31. */
  readonly awaitsPrime: () => boolean;
}

/** What a message does that is none. ssh2 takes an SSH_MSG_IGNORE (RFC 4253 §11.2) without a look. */
const nothing = Buffer.of(2);

/** Uncompressed: ssh2 takes no longer packet, and a few bytes must not become many millions. */
const longestPayload = 35_000;

export function factsOf(client: Client): ConnectionFacts {
  const internals = client as unknown as Internals;
  return {
    channel(id) {
      const channel = internals._chanMgr._channels[id];
      return typeof channel === 'function' ? 'asked' : channel === true ? undefined : channel;
    },
    isLoginAsked: () => (internals._protocol?._authsQueue.length ?? 0) > 0,
    awaitsPrime: () => {
      const kex = internals._protocol?._kex;
      return kex?.type === 'groupex' && kex._step === 1;
    },
  };
}

/**
 * To be called before anything has come.
 * @param judge gets every message; what it throws ends the connection. Returns whether ssh2 is to hear of it
 */
export function judgeMessages(client: Client, judge: (message: Buffer) => boolean): void {
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
      return judge(message) ? message : nothing;
    };
    if (reader._zlib) {
      reader._zlib._maxOutputLength = longestPayload;
    }
  };
  adopt(current);
  Object.defineProperty(rw, 'read', { get: () => current, set: adopt });
}

/** @param identify gives what ssh2 is to be given at first; undefined: not yet. What it throws ends the connection */
export function identifyFirst(client: Client, identify: (data: Buffer) => Buffer | undefined): void {
  const protocol = (client as unknown as Internals)._protocol;
  if (!protocol) {
    return;
  }
  const parse = protocol.parse.bind(protocol);
  protocol.parse = (data, from, length) => {
    const known = identify(data.subarray(from, length));
    if (known) {
      protocol.parse = parse;
      parse(known, 0, known.length);
    }
  };
}

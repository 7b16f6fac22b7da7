// Makes ssh2 do the key exchanges of hybridKex.ts. It has a fixed list, so it is shown another message than the server's
// SSH_MSG_KEXINIT, with a method that it knows, and what it does then is replaced. What is sent and hashed is the truth.
import type { Client, ConnectConfig, KexAlgorithm } from 'ssh2';
import { HybridKex } from './hybridKex';
import { isHybridKex } from './hybridKexNames';
import type { HybridKexName } from './hybridKexNames';
import { adaptKeyExchanges } from './keyExchange';
import type { KeyExchange } from './keyExchange';
import { replaceOffer } from './keyExchangeOffer';
import type { OfferingProtocol } from './keyExchangeOffer';

interface Protocol extends OfferingProtocol {
  _debug: ((text: string) => void) | undefined;
  _skipNextInboundPacket: boolean;
}

/** A method that ssh2 always has, and that does nothing before it is asked. */
const standIn = 'ecdh-sha2-nistp256';

/** What is known of a key exchange when the server's lists have arrived. */
interface Negotiation {
  /** The server's message. */
  readonly message: Buffer;
  readonly method: HybridKexName | undefined;
  /** Whether the server guessed wrong, so that its next message must be ignored (RFC 4253 §7). */
  readonly isGuessWrong: boolean;
  /** To end the time in which ssh2's log is corrected. */
  readonly restore: () => void;
}

/**
 * Starts the connection: Client.connect() with all methods of the configuration, hybrid ones too.
 * @returns what ssh2 has to see instead of a message SSH_MSG_KEXINIT of the server
 * @throws Error as Client.connect()
 */
export function connectClient(client: Client, config: ConnectConfig): (message: Buffer) => Buffer {
  const offered: readonly string[] = Array.isArray(config.algorithms?.kex) ? config.algorithms.kex : [];
  const known = offered.filter((name) => !isHybridKex(name));
  const kex = (known.length > 0 ? known : [standIn]) as KexAlgorithm[];
  client.connect({ ...config, algorithms: { ...config.algorithms, kex } });
  const { _protocol: protocol } = client as unknown as { readonly _protocol?: Protocol };
  return protocol && offered.length > 0 ? offerMethods(client, protocol, offered) : (message) => message;
}

function offerMethods(
  client: Client,
  protocol: Protocol,
  offered: readonly string[],
): (message: Buffer) => Buffer {
  const markers = protocol._offer.lists.kex.array.filter(isMarker);
  const ours = [...offered, ...markers];
  replaceOffer(protocol, { kex: ours });
  let current: Negotiation | undefined;
  adaptKeyExchanges(client, (exchange) => {
    protocol._offer.lists.kex.array = ours;
    const negotiation = current;
    current = undefined;
    if (negotiation) {
      negotiation.restore();
      protocol._skipNextInboundPacket = negotiation.isGuessWrong;
      if (negotiation.method !== undefined) {
        exchange._remoteKexinit = negotiation.message;
        useHybrid(exchange, negotiation.method);
      }
    }
  });
  return (message) => {
    const theirs = readLists(message);
    if (!theirs) {
      return message;
    }
    const chosen = ours.find((name) => theirs.kex.includes(name));
    const method = chosen !== undefined && isHybridKex(chosen) ? chosen : undefined;
    current = {
      message,
      method,
      // As proposals_match() in OpenSSH's kex.c.
      isGuessWrong:
        theirs.firstFollows &&
        (theirs.kex[0] !== ours[0] ||
          theirs.serverHostKey[0] !== protocol._offer.lists.serverHostKey.array[0]),
      restore: method === undefined ? () => undefined : showTrueLists(protocol, ours, theirs.kex),
    };
    if (method === undefined) {
      return message;
    }
    protocol._offer.lists.kex.array = [standIn];
    return withKexList(message, [standIn, ...theirs.kex.filter(isMarker)]);
  };
}

function isMarker(name: string): boolean {
  return /^(ext-info|kex-strict)-/.test(name);
}

/** Replaces what is different: the keys, the secret, and that all of them are strings. */
function useHybrid(exchange: KeyExchange, method: HybridKexName): void {
  let own: HybridKex | undefined;
  const keys = (): HybridKex => (own ??= new HybridKex(method));
  exchange.negotiated.kex = method;
  exchange.hashName = keys().hash;
  exchange.generateKeys = () => undefined;
  exchange.getPublicKey = () => keys().init;
  exchange.convertPublicKey = (key) => key;
  // ssh2 computes the secret when the host key is accepted and the server has confirmed the new keys. A wrong length
  // shows before.
  let reply: Buffer | undefined;
  Object.defineProperty(exchange, '_dhData', {
    get: () => reply,
    set(received: Buffer | undefined) {
      if (received) {
        keys().checkReply(received);
      }
      reply = received;
    },
  });
  exchange.computeSecret = (theirs) => {
    try {
      return keys().computeSecret(theirs);
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  };
}

interface ServerLists {
  readonly kex: readonly string[];
  readonly serverHostKey: readonly string[];
  readonly firstFollows: boolean;
}

/** The type and the cookie (RFC 4253 §7.1). */
const listsAt = 17;
const listCount = 10;

/** @returns undefined if the message is too short: ssh2 will find the same */
function readLists(message: Buffer): ServerLists | undefined {
  const lists: string[][] = [];
  let at = listsAt;
  for (let i = 0; i < listCount; i++) {
    if (at + 4 > message.length) {
      return undefined;
    }
    const end = at + 4 + message.readUInt32BE(at);
    if (end > message.length) {
      return undefined;
    }
    lists.push(message.toString('latin1', at + 4, end).split(','));
    at = end;
  }
  const [kex = [], serverHostKey = []] = lists;
  return { kex, serverHostKey, firstFollows: message[at] === 1 };
}

function withKexList(message: Buffer, names: readonly string[]): Buffer {
  const list = Buffer.from(names.join(','), 'latin1');
  const length = Buffer.alloc(4);
  length.writeUInt32BE(list.length);
  const rest = listsAt + 4 + message.readUInt32BE(listsAt);
  return Buffer.concat([message.subarray(0, listsAt), length, list, message.subarray(rest)]);
}

/** In ssh2's log lines, which watchOffers() reads. */
function showTrueLists(protocol: Protocol, ours: readonly string[], theirs: readonly string[]): () => void {
  const debug = protocol._debug;
  if (!debug) {
    return () => undefined;
  }
  protocol._debug = (text) => {
    const side = /^Handshake: \((local|remote)\) KEX method: /.exec(text);
    debug(side ? `${side[0]}${(side[1] === 'local' ? ours : theirs).join(',')}` : text);
  };
  return () => (protocol._debug = debug);
}

// The parts of ssh2's key exchange that are not public: its end, its start by us, what follows the first one, and the
// computations of Diffie-Hellman groups.
import type { Client, NegotiatedAlgorithms } from 'ssh2';
import { CIPHER_INFO, MAC_INFO } from 'ssh2/lib/protocol/crypto.js';
import {
  bytesOf,
  DiffieHellman,
  exponentBits,
  groupOfServer,
  isGroupName,
  knownGroup,
} from './diffieHellman';
import type { DhGroup } from './diffieHellman';
import { wireString } from '../../keys/wire';
import { sendMessage } from '../ssh2/ssh2Internals';

interface Protocol {
  /** Starts a key exchange, unless one is running. */
  rekey(): void;
  /** Set during a key exchange. */
  readonly _kexinit?: Buffer;
  /** Sends the packets queued for the new keys, and then reports the end of the key exchange. */
  _onHandshakeComplete: (negotiated: NegotiatedAlgorithms) => void;
  /** ssh2 assigns a new one for each key exchange. */
  _kex: KeyExchange | undefined;
}

/** ssh2's, of one method. */
export interface KeyExchange {
  readonly negotiated: { kex: string } & Pick<NegotiatedAlgorithms, 'cs' | 'sc'>;
  /** SSH_MSG_KEXINIT of the server. */
  _remoteKexinit: Buffer | undefined;
  hashName: string;
  /** What is sent, and enters the hash. */
  getPublicKey: () => Buffer;
  /** Of the server's public value. */
  convertPublicKey: (key: Buffer) => Buffer;
  /** @returns what enters the hash and the keys as a string */
  computeSecret: (theirs: Buffer) => Buffer | Error;
  /** Whether the server has listed ext-info-s (RFC 8308 §2.1). */
  readonly remoteExtInfoEnabled: boolean;
  /** `group` and `groupex` are those of Diffie-Hellman groups. */
  readonly type?: string;
  /** Called before each use of the two properties below, which it sets. */
  generateKeys: () => void;
  _dh: Partial<OwnDiffieHellman> | null;
  _public: Buffer | null;
  /** Of `group`: Node's name for it. */
  readonly groupName?: string;
  /** Of `groupex`: what the server has sent, once it has. */
  readonly _prime?: Buffer | null;
  readonly _generator?: Buffer | null;
}

/** What ssh2 uses of Node's DiffieHellman. */
interface OwnDiffieHellman {
  computeSecret: (theirs: Buffer) => Buffer;
  getPrime: () => Buffer;
  getGenerator: () => Buffer;
}

function protocolOf(client: Client): Protocol | undefined {
  return (client as unknown as { readonly _protocol?: Protocol })._protocol;
}

/** Calls back at the end of each key exchange, before the queued packets are sent. */
export function onNewKeys(client: Client, listener: (negotiated: NegotiatedAlgorithms) => void): void {
  const protocol = protocolOf(client);
  if (protocol) {
    const complete = protocol._onHandshakeComplete;
    protocol._onHandshakeComplete = (negotiated) => {
      listener(negotiated);
      complete(negotiated);
    };
  }
}

/**
 * Renews the keys (RFC 4253 §9). Must not be called while ssh2 writes a packet.
 * @returns false if a key exchange is already running, or the connection has ended
 */
export function startRekey(client: Client): boolean {
  const protocol = protocolOf(client);
  if (!protocol || protocol._kexinit !== undefined) {
    return false;
  }
  protocol.rekey();
  return true;
}

/**
 * SSH_MSG_EXT_INFO with `ext-info-in-auth@openssh.com` (OpenSSH's PROTOCOL §1.10): the server may send its signature
 * algorithms once more when it knows the user.
 */
const extensions = Buffer.concat([
  Buffer.of(7, 0, 0, 0, 1),
  ...['ext-info-in-auth@openssh.com', '0'].map(wireString),
]);

/** Announces our extensions, to a server that wants to know, right after the first key exchange (RFC 8308 §2.4). */
export function announceExtensions(client: Client): void {
  let isFirst = true;
  onNewKeys(client, () => {
    if (isFirst && protocolOf(client)?._kex?.remoteExtInfoEnabled === true) {
      sendMessage(client, extensions);
    }
    isFirst = false;
  });
}

/** Calls back with each key exchange, when its method is known and before it has done anything. */
export function adaptKeyExchanges(client: Client, adapt: (exchange: KeyExchange) => void): void {
  const protocol = protocolOf(client);
  if (!protocol) {
    return;
  }
  let current = protocol._kex;
  const earlier = Object.getOwnPropertyDescriptor(protocol, '_kex');
  Object.defineProperty(protocol, '_kex', {
    configurable: true,
    get: () => current,
    set: (next: KeyExchange | undefined) => {
      earlier?.set?.(next);
      current = next;
      if (next) {
        adapt(next);
      }
    },
  });
}

/** Makes the key exchanges of Diffie-Hellman groups use diffieHellman.ts instead of Node's. Call it before the first. */
export function useOwnDiffieHellman(client: Client): void {
  adaptKeyExchanges(client, (exchange) => {
    if (exchange.type === 'group' || exchange.type === 'groupex') {
      exchange.generateKeys = () => generateKeys(exchange);
    }
  });
}

function generateKeys(exchange: KeyExchange): void {
  const group = exchange._dh ? undefined : groupOf(exchange);
  if (group) {
    const own = new DiffieHellman(group, exponentBits(longestKey(exchange.negotiated)));
    exchange._public = own.publicKey;
    exchange._dh = {
      computeSecret: (theirs) => own.computeSecret(theirs),
      getPrime: () => bytesOf(group.prime),
      getGenerator: () => bytesOf(group.generator),
    };
  }
}

/** In bytes, of those for ciphers and MACs: `we_need` of OpenSSH's kex.c. */
function longestKey({ cs, sc }: KeyExchange['negotiated']): number {
  return Math.max(
    ...[cs, sc].flatMap(({ cipher, mac }) => [CIPHER_INFO[cipher]?.keyLen ?? 0, MAC_INFO[mac]?.len ?? 0]),
  );
}

/** @returns undefined if the server has not sent its group yet */
function groupOf({ groupName, _prime, _generator }: KeyExchange): DhGroup | undefined {
  if (groupName !== undefined) {
    return isGroupName(groupName) ? knownGroup(groupName) : undefined;
  }
  return _prime && _generator ? groupOfServer(_prime, _generator) : undefined;
}

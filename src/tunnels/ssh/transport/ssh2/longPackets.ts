// Lets ssh2 receive packets as long as OpenSSH accepts. ssh2 refuses more than 35,000 bytes, as soon as a packet's
// length is decrypted, and before it allocates memory for it. Then its decipher has kept the length and can go on.
import { createDecipheriv, createHmac } from 'node:crypto';
import type { CipherGCMTypes, DecipherGCM } from 'node:crypto';

/** In bytes, without the length itself: PACKET_MAX_SIZE of OpenSSH's packet.c. */
export const maxPacketLength = 256 * 1024;
/** What every decipher of ssh2 accepts. */
const ssh2MaxLength = 34_980;

/** What all deciphers of ssh2/lib/protocol/crypto.js have in common. */
export interface Decipher {
  /** Number of the next packet. */
  readonly inSeqno: number;
  /** The packet's length, once its head is complete. */
  readonly _len: number;
  /** Receives the content of each packet. `decrypt` returns after a packet for which this returns false. */
  _onPayload: (payload: Buffer) => unknown;
  /** @returns where to go on in the data, or undefined after all of it */
  decrypt(data: Buffer, from: number, to: number): number | undefined;
}

/** No encryption before the first key exchange, and AES-GCM by ssh2's native binding. */
interface LengthDecipher extends Decipher {
  readonly _lenBytes: number;
}

/** AES-GCM by Node. */
interface GcmDecipher extends LengthDecipher {
  _decipherInstance: DecipherGCM | null;
  readonly _decipherSSLName: CipherGCMTypes;
  readonly _decipherKey: Buffer;
  readonly _decipherIV: Buffer;
}

/** ChaCha20-Poly1305. */
interface ChaChaDecipher extends Decipher {
  readonly _lenPos: number;
}

/** AES-CTR and the like, with a MAC. */
interface MacDecipher extends Decipher {
  /** The head: the encrypted first block, or only the length if the MAC is one of the encrypted packet. */
  readonly _block: Buffer;
  readonly _blockPos: number;
  readonly _macETM: boolean;
  _packet: Buffer | null;
  _pktLen: number;
}

/** The same by Node. */
interface NodeMacDecipher extends MacDecipher {
  readonly _decipherInstance: { update(data: Uint8Array): Buffer };
  readonly _blockSize: number;
  readonly _macSSLName: string;
  readonly _macKey: Buffer;
  _macInstance: ReturnType<typeof createHmac> | null;
  _packetPos: number;
}

type AnyDecipher = LengthDecipher | GcmDecipher | ChaChaDecipher | MacDecipher | NodeMacDecipher;

const lengthSize = 4;

/** Requires that `_onPayload` of the decipher returns false for every packet. */
export function acceptLongPackets(decipher: Decipher): void {
  const kind = decipher as AnyDecipher;
  const decrypt = decipher.decrypt.bind(decipher);
  const firstBlock = '_macSSLName' in kind && !kind._macETM ? decryptedFirstBlock(kind) : undefined;
  decipher.decrypt = (data, from, to) => {
    const missing = missingHead(kind);
    try {
      return decrypt(data, from, to);
    } catch (error) {
      // It has thrown right after the head of the first packet in the data.
      if (missing === 0 || !isBadLength(error) || !isLongPacket(kind)) {
        throw error;
      }
      beginPacket(kind, firstBlock?.());
      return from + missing < to ? decrypt(data, from + missing, to) : undefined;
    }
  };
}

/** How many bytes of the packet's head have yet to arrive. */
function missingHead(decipher: AnyDecipher): number {
  if ('_blockPos' in decipher) {
    return decipher._block.length - decipher._blockPos;
  }
  return lengthSize - ('_lenPos' in decipher ? decipher._lenPos : decipher._lenBytes);
}

function isBadLength(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('Bad packet length');
}

function isLongPacket(decipher: AnyDecipher): boolean {
  const { _len: length } = decipher;
  return length > ssh2MaxLength && length <= maxPacketLength && isWholeBlocks(decipher, length);
}

/** The sizes that ssh2 checks (RFC 4253 §6, RFC 5647 §7.2). */
function isWholeBlocks(decipher: AnyDecipher, length: number): boolean {
  if ('_blockPos' in decipher) {
    const blockSize = '_blockSize' in decipher ? decipher._blockSize : decipher._block.length;
    return (decipher._macETM ? length : lengthSize + length - blockSize) % blockSize === 0;
  }
  if ('_lenPos' in decipher) {
    return length % 8 === 0;
  }
  return '_tag' in decipher ? length % 16 === 0 : (lengthSize + length) % 8 === 0;
}

/** Does what ssh2 does between its check of the length and the rest of the packet. */
function beginPacket(decipher: AnyDecipher, firstBlock: Buffer | undefined): void {
  if ('_decipherSSLName' in decipher) {
    const { _decipherSSLName: name, _decipherKey: key, _decipherIV: iv } = decipher;
    decipher._decipherInstance = createDecipheriv(name, key, iv);
    decipher._decipherInstance.setAutoPadding(false);
    decipher._decipherInstance.setAAD(uint32(decipher._len));
  } else if ('_macSSLName' in decipher) {
    // In the order of ssh2: see addedMacs.ts.
    decipher._macInstance = createHmac(decipher._macSSLName, decipher._macKey);
    decipher._macInstance.update(uint32(decipher.inSeqno));
    decipher._macInstance.update(firstBlock?.subarray(0, lengthSize) ?? decipher._block);
    if (firstBlock) {
      decipher._packetPos = storeFirstBlock(decipher, firstBlock);
    }
  } else if ('_blockPos' in decipher && !decipher._macETM) {
    // The binding has decrypted the block in place.
    storeFirstBlock(decipher, decipher._block);
  }
}

/** @returns how many bytes of the packet it has, without the length */
function storeFirstBlock(decipher: MacDecipher, block: Buffer): number {
  decipher._packet = Buffer.allocUnsafe(decipher._len);
  decipher._pktLen = block.copy(decipher._packet, 0, lengthSize);
  return decipher._pktLen;
}

/** ssh2 decrypts the first block once, and forgets it when it throws. */
function decryptedFirstBlock(decipher: NodeMacDecipher): () => Buffer | undefined {
  const inner = decipher._decipherInstance;
  const update = inner.update.bind(inner);
  let block: Buffer | undefined;
  inner.update = (data) => {
    const decrypted = update(data);
    if (data === decipher._block) {
      block = decrypted;
    }
    return decrypted;
  };
  return () => block;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(lengthSize);
  bytes.writeUInt32BE(value);
  return bytes;
}

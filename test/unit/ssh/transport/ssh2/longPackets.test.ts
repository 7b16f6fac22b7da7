// Packets longer than ssh2's own limit, by each of its deciphers: by Node's crypto, and by the native binding if it was
// built.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { before, describe, it } from 'mocha';
import * as ssh2Crypto from 'ssh2/lib/protocol/crypto.js';
import {
  acceptLongPackets,
  maxPacketLength,
} from '../../../../../src/tunnels/ssh/transport/ssh2/longPackets';
import type { Decipher } from '../../../../../src/tunnels/ssh/transport/ssh2/longPackets';
import '../../../../../src/tunnels/ssh/transport/ssh2/addedMacs';
import { Random } from '../../../../support/random';

interface Cipher {
  allocPacket(size: number): Buffer;
  encrypt(packet: Buffer): void;
}
interface CipherInfo {
  readonly keyLen: number;
  readonly ivLen: number;
  readonly authLen: number;
}
interface Crypto {
  readonly CIPHER_INFO: Readonly<Record<string, CipherInfo>>;
  readonly MAC_INFO: Readonly<Record<string, { readonly len: number }>>;
  readonly bindingAvailable: boolean;
  readonly init: Promise<void>;
  readonly NullCipher: new (seqno: number, onWrite: (data: Buffer) => void) => Cipher;
  readonly NullDecipher: new (seqno: number, onPayload: (payload: Buffer) => unknown) => Decipher;
  createCipher(config: { outbound: object }): Cipher;
  createDecipher(config: { inbound: object }): Decipher;
}
const crypto = ssh2Crypto as unknown as Crypto;

interface Direction {
  readonly cipher: Cipher;
  readonly wire: Buffer[];
  readonly decipher: Decipher;
  readonly payloads: Buffer[];
}

function direction(name: string, mac: string | undefined, forceNative: boolean): Direction {
  const wire: Buffer[] = [];
  const payloads: Buffer[] = [];
  const onWrite = (data: Buffer): void => void wire.push(Buffer.from(data));
  const onPayload = (payload: Buffer): false => {
    payloads.push(Buffer.from(payload));
    return false;
  };
  if (name === 'none') {
    const decipher = new crypto.NullDecipher(0, onPayload);
    return { cipher: new crypto.NullCipher(0, onWrite), decipher, wire, payloads };
  }
  const cipherInfo = crypto.CIPHER_INFO[name]!;
  const macInfo = mac === undefined ? undefined : crypto.MAC_INFO[mac]!;
  const key = randomBytes(cipherInfo.keyLen);
  const iv = randomBytes(cipherInfo.ivLen);
  const macKey = randomBytes(macInfo?.len ?? 0);
  const common = { seqno: 0, macInfo, macKey, forceNative };
  const outbound = { ...common, cipherInfo, cipherKey: key, cipherIV: Buffer.from(iv), onWrite };
  const inbound = {
    ...common,
    decipherInfo: cipherInfo,
    decipherKey: key,
    decipherIV: Buffer.from(iv),
    onPayload,
  };
  return {
    cipher: crypto.createCipher({ outbound }),
    decipher: crypto.createDecipher({ inbound }),
    wire,
    payloads,
  };
}

function send({ cipher }: Direction, payload: Buffer): void {
  const packet = cipher.allocPacket(payload.length);
  packet.set(payload, 5);
  cipher.encrypt(packet);
}

/** As ssh2's Protocol does with each piece of data. */
function receive({ decipher }: Direction, piece: Buffer): void {
  for (let at: number | undefined = 0; at !== undefined && at < piece.length;) {
    at = decipher.decrypt(piece, at, piece.length);
  }
}

const kinds: readonly (readonly [cipher: string, mac?: string])[] = [
  ['none'],
  ['aes128-gcm@openssh.com'],
  ['aes256-gcm@openssh.com'],
  ['chacha20-poly1305@openssh.com'],
  ['aes128-ctr', 'hmac-sha2-256-etm@openssh.com'],
  ['aes256-ctr', 'hmac-sha2-512'],
  ['aes192-ctr', 'hmac-sha1'],
  ['aes128-cbc', 'hmac-sha2-256'],
  ['aes256-cbc', 'hmac-sha1-etm@openssh.com'],
  ['3des-cbc', 'hmac-md5-96-etm@openssh.com'],
];
const runtimes = crypto.bindingAvailable ? [true, false] : [true];

describe('packets longer than ssh2 accepts', () => {
  before(() => crypto.init);

  for (const [name, mac] of kinds) {
    for (const forceNative of name === 'none' ? [true] : runtimes) {
      const by = `${mac === undefined ? name : `${name} and ${mac}`}${forceNative ? '' : ' by the native binding'}`;

      it(`are received up to 256 KB, in any pieces, by ${by}`, () => {
        for (const seed of [1, 2, 3, 4]) {
          const random = new Random(seed);
          const both = direction(name, mac, forceNative);
          acceptLongPackets(both.decipher);
          // The last one fills the limit but for its padding.
          const sizes = [100, 34_900, 35_000, 35_100, 1, 60_000, 100_000, 7, 200_001, maxPacketLength - 40];
          const sent = sizes.map((size) => randomBytes(size));
          sent.forEach((payload) => send(both, payload));
          const all = Buffer.concat(both.wire);
          const longest = [7, 1000, 70_000, all.length][seed - 1]!;
          for (let at = 0; at < all.length;) {
            const end = Math.min(all.length, at + random.int(1, longest));
            // A piece may lie anywhere in a reused buffer; the binding decrypts in place.
            receive(both, Buffer.from(all.subarray(at, end)));
            at = end;
          }
          assert.deepEqual(
            both.payloads.map((payload) => payload.length),
            sizes,
          );
          assert.ok(both.payloads.every((payload, n) => payload.equals(sent[n]!)));
        }
      });

      it(`are refused beyond 256 KB, by ${by}`, () => {
        const both = direction(name, mac, forceNative);
        acceptLongPackets(both.decipher);
        send(both, randomBytes(maxPacketLength));
        assert.throws(() => receive(both, Buffer.concat(both.wire)), /Bad packet length/);
      });

      if (name !== 'none') {
        it(`are refused if they were changed on the way, by ${by}`, () => {
          const both = direction(name, mac, forceNative);
          acceptLongPackets(both.decipher);
          send(both, randomBytes(100_000));
          const all = Buffer.concat(both.wire);
          all[50_000]! ^= 1;
          assert.throws(() => receive(both, all), /MAC|authenticate|lib\(0\)/i);
          assert.deepEqual(both.payloads, []);
        });
      }
    }
  }
});

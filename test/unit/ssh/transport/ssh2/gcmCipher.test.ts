// The lean AES-GCM cipher: ssh2's own decipher must understand what it sends.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import type { Client } from 'ssh2';
import { describe, it } from 'mocha';
import { replaceGcmCipher } from '../../../../../src/tunnels/ssh/transport/ssh2/gcmCipher';
import type { GcmCipher } from '../../../../../src/tunnels/ssh/transport/ssh2/ssh2Internals';

interface Decipher {
  decrypt(data: Buffer, start: number, end: number): unknown;
}
interface Crypto {
  readonly CIPHER_INFO: Readonly<Record<string, { readonly keyLen: number }>>;
  createCipher(config: { outbound: object }): GcmCipher;
  createDecipher(config: { inbound: object }): Decipher;
}
const crypto = createRequire(`${process.cwd()}/package.json`)('ssh2/lib/protocol/crypto.js') as Crypto;

/** Both ends of one direction; the counter of the IV is about to carry. */
function pair(name: string): { cipher: GcmCipher; wire: Buffer[]; decipher: Decipher; payloads: Buffer[] } {
  const info = crypto.CIPHER_INFO[name]!;
  const key = randomBytes(info.keyLen);
  const iv = Buffer.from('0102030400000000fffffffe', 'hex');
  const wire: Buffer[] = [];
  const payloads: Buffer[] = [];
  const outbound = {
    seqno: 0,
    cipherInfo: info,
    cipherKey: key,
    cipherIV: Buffer.from(iv),
    onWrite: (data: Buffer) => wire.push(data),
    forceNative: true,
  };
  const inbound = {
    seqno: 0,
    decipherInfo: info,
    decipherKey: key,
    decipherIV: Buffer.from(iv),
    onPayload: (payload: Buffer) => void payloads.push(Buffer.from(payload)),
    forceNative: true,
  };
  return {
    cipher: crypto.createCipher({ outbound }),
    decipher: crypto.createDecipher({ inbound }),
    wire,
    payloads,
  };
}

function lean(cipher: object): void {
  replaceGcmCipher({ _protocol: { _cipher: cipher } } as unknown as Client);
}

describe('the lean cipher', () => {
  const sizes = [1, 5, 11, 12, 27, 28, 1000, 2043, 2048, 32_777, 32_768 + 9, 40_000];

  for (const name of ['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com']) {
    it(`sends packets of every size that ssh2 decrypts in order, by ${name}`, () => {
      const { cipher, decipher, wire, payloads } = pair(name);
      const stock = cipher.encrypt;
      lean(cipher);
      assert.notEqual(cipher.encrypt, stock);
      const sent = sizes.filter((size) => size < 34_000).map((size) => randomBytes(size));
      for (const payload of sent) {
        const packet = cipher.allocPacket(payload.length);
        packet.set(payload, 5);
        cipher.encrypt(packet);
      }
      const all = Buffer.concat(wire);
      decipher.decrypt(all, 0, all.length);
      assert.deepEqual(payloads, sent);
      assert.equal(cipher.outSeqno, sent.length);
    });
  }

  it('pads packets to whole blocks, with four bytes at least (RFC 4253 §6)', () => {
    const { cipher } = pair('aes128-gcm@openssh.com');
    lean(cipher);
    for (const size of sizes) {
      const packet = cipher.allocPacket(size);
      const padding = packet[4]!;
      assert.equal((packet.length - 4) % 16, 0);
      assert.equal(packet.readUInt32BE(0), packet.length - 4);
      assert.equal(packet.length, 5 + size + padding);
      assert.ok(padding >= 4 && padding < 20);
    }
  });

  it('sends nothing after ssh2 has discarded it', () => {
    const { cipher, wire } = pair('aes128-gcm@openssh.com');
    lean(cipher);
    Object.assign(cipher, { _dead: true });
    cipher.encrypt(cipher.allocPacket(10));
    assert.deepEqual(wire, []);
  });

  it('does not change other ciphers', () => {
    const other = { _encSSLName: 'aes-128-ctr', encrypt: () => undefined };
    const { encrypt } = other;
    lean(other);
    assert.equal(other.encrypt, encrypt);
  });
});

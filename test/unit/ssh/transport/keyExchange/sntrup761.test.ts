// sntrup761: the secrets of another implementation, and the arithmetic in its whole range.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { modulo3, moduloQ, q } from '../../../../../src/tunnels/ssh/transport/keyExchange/sntrup761/field';
import {
  ciphertextBytes,
  decapsulate,
  encapsulate,
  generateKeyPair,
} from '../../../../../src/tunnels/ssh/transport/keyExchange/sntrup761/sntrup761';
import { sntrup761 as vector } from './postQuantumVectors';

function withFlippedBit(bytes: Buffer, at: number): Buffer {
  const changed = Buffer.from(bytes);
  changed[at] = (changed[at] ?? 0) ^ 4;
  return changed;
}

describe('sntrup761', () => {
  it('finds the secret that another implementation has encapsulated', () => {
    assert.deepEqual(decapsulate(vector.ciphertext, vector.secretKey), vector.sharedSecret);
  });

  it('finds the same useless secret as another one for a changed ciphertext, and says nothing', () => {
    const secret = decapsulate(withFlippedBit(vector.ciphertext, 500), vector.secretKey);
    assert.deepEqual(secret, vector.secretOfFlippedBit);
  });

  it('agrees with itself, with keys of the sizes of RFC 9941', () => {
    const { publicKey, secretKey } = generateKeyPair();
    const { ciphertext, sharedSecret } = encapsulate(publicKey);
    assert.deepEqual([publicKey.length, secretKey.length, ciphertext.length], [1158, 1763, 1039]);
    assert.deepEqual(decapsulate(ciphertext, secretKey), sharedSecret);
    for (const at of [0, 1006, 1007, 1038]) {
      assert.notDeepEqual(decapsulate(withFlippedBit(ciphertext, at), secretKey), sharedSecret);
    }
  });

  it('makes another key each time', () => {
    assert.notDeepEqual(generateKeyPair().publicKey, generateKeyPair().publicKey);
  });

  it('makes a short polynomial of whatever random numbers', () => {
    // Equal numbers, and the extremes of their order.
    for (const byte of [0, 0x7f, 0x80, 0xff]) {
      const { publicKey, secretKey } = generateKeyPair();
      const { ciphertext, sharedSecret } = encapsulate(publicKey, (bytes) => Buffer.alloc(bytes, byte));
      assert.deepEqual(decapsulate(ciphertext, secretKey), sharedSecret);
    }
  });

  it('takes nothing of another length', () => {
    const { secretKey } = vector;
    for (const length of [0, ciphertextBytes - 1, ciphertextBytes + 1]) {
      assert.throws(() => decapsulate(Buffer.alloc(length), secretKey), RangeError);
    }
    assert.throws(() => encapsulate(Buffer.alloc(1157)), RangeError);
  });

  it('has the right remainders without dividing', () => {
    const remainder = (x: number, of: number): number => {
      const positive = ((x % of) + of) % of;
      return positive > of / 2 ? positive - of : positive;
    };
    const wrong: number[] = [];
    // Every tenth of the large ones, and all near multiples of q/2, where it changes.
    for (let x = -11_000_000; x <= 11_000_000; x += 10) {
      for (const near of [x, Math.round(x / q) * q + (q - 1) / 2, Math.round(x / q) * q + (q + 1) / 2]) {
        if (moduloQ(near) !== remainder(near, q)) {
          wrong.push(near);
        }
      }
    }
    for (let x = -10_000; x <= 10_000; x++) {
      if (modulo3(x) !== remainder(x, 3)) {
        wrong.push(x);
      }
    }
    assert.deepEqual(wrong, []);
  });
});

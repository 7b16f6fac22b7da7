// Hybrid key exchanges, with the secrets of other implementations; and ML-KEM by Node and by the library.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { describe, it } from 'mocha';
import { ml_kem768 as noble } from '@noble/post-quantum/ml-kem.js';
import { HybridKex } from '../../../../../src/tunnels/ssh/transport/keyExchange/hybridKex';
import {
  hybridKexNames,
  isPostQuantum,
} from '../../../../../src/tunnels/ssh/transport/keyExchange/hybridKexNames';
import { generateMlKemKeyPair } from '../../../../../src/tunnels/ssh/transport/keyExchange/mlKem';
import type { KemKeyPair } from '../../../../../src/tunnels/ssh/transport/keyExchange/mlKem';
import { decapsulate } from '../../../../../src/tunnels/ssh/transport/keyExchange/sntrup761/sntrup761';
import { mlKem768, sntrup761 } from './postQuantumVectors';

interface KemWithSecret extends KemKeyPair {
  readonly ciphertext: Buffer;
  readonly secret: Buffer;
}

/** Both from RFC 7748 §6.1. */
const alice = Buffer.from('77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a', 'hex');
const bobPublic = Buffer.from('de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f', 'hex');

function privateKeyOf(raw: Buffer): crypto.KeyObject {
  const key = Buffer.concat([Buffer.from('302e020100300506032b656e04220420', 'hex'), raw]);
  return crypto.createPrivateKey({ key, format: 'der', type: 'pkcs8' });
}

function exchange(name: (typeof hybridKexNames)[number], kem: KemKeyPair): HybridKex {
  const privateKey = privateKeyOf(alice);
  return new HybridKex(name, { kem, x25519: { privateKey, publicKey: crypto.createPublicKey(privateKey) } });
}

/** RFC 7748 §6.1. */
const classical = Buffer.from('4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742', 'hex');

describe('a hybrid key exchange', () => {
  const kems: Readonly<Record<(typeof hybridKexNames)[number], KemWithSecret>> = {
    'mlkem768x25519-sha256': {
      publicKey: mlKem768.publicKey,
      decapsulate: (ciphertext) =>
        Buffer.from(noble.decapsulate(ciphertext, noble.keygen(mlKem768.seed).secretKey)),
      ciphertext: mlKem768.ciphertext,
      secret: mlKem768.sharedSecret,
    },
    'sntrup761x25519-sha512': ofSntrup(),
    'sntrup761x25519-sha512@openssh.com': ofSntrup(),
  };

  for (const name of hybridKexNames) {
    const kem = kems[name];
    const hash = name.startsWith('mlkem') ? 'sha256' : 'sha512';

    it(`${name} sends both keys, and makes one secret of both`, () => {
      const kex = exchange(name, kem);
      assert.deepEqual(kex.init.subarray(0, -32), kem.publicKey);
      assert.equal(kex.hash, hash);
      const expected = crypto.createHash(hash).update(kem.secret).update(classical).digest();
      assert.deepEqual(kex.computeSecret(Buffer.concat([kem.ciphertext, bobPublic])), expected);
    });

    it(`${name} takes no reply of another length`, () => {
      const right = Buffer.concat([kem.ciphertext, bobPublic]);
      for (const reply of [
        Buffer.alloc(0),
        bobPublic,
        right.subarray(1),
        Buffer.concat([right, Buffer.of(0)]),
      ]) {
        assert.throws(() => exchange(name, kem).computeSecret(reply), /instead of \d+ bytes$/);
      }
    });

    it(`${name} takes no X25519 key of a small order`, () => {
      // https://cr.yp.to/ecdh.html#validate
      const smallOrders = [
        Buffer.alloc(32),
        Buffer.concat([Buffer.of(1), Buffer.alloc(31)]),
        Buffer.from('e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800', 'hex'),
        Buffer.from('5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157', 'hex'),
        Buffer.from('ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f', 'hex'),
        Buffer.from('edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f', 'hex'),
      ];
      for (const theirs of smallOrders) {
        const kex = exchange(name, kem);
        assert.throws(() => kex.computeSecret(Buffer.concat([kem.ciphertext, theirs])), /X25519 key/);
      }
    });

    it(`${name} is post-quantum`, () => assert.ok(isPostQuantum(name)));
  }

  it('is not what others are', () => {
    for (const name of ['curve25519-sha256', 'ecdh-sha2-nistp256', 'diffie-hellman-group18-sha512', '']) {
      assert.ok(!isPostQuantum(name));
    }
  });
});

describe('ML-KEM-768', () => {
  it('by the library finds the secret of OpenSSL, and its secret for a changed ciphertext', () => {
    const { publicKey, secretKey } = noble.keygen(mlKem768.seed);
    assert.deepEqual(Buffer.from(publicKey), mlKem768.publicKey);
    const secretOf = (ciphertext: Buffer): Buffer => Buffer.from(noble.decapsulate(ciphertext, secretKey));
    assert.deepEqual(secretOf(mlKem768.ciphertext), mlKem768.sharedSecret);
    const changed = Buffer.from(mlKem768.ciphertext);
    changed[500] = (changed[500] ?? 0) ^ 4;
    assert.deepEqual(secretOf(changed), mlKem768.secretOfFlippedBit);
  });

  const withoutMlKem = {
    decapsulate: () => assert.fail('nothing to use it with'),
    generateKeyPairSync: () => {
      throw new Error('Unknown key type');
    },
  };
  for (const [what, node] of [
    ['of this machine', crypto],
    ['from before Node 24', {}],
    ['whose library lacks it', withoutMlKem],
  ] as const) {
    it(`is there with a node:crypto ${what}`, () => {
      const keys = generateMlKemKeyPair(node);
      assert.equal(keys.publicKey.length, 1184);
      const { cipherText, sharedSecret } = noble.encapsulate(keys.publicKey);
      assert.deepEqual(keys.decapsulate(Buffer.from(cipherText)), Buffer.from(sharedSecret));
    });
  }
});

function ofSntrup(): KemWithSecret {
  return {
    publicKey: sntrup761.secretKey.subarray(382, 382 + 1158),
    decapsulate: (ciphertext) => decapsulate(ciphertext, sntrup761.secretKey),
    ciphertext: sntrup761.ciphertext,
    secret: sntrup761.sharedSecret,
  };
}

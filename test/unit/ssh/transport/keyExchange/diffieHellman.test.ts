// Diffie-Hellman, compared with Node's.
import assert from 'node:assert/strict';
import { createDiffieHellmanGroup, getDiffieHellman } from 'node:crypto';
import { describe, it } from 'mocha';
import {
  bytesOf,
  DiffieHellman,
  exponentBits,
  groupOfServer,
  knownGroup,
} from '../../../../../src/tunnels/ssh/transport/keyExchange/diffieHellman';

/** An mpint (RFC 4251 §5) without its length. @param number big-endian, which may begin with the bit of the sign */
function positive(number: Buffer): Buffer {
  return Buffer.concat([Buffer.of(0), number]);
}

function mpintOf(value: bigint): Buffer {
  return positive(bytesOf(value));
}

describe('Diffie-Hellman', () => {
  for (const name of ['modp2', 'modp14', 'modp15', 'modp16', 'modp17', 'modp18'] as const) {
    it(`of ${name} has the prime and the generator of the RFC`, () => {
      const theirs = getDiffieHellman(name);
      assert.equal(knownGroup(name).prime.toString(16), theirs.getPrime('hex'));
      assert.deepEqual(bytesOf(knownGroup(name).generator), theirs.getGenerator());
    });
  }

  for (const name of ['modp2', 'modp14', 'modp16'] as const) {
    it(`agrees with Node on the secret of ${name}`, () => {
      const theirs = createDiffieHellmanGroup(name);
      theirs.generateKeys();
      const ours = new DiffieHellman(knownGroup(name), 1024);
      const secret = BigInt(`0x${theirs.computeSecret(ours.publicKey).toString('hex')}`);
      assert.deepEqual(ours.computeSecret(positive(theirs.getPublicKey())), bytesOf(secret));
    });
  }

  it('has a new secret each time', () => {
    const group = knownGroup('modp2');
    assert.notDeepEqual(new DiffieHellman(group, 512).publicKey, new DiffieHellman(group, 512).publicKey);
  });

  it('has an exponent of twice the bits of the longest key, and at least 512', () => {
    assert.deepEqual([16, 32, 64].map(exponentBits), [512, 512, 1024]);
  });

  it('agrees with itself on a secret that is shorter than the prime', () => {
    // 2^64 + 13 is prime: nearly all numbers below it have one byte less.
    const group = groupOfServer(bytesOf(2n ** 64n + 13n), Buffer.of(2));
    const [ours, theirs] = [new DiffieHellman(group, 512), new DiffieHellman(group, 512)];
    const secret = ours.computeSecret(positive(theirs.publicKey));
    assert.deepEqual(secret, theirs.computeSecret(positive(ours.publicKey)));
    assert.ok(secret.length <= 8 && secret[0] !== 0);
  });

  const { prime } = knownGroup('modp14');
  for (const [what, value] of [
    ['nothing', Buffer.alloc(0)],
    ['0', mpintOf(0n)],
    ['1', mpintOf(1n)],
    ['the prime minus 1', mpintOf(prime - 1n)],
    ['the prime', mpintOf(prime)],
    ['the prime plus 1', mpintOf(prime + 1n)],
    ['more than the prime', mpintOf(prime + 5n)],
    ['a much longer number', mpintOf(prime ** 8n)],
    ['a power of two', mpintOf(1n << 1000n)],
    ['a negative number', bytesOf(prime - 12345n)],
    ['-1', Buffer.of(0xff)],
  ] as const) {
    it(`refuses ${what} as the public value of the server`, () => {
      assert.throws(
        () => new DiffieHellman(knownGroup('modp14'), 512).computeSecret(value),
        /not allowed|negative/,
      );
    });
  }

  for (const [generator, reason] of [
    [0, /not allowed/],
    [1, /not allowed/],
    [0xff, /negative/],
  ] as const) {
    it(`refuses a group whose generator is ${generator === 0xff ? 'negative' : generator}`, () => {
      assert.throws(
        () => new DiffieHellman(groupOfServer(mpintOf(prime), Buffer.of(generator)), 512),
        reason,
      );
    });
  }

  it('refuses a group whose prime is negative', () => {
    assert.throws(() => groupOfServer(bytesOf(prime), Buffer.of(2)), /negative/);
  });
});

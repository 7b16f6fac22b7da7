// Diffie-Hellman, compared with Node's.
import assert from 'node:assert/strict';
import { createDiffieHellmanGroup, getDiffieHellman } from 'node:crypto';
import { describe, it } from 'mocha';
import {
  bytesOf,
  DiffieHellman,
  groupOfServer,
  knownGroup,
} from '../../../../src/tunnels/ssh/transport/diffieHellman';

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
      const ours = new DiffieHellman(knownGroup(name));
      const secret = BigInt(`0x${theirs.computeSecret(ours.publicKey).toString('hex')}`);
      assert.deepEqual(ours.computeSecret(theirs.getPublicKey()), bytesOf(secret));
    });
  }

  it('has a new secret each time', () => {
    const group = knownGroup('modp2');
    assert.notDeepEqual(new DiffieHellman(group).publicKey, new DiffieHellman(group).publicKey);
  });

  const { prime } = knownGroup('modp14');
  for (const [what, value] of [
    ['0', 0n],
    ['1', 1n],
    ['the prime minus 1', prime - 1n],
    ['the prime', prime],
    ['more than the prime', prime + 5n],
    ['a power of two', 1n << 1000n],
  ] as const) {
    it(`refuses ${what} as the public value of the server`, () => {
      assert.throws(
        () => new DiffieHellman(knownGroup('modp14')).computeSecret(bytesOf(value)),
        /not allowed/,
      );
    });
  }

  for (const generator of [0, 1]) {
    it(`refuses a group whose generator is ${generator}`, () => {
      const group = groupOfServer(bytesOf(prime), Buffer.of(generator));
      assert.throws(() => new DiffieHellman(group), /not allowed/);
    });
  }
});

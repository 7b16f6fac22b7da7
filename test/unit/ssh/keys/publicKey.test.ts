// The length of RSA keys, whatever a server or a file claims.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { rsaBits } from '../../../../src/tunnels/ssh/keys/publicKey';
import { uint32, wireString } from '../../../../src/tunnels/ssh/keys/wire';
import { wireStrings } from '../../../support/hostKeys';

const exponent = Buffer.of(1, 0, 1);
const modulus = (bits: number): Buffer => Buffer.from((1n << BigInt(bits - 1)).toString(16), 'hex');
const rsa = (number: Buffer): Buffer => wireStrings([Buffer.from('ssh-rsa'), exponent, number]);

function certificate(number: Buffer): Buffer {
  const fields = [Buffer.from('ssh-rsa-cert-v01@openssh.com'), Buffer.alloc(32, 7), exponent, number];
  // Serial, kind, id, principals, validity; options, extensions, reserved, authority and signature.
  const kind = [
    Buffer.alloc(8),
    uint32(1),
    wireStrings([Buffer.alloc(0), Buffer.alloc(0)]),
    Buffer.alloc(16),
  ];
  return Buffer.concat([wireStrings(fields), ...kind, wireStrings(Array(5).fill(Buffer.alloc(0)))]);
}

describe('the length of an RSA key', () => {
  for (const bits of [8, 768, 1016, 1024, 2048, 4096]) {
    it(`is ${bits} bits, in a certificate as well`, () => {
      assert.equal(rsaBits(rsa(modulus(bits))), bits);
      assert.equal(rsaBits(certificate(modulus(bits))), bits);
    });
  }

  it('does not count leading zeros', () => {
    assert.equal(rsaBits(rsa(Buffer.concat([Buffer.alloc(1), modulus(2048)]))), 2048);
    assert.equal(rsaBits(rsa(Buffer.concat([Buffer.alloc(200), modulus(768)]))), 768);
    assert.equal(rsaBits(rsa(Buffer.alloc(256))), 0);
  });

  it('does not count bits of the highest byte that are 0', () => {
    assert.equal(rsaBits(rsa(Buffer.concat([Buffer.of(0x7f), Buffer.alloc(127, 0xff)]))), 1023);
  });

  it('is 0 when the key is truncated, and undefined for other types', () => {
    assert.equal(rsaBits(wireString('ssh-rsa')), 0);
    assert.equal(rsaBits(rsa(modulus(2048)).subarray(0, 100)), 0);
    assert.equal(rsaBits(certificate(modulus(2048)).subarray(0, 100)), 0);
    assert.equal(rsaBits(wireStrings([Buffer.from('ssh-ed25519'), Buffer.alloc(32)])), undefined);
    assert.equal(rsaBits(Buffer.alloc(0)), undefined);
  });
});

// UMAC against the vectors of RFC 4418's appendix. The RFC prints tags of 96 bits and none of 128: those are of nettle's
// test suite, and begin with the RFC's. OpenSSH's own implementation is at the other end in the integration tests.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Umac } from '../../../../src/tunnels/ssh/transport/umac/umac';

const key = Buffer.from('abcdefghijklmnop');
const nonce = Buffer.from('bcdefghi');

const vectors: readonly (readonly [text: string, count: number, tag64: string, tag128: string])[] = [
  ['', 0, '6e155fad26900be1', '32fedb100c79ad58f07ff7643cc60465'],
  ['a', 3, '44b5cb542f220104', '185e4fe905cba7bd85e4c2dc3d117d8d'],
  ['a', 2 ** 10, '26bf2f5d60118bd9', '7a54abe04af82d60fb298c3cbd195bcb'],
  ['a', 2 ** 15, '27f8ef643b0d118d', '7b136bd911e4b734286ef2be501f2c3c'],
  ['a', 2 ** 20, 'a4477e87e9f55853', 'f8acfa3ac31cfeea047f7b115b03bef5'],
  ['abc', 1, 'd4d7b9f6bd4fbfcf', '883c3d4b97a61976ffcf232308cba5a5'],
  ['abc', 500, 'd4cf26ddefd5c01a', '8824a260c53c66a36c9260a62cb83aa1'],
];

describe('UMAC', () => {
  for (const [text, count, tag64, tag128] of vectors) {
    it(`makes the tags of the RFC for "${text}" × ${count}`, () => {
      const message = Buffer.from(text.repeat(count));
      assert.equal(new Umac(key, 8).tag(message, nonce).toString('hex'), tag64);
      assert.equal(new Umac(key, 16).tag(message, nonce).toString('hex'), tag128);
    });
  }

  it('uses each half of a pad for one of two numbers, and makes the same tag again', () => {
    const mac = new Umac(key, 8);
    const tags = [0, 1, 2, 3].map((last) =>
      mac.tag(Buffer.from('text'), Buffer.of(0, 0, 0, 0, 0, 0, 0, last)).toString('hex'),
    );
    assert.equal(new Set(tags).size, 4);
    assert.equal(mac.tag(Buffer.from('text'), Buffer.alloc(8)).toString('hex'), tags[0]);
  });

  it('refuses what would need a longer prime', () => {
    assert.throws(() => new Umac(key, 8).tag(Buffer.alloc(2 ** 24 + 1), nonce), RangeError);
  });
});

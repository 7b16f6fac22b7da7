// The first packet of an X11 client: read in any pieces and byte order, its cookie replaced, and refused if malformed.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  cookieProtocol,
  noCookie,
  readClientSetup,
  readServerAnswer,
  writeClientSetup,
} from '../../../../src/tunnels/forwards/x11/x11Setup';

const orders = { 'little-endian': 0x6c, 'big-endian': 0x42 };
const fake = { name: cookieProtocol, data: Buffer.alloc(16, 1) };
const real = { name: cookieProtocol, data: Buffer.alloc(16, 2) };

describe('the first packet of an X11 client', () => {
  for (const [name, order] of Object.entries(orders)) {
    const packet = writeClientSetup(fake, { order, major: 11, minor: 0 });

    it(`is read from any pieces, ${name}`, () => {
      for (let length = 0; length < packet.length; length++) {
        assert.equal(readClientSetup(packet.subarray(0, length)), undefined);
      }
      const setup = readClientSetup(Buffer.concat([packet, Buffer.from('more')]));
      assert.ok(setup && setup !== 'none');
      assert.equal(setup.length, packet.length);
      assert.deepEqual(setup.cookie, fake);
    });

    it(`stays the same but for a replaced or removed cookie, ${name}`, () => {
      const setup = readClientSetup(packet);
      assert.ok(setup && setup !== 'none');
      assert.deepEqual(setup.with(real), writeClientSetup(real, { order, major: 11, minor: 0 }));
      const bare = setup.with(noCookie);
      assert.equal(bare.length, 12);
      assert.deepEqual(bare.subarray(0, 6), packet.subarray(0, 6));
    });
  }

  it('is refused when it is malformed or too long', () => {
    assert.equal(readClientSetup(Buffer.from('GET / HTTP/1.1')), 'none');
    assert.equal(readClientSetup(Buffer.from('l')), undefined);
    const long = writeClientSetup(fake);
    long.writeUInt16LE(65_535, 6);
    assert.equal(readClientSetup(long), 'none');
    const wide = writeClientSetup(fake);
    wide.writeUInt16LE(257, 8);
    assert.equal(readClientSetup(wide), 'none');
  });
});

describe('the answer of an X11 server', () => {
  it('accepts the client, or refuses it with a reason', () => {
    const head = (status: number, length: number, words: number): Buffer => {
      const bytes = Buffer.of(status, length, 11, 0, 0, 0, 0, 0);
      bytes.writeUInt16LE(words, 6);
      return bytes;
    };
    const refusal = Buffer.concat([head(0, 5, 2), Buffer.from('No\x1bgo\0\0\0')]);
    assert.deepEqual(readServerAnswer(head(1, 0, 100)), { isAccepted: true });
    assert.deepEqual(readServerAnswer(refusal), { isAccepted: false, reason: 'No go' });
    assert.equal(readServerAnswer(refusal.subarray(0, 12)), undefined);
    assert.equal(readServerAnswer(Buffer.alloc(7)), undefined);
    const further = Buffer.concat([head(2, 0, 1), Buffer.from('more')]);
    assert.deepEqual(readServerAnswer(further), { isAccepted: false, reason: 'more' });
  });
});

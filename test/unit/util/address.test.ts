// Which addresses only this machine can reach.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { isLoopback } from '../../../src/tunnels/util/address';

describe('a bind address', () => {
  for (const host of ['localhost', '127.0.0.1', '127.255.255.254', '::1']) {
    it(`is for this machine alone: ${host}`, () => assert.equal(isLoopback(host), true));
  }
  // Names are asked of the DNS; other spellings of an address count as open to a network, which only asks once more.
  const others = [
    '0.0.0.0',
    '',
    '*',
    '127.0.0.256',
    '127.999.0.1',
    '127.0.0.1.example.org',
    '127.1',
    '127.0.0.01',
  ];
  for (const host of [...others, 'localhost.example.org', '::', '::ffff:0.0.0.0']) {
    it(`may be open to a network: "${host}"`, () => assert.equal(isLoopback(host), false));
  }
});

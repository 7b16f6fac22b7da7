// Which targets the clients of a proxy may ask for.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { checkTarget } from '../../../../src/tunnels/forwards/proxy/checkTarget';

describe('the target of a proxy client', () => {
  for (const host of ['db', 'db_1.internal', '10.0.0.1', '::1', 'fe80::1%eth0', 'xn--bcher-kva.example']) {
    it(`may be ${host}`, () => assert.deepEqual(checkTarget(host, 80), { host, port: 80 }));
  }
  // Errors, the log and language models name the target.
  for (const host of [
    'me:hunter2@db',
    'hunter2@db',
    'me:hunter2',
    'http://db/',
    'a b',
    'a\nb',
    '',
    'bücher',
    'x'.repeat(256),
  ]) {
    it(`can't be ${JSON.stringify(host.slice(0, 20))}`, () => assert.equal(checkTarget(host, 80), undefined));
  }
  for (const port of [0, 65_536, 1.5, Number.NaN]) {
    it(`can't have the port ${port}`, () => assert.equal(checkTarget('db', port), undefined));
  }
});

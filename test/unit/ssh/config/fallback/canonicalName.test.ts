// CanonicalizeHostname without an installed ssh.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { canonicalName } from '../../../../../src/tunnels/ssh/config/fallback/canonicalName';
import type { CanonicalOptions } from '../../../../../src/tunnels/ssh/config/fallback/canonicalName';

const known = new Set(['web.b.org.', 'a.b.a.org.', 'web.', 'only.none.']);
const options: CanonicalOptions = {
  canonicalize: 'yes',
  domains: ['a.org', 'b.org'],
  maxDots: 1,
  isDirect: true,
  addressFamily: 'any',
};

function find(name: string, changed: Partial<CanonicalOptions> = {}): Promise<string | undefined> {
  return canonicalName(name, { ...options, ...changed }, (asked) => Promise.resolve(known.has(asked)));
}

describe('the canonical name of a host', () => {
  it('is the one in the first domain that has it', async () => {
    assert.equal(await find('web'), 'web.b.org');
    assert.equal(await find('db'), undefined);
  });
  it('is looked up as it is when it ends with a dot', async () => {
    assert.equal(await find('web.'), 'web');
    assert.equal(await find('db.'), undefined);
  });
  it('is not looked for when it has more dots than CanonicalizeMaxDots', async () => {
    assert.equal(await find('a.b'), 'a.b.a.org');
    assert.equal(await find('a.b', { maxDots: 0 }), 'a.b');
  });
  it('is not looked for behind a proxy, unless CanonicalizeHostname is always', async () => {
    assert.equal(await find('web', { isDirect: false }), 'web');
    assert.equal(await find('web', { isDirect: false, canonicalize: 'always' }), 'web.b.org');
  });
  it('is not looked for with CanonicalizeHostname no', async () => {
    assert.equal(await find('web', { canonicalize: 'no' }), 'web');
  });
  it('is not looked for in the domain none', async () => {
    assert.equal(await find('only', { domains: ['none'] }), undefined);
  });
  it('of an address is how the system writes it', async () => {
    assert.deepEqual(
      await Promise.all(['10.1', '::0001', '10.0.0.7', 'fe80::1%eth0'].map((name) => find(name))),
      ['10.0.0.1', '::1', '10.0.0.7', 'fe80::1%eth0'],
    );
    assert.equal(await find('::0001', { addressFamily: 'INET' }), '::0001');
    assert.equal(await find('10.1', { addressFamily: 'inet6' }), '10.1');
  });
});

// Connection strings of ports and sockets, by the service that a forward leads to; never with a user or a password.
import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import type * as pages from '../../../../../src/extension/editor/browser/openInBrowser';
import type { Address } from '../../../../../src/tunnels/util/address';
import { knownServices } from '../../../../../src/views/services/knownServices';
import { withFakeVscode } from '../../../../support/fakeVscode';
import { local } from '../../../views/snapshots';

const here: Address = { host: '127.0.0.1', port: 15_432 };

let module: typeof pages;

function of(protocol: string, address: Address = here): string {
  return module.connectionString(local('x', { protocol }), address);
}

describe('a connection string', () => {
  before(async () => {
    module = await withFakeVscode(() => import('../../../../../src/extension/editor/browser/openInBrowser'));
  });

  const rows: readonly [protocol: string, text: string][] = [
    ['postgresql', 'postgresql://127.0.0.1:15432/'],
    ['mysql', 'mysql://127.0.0.1:15432/'],
    ['mariadb', 'mariadb://127.0.0.1:15432/'],
    ['mongodb', 'mongodb://127.0.0.1:15432/?directConnection=true'],
    ['redis', 'redis://127.0.0.1:15432'],
    ['amqp', 'amqp://127.0.0.1:15432'],
    ['mssql', 'sqlserver://127.0.0.1:15432'],
    ['vnc', 'vnc://127.0.0.1:15432'],
    ['https', 'https://127.0.0.1:15432/'],
    ['elasticsearch', 'http://127.0.0.1:15432/'],
    ['kafka', '127.0.0.1:15432'],
    ['memcached', '127.0.0.1:15432'],
    ['coap', 'coap://127.0.0.1:15432'],
  ];
  for (const [protocol, text] of rows) {
    it(`for ${protocol} is ${text}`, () => assert.equal(of(protocol), text));
  }
  it('is chosen by the port of the target, not by the local port', () =>
    assert.equal(module.connectionString(local('x'), here), 'postgresql://127.0.0.1:15432/'));
  it('has an IPv6 address in brackets', () =>
    assert.equal(of('redis', { host: '::1', port: 1 }), 'redis://[::1]:1'));
  it('for a Unix socket is a URL where libpq knows one, and otherwise the path', () => {
    const socket = { path: '/tmp/my db/.s.PGSQL.5433' };
    assert.equal(of('postgresql', socket), 'postgresql:///?host=/tmp/my%20db&port=5433');
    assert.equal(of('postgresql', { path: '/a&b#c/.s.PGSQL.1' }), 'postgresql:///?host=/a%26b%23c&port=1');
    assert.equal(of('postgresql', { path: '/tmp/pg.sock' }), '/tmp/pg.sock');
    assert.equal(of('mysql', { path: '/tmp/.s.PGSQL.1' }), '/tmp/.s.PGSQL.1');
  });
  it('has no user and no password, for any service', () => {
    for (const { ids } of knownServices) {
      for (const id of ids) {
        try {
          assert.ok(!of(id).includes('@'), id);
        } catch (error) {
          assert.match(String(error), / has no connection string/);
        }
      }
    }
  });
  it('is refused for a service that has none, with the reason and the next step', () => {
    assert.throws(() => of('nfs'), /NFS has no connection string\. Use Copy Local Address/);
    const unknown = local('Thing', { target: { host: 'a', port: 3000 } });
    assert.throws(
      () => module.connectionString(unknown, here),
      /The service of "Thing" is unknown\. .*"protocol": "postgresql"/,
    );
  });
});

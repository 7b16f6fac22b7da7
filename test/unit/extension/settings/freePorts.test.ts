// Which local ports are offered as free: a port has to be free at every address where the forward would listen.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Server } from 'node:net';
import { describe, it } from 'mocha';
import type { TcpAddress } from '../../../../src/tunnels/util/address';
import { freePort } from '../../../support/freePort';
import { isFree, suggestPort } from '../../../../src/extension/settings/freePorts';

/** The system itself refuses a port that is taken. */
const unread = (): Promise<TcpAddress[]> => Promise.resolve([]);

describe('a free port', () => {
  const rows: readonly (readonly [bind: string | undefined, takenAt: string])[] = [
    [undefined, '127.0.0.1'],
    [undefined, '::1'],
    ['localhost', '::1'],
    ['*', '0.0.0.0'],
    ['*', '::'],
    ['', '::'],
    ['::', '::'],
    ['127.0.0.2', '127.0.0.2'],
  ];
  for (const [bind, takenAt] of rows) {
    it(`for the bind address ${JSON.stringify(bind)} is not one that is taken on ${takenAt} only`, async () => {
      const { server, port } = await listening(takenAt);
      assert.equal(await isFree({ bind, port }, unread), false);
      assert.notEqual(await suggestPort({ bind, port }, new Set(), unread), port);
      server.close();
      await once(server, 'close');
      assert.equal(await isFree({ bind, port }, unread), true);
    });
  }

  it('may be taken at an address where the forward would not listen', async () => {
    const { server, port } = await listening('127.0.0.2');
    assert.equal(await isFree({ bind: undefined, port }), true);
    server.close();
  });

  it('is not one beside which the system would let us listen, as macOS and Windows do', async () => {
    const port = await freePort();
    const held = (): Promise<TcpAddress[]> => Promise.resolve([{ host: '0.0.0.0', port }]);
    assert.equal(await isFree({ bind: undefined, port }, held), false);
    assert.notEqual(await suggestPort({ bind: undefined, port }, new Set(), held), port);
    assert.equal(await isFree({ bind: '::1', port }, held), true);
  });

  it('is not one that belongs to another forward', async () => {
    const port = await suggestPort({ bind: undefined, port: 20_000 }, new Set());
    assert.ok(port !== undefined);
    assert.notEqual(await suggestPort({ bind: undefined, port: 20_000 }, new Set([port])), port);
  });
});

async function listening(host: string): Promise<{ server: Server; port: number }> {
  const port = await freePort();
  const server = createServer().listen({ host, port, ipv6Only: true });
  await once(server, 'listening');
  return { server, port };
}

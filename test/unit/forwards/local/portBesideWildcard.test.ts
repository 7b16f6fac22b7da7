// A port that another program holds on the wildcard address. macOS and Windows would let us listen beside it, which can't
// be had here: the table of listeners that is read there is handed in. On Linux, the system itself refuses.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { describe, it } from 'mocha';
import { TunnelFailure } from '../../../../src/tunnels/errors/errors';
import { listen, nextFreePort } from '../../../../src/tunnels/forwards/local/listen';
import type { Listener, PortChoice } from '../../../../src/tunnels/forwards/local/listen';
import { isHeld, readListeners } from '../../../../src/tunnels/util/system/unprotectedListeners';
import type { TcpListen } from '../../../../src/tunnels/config/forward';
import { freePort } from '../../../support/freePort';

describe('an address', () => {
  const rows: readonly (readonly [wanted: string, held: string, isHeld: boolean])[] = [
    ['127.0.0.1', '0.0.0.0', true],
    ['127.0.0.1', '127.0.0.1', true],
    ['127.0.0.1', '127.0.0.2', false],
    ['127.0.0.1', '::', false],
    ['::1', '::', true],
    ['::1', '0.0.0.0', false],
    ['0.0.0.0', '127.0.0.1', true],
    ['0.0.0.0', '::1', false],
    ['::', '::1', true],
    // As macOS's netstat cuts it off.
    ['::', 'fe80::aede:48ff:', true],
    ['0.0.0.0', 'fe80::aede:48ff:', false],
  ];
  for (const [wanted, held, expected] of rows) {
    it(`${wanted} is ${expected ? '' : 'not '}held by a listener on ${held}`, () => {
      assert.equal(isHeld({ host: wanted, port: 5432 }, [{ host: held, port: 5432 }]), expected);
      assert.equal(isHeld({ host: wanted, port: 5433 }, [{ host: held, port: 5432 }]), false);
    });
  }
});

describe('a port beside which the system would let us listen', () => {
  const holding = (...ports: readonly number[]): PortChoice => ({
    readListeners: () => Promise.resolve(ports.map((port) => ({ host: '0.0.0.0', port }))),
  });
  const open = (where: TcpListen, choice: PortChoice): Promise<Listener> =>
    listen(where, choice, (socket) => socket.destroy());
  const portOf = ({ bound }: Listener): number => {
    const [first] = bound;
    return first && 'port' in first ? first.port : 0;
  };

  it('is taken, and nothing stays open on its other address', async () => {
    const port = await freePort();
    await assert.rejects(open({ bind: undefined, port }, holding(port)), isTaken);
    const onlyIpv6 = { readListeners: () => Promise.resolve([{ host: '::', port }]) };
    await assert.rejects(open({ bind: undefined, port }, onlyIpv6), isTaken);
    const free = await open({ bind: undefined, port }, holding());
    await free.close();
  });

  it('is taken under a name of this machine', async () => {
    const port = await freePort();
    await assert.rejects(open({ bind: '127.1', port }, holding(port)), isTaken);
  });

  it('is skipped by "next", by the port that is offered, and by a remembered one', async () => {
    const port = await freePort();
    const choice = holding(port, port + 1);
    const next = await open({ bind: undefined, port }, { ...choice, ifPortBusy: 'next' });
    assert.ok(![port, port + 1].includes(portOf(next)), String(portOf(next)));
    await next.close();
    assert.ok(![port, port + 1].includes((await nextFreePort({ bind: undefined, port }, choice)) ?? port));
    const any = await open({ bind: undefined, port: 0 }, { ...choice, preferredPort: port });
    assert.notEqual(portOf(any), port);
    await any.close();
  });
});

describe('on Linux, without reading any table,', () => {
  const anywhere = async (host: string): Promise<{ server: Server; port: number }> => {
    const server = createServer().listen({ host, port: 0, ipv6Only: true });
    await once(server, 'listening');
    return { server, port: (server.address() as AddressInfo).port };
  };

  it('a port that is held on the wildcard address is taken', async function () {
    if (process.platform !== 'linux') {
      this.skip();
    }
    assert.deepEqual(await readListeners(process.platform), []);
    const { server, port } = await anywhere('0.0.0.0');
    await assert.rejects(
      listen({ bind: undefined, port }, {}, (socket) => socket.destroy()),
      isTaken,
    );
    server.close();
  });

  it('a port that is held on [::] without IPv4 is free on 127.0.0.1', async function () {
    if (process.platform !== 'linux') {
      this.skip();
    }
    const { server, port } = await anywhere('::');
    const listener = await listen({ bind: '127.0.0.1', port }, {}, (socket) => socket.destroy());
    await listener.close();
    server.close();
  });
});

function isTaken(error: unknown): boolean {
  return error instanceof TunnelFailure && error.code === 'AddressInUse';
}

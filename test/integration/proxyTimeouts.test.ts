// How long a client of the proxy may take for its second and each later request: with shorter time-outs than in
// production. For a socket, and for another stream, like the channels of a reverse proxy.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, describe, it } from 'mocha';
import { ProxyServer } from '../../src/tunnels/forwards/proxy/proxyServer';
import type { ClientTimeouts } from '../../src/tunnels/forwards/proxy/proxyServer';
import { client, target } from '../support/targetAndClient';
import type { Client, TargetServer } from '../support/targetAndClient';

/** Milliseconds: longer than any of these tests. */
const long = 600_000;

describe("a proxy's time-outs after the first answer", () => {
  let web: TargetServer;

  before(async () => {
    web = await target(serveWeb);
  });
  after(() => web[Symbol.asyncDispose]());

  const kinds: Readonly<Record<string, (socket: Socket) => Duplex>> = {
    'for a socket': (socket) => socket,
    'for another stream': (socket) => Duplex.from({ readable: socket, writable: socket }),
  };
  for (const [kind, wrap] of Object.entries(kinds)) {
    describe(kind, () => {
      it('drop a client whose second request is incomplete', async () => {
        await using proxy = await proxyWith({ request: 400, pause: long }, wrap);
        const { socket, done } = await answered(proxy);
        await sleep(600);
        const start = performance.now();
        socket.write('GET http://127.');
        await done;
        const took = performance.now() - start;
        assert.ok(took > 300, `${took} ms`);
      });

      it('drop a client whose second request arrives byte by byte', async () => {
        await using proxy = await proxyWith({ request: 400, pause: long }, wrap);
        const { socket, done } = await answered(proxy);
        const start = performance.now();
        socket.write('GET http://');
        const drip = setInterval(() => socket.write('a'), 50);
        await done;
        clearInterval(drip);
        const took = performance.now() - start;
        assert.ok(took > 300, `${took} ms`);
      });

      it('drop a client that sends no further request', async () => {
        await using proxy = await proxyWith({ request: long, pause: 400 }, wrap);
        const { done } = await answered(proxy);
        const start = performance.now();
        await done;
        const took = performance.now() - start;
        assert.ok(took > 300, `${took} ms`);
      });

      it("start again with each request, and don't run during an answer", async () => {
        await using proxy = await proxyWith({ request: 2000, pause: 2000 }, wrap);
        const { socket } = await answered(proxy);
        for (let requests = 0; requests < 6; requests++) {
          await sleep(450);
          socket.write(get('/').slice(0, 10));
          await sleep(10);
          socket.write(get('/').slice(10));
          assert.match(await said(socket), / 200 /);
        }
        socket.write(get('/') + get('/slow'));
        assert.match(await said(socket), / 200 /);
        assert.match(await said(socket), / 200 /);
        socket.destroy();
      });

      it("don't apply to a CONNECT tunnel", async () => {
        await using proxy = await proxyWith({ request: 1500, pause: 1500 }, wrap);
        const { socket } = await answered(proxy);
        socket.write(`CONNECT 127.0.0.1:${web.port} HTTP/1.1\r\nHost: x\r\n\r\n`);
        assert.match(await said(socket), /^HTTP\/1\.1 200 Connection established/);
        await sleep(1800);
        socket.write('ping');
        assert.equal(await said(socket), 'ping');
        socket.destroy();
      });

      it('count an idle client among the undecided ones, whose oldest is dropped first', async () => {
        await using proxy = await proxyWith({ request: long, pause: long }, wrap);
        const { socket, done } = await answered(proxy);
        const silent = Array.from({ length: 1000 }, () => client(proxy.port).socket);
        await Promise.all(silent.map((each) => once(each, 'connect')));
        await done;
        assert.ok(socket.destroyed);
        silent.forEach((each) => each.destroy());
      });

      it('let a client finish sending after an early answer', async () => {
        await using proxy = await proxyWith({ request: long, pause: long }, wrap);
        const { socket } = client(proxy.port);
        const half = 'x'.repeat(1_500_000);
        socket.write(
          `POST http://127.0.0.1:${web.port}/early HTTP/1.1\r\nHost: x\r\nContent-Length: ${2 * half.length}\r\n\r\n`,
        );
        socket.write(half);
        assert.match(await said(socket), /^HTTP\/1\.1 413 /);
        socket.write(half);
        socket.write(get('/'));
        assert.match(await said(socket), /^HTTP\/1\.1 200 /);
        socket.destroy();
      });
    });
  }

  function get(path: string): string {
    return `GET http://127.0.0.1:${web.port}${path} HTTP/1.1\r\nHost: x\r\n\r\n`;
  }

  /** A client that has received its first answer. */
  async function answered(proxy: TargetServer): Promise<Client> {
    const it = client(proxy.port);
    it.socket.on('end', () => it.socket.end());
    it.socket.write(get('/'));
    assert.match(await said(it.socket), /^HTTP\/1\.1 200 /);
    return it;
  }
});

async function said(socket: Socket): Promise<string> {
  const [data] = (await once(socket, 'data')) as [Buffer];
  return data.toString();
}

/** Answers a request, early or late, or echoes data. */
function serveWeb(socket: Socket): void {
  socket.once('data', (data: Buffer) => {
    const answer = (status: string): string => `HTTP/1.1 ${status}\r\nContent-Length: 2\r\n\r\nhi`;
    const path = /^[A-Z]+ (\S+) HTTP/.exec(data.toString())?.[1];
    if (path === undefined) {
      socket.end(data);
    } else if (path === '/slow') {
      setTimeout(() => socket.end(answer('200 OK')), 2300);
    } else {
      socket.end(answer(path === '/early' ? '413 Content Too Large' : '200 OK'));
    }
  });
}

function proxyWith(timeouts: ClientTimeouts, wrap: (socket: Socket) => Duplex): Promise<TargetServer> {
  const proxy = new ProxyServer(timeouts);
  return target((socket) => {
    socket.pause();
    const stream = wrap(socket);
    stream.on('error', () => undefined);
    void proxy.serve(stream, {
      dial: async ({ host, port }) => {
        const far = connect({ host, port, allowHalfOpen: true });
        await once(far, 'connect');
        return far.on('error', () => undefined);
      },
      join: (near, far) => {
        near.pipe(far).pipe(near);
      },
      passedOn: () => undefined,
    });
  });
}

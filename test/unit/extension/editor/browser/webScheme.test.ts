// The choice of http or https: from the forward if it says so, or else by probing the service once.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Server, Socket } from 'node:net';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { afterEach, describe, it } from 'mocha';
import { speaksTls, webScheme } from '../../../../../src/extension/editor/browser/webScheme';
import type { TcpAddress } from '../../../../../src/tunnels/util/address';
import { local } from '../../../views/snapshots';

describe('the choice of http or https', () => {
  const servers: Server[] = [];
  let connections = 0;

  afterEach(() => {
    servers.splice(0).forEach((server) => server.close());
    connections = 0;
  });

  async function listen(server: Server): Promise<TcpAddress> {
    servers.push(server);
    server.on('connection', () => connections++);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
  }
  const answering = (answer: (socket: Socket) => void): Promise<TcpAddress> =>
    listen(
      createServer((socket) => {
        socket.on('error', () => undefined);
        socket.once('data', () => answer(socket));
      }),
    );
  const unknown = local('x', { target: { host: 'a', port: 3000 } });

  it('makes no connection when the forward or its target port says which', async () => {
    const address = await answering((socket) => socket.destroy());
    assert.equal(await webScheme(local('x', { protocol: 'https' }), address), 'https');
    assert.equal(await webScheme(local('x', { target: { host: 'a', port: 443 } }), address), 'https');
    assert.equal(await webScheme(local('x', { target: { host: 'a', port: 80 } }), address), 'http');
    assert.equal(connections, 0);
  });
  it('is https where TLS answers, after one connection', async () => {
    // Without a certificate it answers with an alert, which is TLS, too.
    const address = await listen(createTlsServer().on('tlsClientError', () => undefined));
    assert.equal(await webScheme(unknown, address), 'https');
    assert.equal(connections, 1);
  });
  it('is http where something else answers, or nothing listens', async () => {
    const bad = await answering((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    assert.equal(await webScheme(unknown, bad), 'http');
    assert.equal(await webScheme(unknown, await answering((socket) => socket.resetAndDestroy())), 'http');
    const server = createServer();
    const gone = await listen(server);
    server.close();
    assert.equal(await webScheme(unknown, gone), 'http');
  });
  it('does not wait for a silent server beyond its time-out', async () => {
    assert.equal(await speaksTls(await answering(() => undefined), 100), false);
  });
});

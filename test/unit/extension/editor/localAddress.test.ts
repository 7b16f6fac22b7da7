// The local address at which a program can connect to a forward, and the error when there is none.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { localAddressText, localPort } from '../../../../src/extension/editor/localAddress';
import { failedForward, forward, listening, local, wide } from '../../views/snapshots';

describe('the local address of a forward', () => {
  const at = (host: string): ReturnType<typeof forward> =>
    forward(local('A'), listening({ bound: [{ host, port: 80 }] }));

  it('is the first bound address', () =>
    assert.equal(localAddressText(forward(local('A'), listening())), '127.0.0.1:5432'));
  it('is loopback when the forward listens on all addresses', () => {
    assert.equal(localAddressText(wide), '127.0.0.1:3000');
    assert.equal(localAddressText(at('::')), '[::1]:80');
    assert.equal(localAddressText(at('192.168.1.2')), '192.168.1.2:80');
  });
  it('is the path of a Unix socket, which has no port', () => {
    const socket = forward(local('A'), listening({ bound: [{ path: '/tmp/a' }] }));
    assert.equal(localAddressText(socket), '/tmp/a');
    assert.throws(() => localPort(socket), /listens on the Unix socket "\/tmp\/a", not on a port/);
  });
  it('is refused with the reason when the forward does not listen', () => {
    assert.throws(() => localPort(failedForward), /Port 5432 on this machine is used by another program/);
    assert.throws(() => localPort(forward()), /is not listening/);
  });
});

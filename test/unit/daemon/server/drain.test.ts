// Which tunnels a daemon gives up when a newer one takes over their ports.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { listenAddressesOf } from '../../../../src/tunnels/daemon/protocol/listenAddresses';
import { Drain } from '../../../../src/tunnels/daemon/server/drain';
import type { LeasedTunnel, ListenAddresses } from '../../../../src/tunnels/daemon/protocol/protocol';
import { define } from '../../../support/testWindow';

function leased(tunnel: object, rememberedPorts = {}): LeasedTunnel {
  const definition = define({ host: 'staging', ...tunnel });
  return { id: 'user:t', definition, settings: { reconnectMaxDelay: 30 }, want: true, rememberedPorts };
}

const none: ListenAddresses = { ports: [], paths: [], remotes: [] };
const mixed = leased(
  {
    localForward: ['8080:www:80', '/tmp/d.sock:/run/d.sock', '0:www:81'],
    dynamicForward: 1080,
    remoteForward: ['9000:localhost:3000', '0:localhost:3001'],
  },
  { 'local 0 www:81': 40_001 },
);

describe('the listeners of a tunnel', () => {
  it('are its ports and sockets on this machine, and its ports on the server', () => {
    assert.deepEqual(listenAddressesOf(mixed, false), {
      ports: [8080, 1080],
      paths: ['/tmp/d.sock'],
      remotes: [{ host: 'staging', port: 9000 }],
    });
  });
  it('include the remembered port of "any free port" when asked for', () => {
    assert.deepEqual(listenAddressesOf(mixed, true).ports, [8080, 40_001, 1080]);
  });
});

describe('a handover to a newer daemon', () => {
  const listeners = '8080 and /tmp/d.sock, and on 9000 of "staging"';
  const covered: readonly (readonly [addresses: ListenAddresses, covers: boolean])[] = [
    [{ ports: [8080] }, true],
    [{ ...none, paths: ['/tmp/d.sock'] }, true],
    [{ ...none, remotes: [{ host: 'staging', port: 9000 }] }, true],
    [{ ...none, remotes: [{ host: 'production', port: 9000 }] }, false],
    [{ ports: [9000] }, false],
    [none, false],
  ];
  for (const [addresses, covers] of covered) {
    it(`of ${JSON.stringify(addresses)} ${covers ? 'covers' : 'does not cover'} a tunnel that listens on ${listeners}`, () => {
      const drain = new Drain();
      drain.add(addresses);
      assert.equal(drain.covers('identity', mixed), covers);
    });
  }

  it('covers a tunnel by the free port it listens on, from then on', () => {
    const drain = new Drain();
    drain.add({ ports: [40_001] });
    const any = leased({ localForward: '0:www:80' });
    const bound = [{ host: '127.0.0.1', port: 40_001 }];
    const listening = { status: 'listening', bound, connections: 0, bytesIn: 0, bytesOut: 0 } as const;
    assert.equal(drain.covers('identity', any), false);
    drain.claim('other', { 'remote 0 www:80': listening });
    assert.equal(drain.covers('other', any), false, 'a port of the server does not count');
    drain.claim('identity', { 'local 0 www:80': listening });
    assert.equal(drain.covers('identity', any), true);
  });
});

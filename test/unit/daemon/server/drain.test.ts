// Which tunnels a daemon gives up when a newer one takes over their ports.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { placesOf } from '../../../../src/tunnels/daemon/protocol/listenAddresses';
import { Handover } from '../../../../src/tunnels/daemon/server/drain';
import type { LeasedTunnel, Places } from '../../../../src/tunnels/daemon/protocol/protocol';
import { define } from '../../../support/testWindow';

function leased(tunnel: object, rememberedPorts = {}): LeasedTunnel {
  const definition = define({ host: 'staging', ...tunnel });
  return { id: 'user:t', definition, settings: { reconnectMaxDelay: 30 }, want: true, rememberedPorts };
}

const none: Places = { ports: [], paths: [], remotes: [] };
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
    assert.deepEqual(placesOf(mixed, false), {
      ports: [8080, 1080],
      paths: ['/tmp/d.sock'],
      remotes: [{ host: 'staging', port: 9000 }],
    });
  });
  it('include the remembered port of "any free port" when asked for', () => {
    assert.deepEqual(placesOf(mixed, true).ports, [8080, 40_001, 1080]);
  });
});

describe('a handover to a newer daemon', () => {
  const listeners = '8080 and /tmp/d.sock, and on 9000 of "staging"';
  const covered: readonly (readonly [places: Places, covers: boolean])[] = [
    [{ ports: [8080] }, true],
    [{ ...none, paths: ['/tmp/d.sock'] }, true],
    [{ ...none, remotes: [{ host: 'staging', port: 9000 }] }, true],
    [{ ...none, remotes: [{ host: 'production', port: 9000 }] }, false],
    [{ ports: [9000] }, false],
    [none, false],
  ];
  for (const [places, covers] of covered) {
    it(`of ${JSON.stringify(places)} ${covers ? 'covers' : 'does not cover'} a tunnel that listens on ${listeners}`, () => {
      const handover = new Handover();
      handover.add(places);
      assert.equal(handover.covers('identity', mixed), covers);
    });
  }

  it('covers a tunnel by the free port it listens on, from then on', () => {
    const handover = new Handover();
    handover.add({ ports: [40_001] });
    const any = leased({ localForward: '0:www:80' });
    const bound = [{ host: '127.0.0.1', port: 40_001 }];
    const listening = { status: 'listening', bound, connections: 0, bytesIn: 0, bytesOut: 0 } as const;
    assert.equal(handover.covers('identity', any), false);
    handover.claim('other', { 'remote 0 www:80': listening });
    assert.equal(handover.covers('other', any), false, 'a port of the server does not count');
    handover.claim('identity', { 'local 0 www:80': listening });
    assert.equal(handover.covers('identity', any), true);
  });
});

// What Details asks the daemon for: open connections with their bytes, the round trip, the last states.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { TunnelActivity } from '../../src/tunnels/model/tunnelActivity';
import { eventually } from '../support/eventually';
import { TestWindow } from '../support/testWindow';
import { useTunnelFixture } from '../support/tunnelFixture';

describe('the activity of a tunnel', () => {
  const fixture = useTunnelFixture();
  let window: TestWindow;

  beforeEach(async () => {
    window = await TestWindow.open(fixture.daemon, fixture.sshd, 'watcher');
  });
  afterEach(async () => {
    await window.lease();
    window.disconnect();
  });

  async function activity(): Promise<TunnelActivity> {
    const found = await window.client.activity('user:t');
    assert.ok(found);
    return found;
  }

  it('has each open connection, with its client and its own bytes, until it closes', async () => {
    await window.bringUp({ host: 'test-sshd', localForward: `0:127.0.0.1:${fixture.echo.port}` });
    assert.deepEqual((await activity()).connections, []);
    const clients = [connect(window.port(), '127.0.0.1'), connect(window.port(), '127.0.0.1')];
    await Promise.all(clients.map((client) => once(client, 'connect')));
    const [first, second] = clients;
    assert.ok(first && second);
    first.write('x'.repeat(1000));
    first.resume();
    await eventually('the bytes are counted', async () => {
      const { connections, connectionCount } = await activity();
      const mine = connections.find(({ peer }) => peer === `127.0.0.1:${first.localPort}`);
      const other = connections.find(({ peer }) => peer === `127.0.0.1:${second.localPort}`);
      return connectionCount === 2 && mine?.bytesOut === 1000 && mine.bytesIn > 0 && other?.bytesOut === 0;
    });
    clients.forEach((client) => client.destroy());
    await eventually('they are gone', async () => (await activity()).connectionCount === 0);
  });

  it('has the round trip while connected, and the last states', async () => {
    await window.bringUp({ host: 'test-sshd', localForward: `0:127.0.0.1:${fixture.echo.port}` });
    await eventually('the server has answered', async () => {
      const { roundTripMs } = await activity();
      return roundTripMs !== undefined && roundTripMs > 0 && roundTripMs < 60_000;
    });
    await window.client.stop('user:t');
    const { history, roundTripMs } = await activity();
    assert.equal(roundTripMs, undefined);
    assert.deepEqual(
      history.map(({ status }) => status),
      ['stopped', 'stopping', 'up', 'connecting'],
    );
  });

  it('is unknown of a tunnel that is not leased', async () => {
    assert.equal(await window.client.activity('user:other'), undefined);
  });
});

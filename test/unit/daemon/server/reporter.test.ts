// Which changes of a tunnel its windows are told of. The tunnel is a fake, so that it can change between two looks at it.
import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, it } from 'mocha';
import { forwardKey } from '../../../../src/tunnels/config/forward';
import type { Forward } from '../../../../src/tunnels/config/forward';
import { Window } from '../../../../src/tunnels/daemon/server/leases';
import type { SharedTunnel, WindowChannel } from '../../../../src/tunnels/daemon/server/leases';
import { Reporter } from '../../../../src/tunnels/daemon/server/reporter';
import type { LeasedTunnel } from '../../../../src/tunnels/daemon/protocol/protocol';

describe('the reports of a tunnel', () => {
  it('tell of a connection, even if an earlier one looked the same and ended unnoticed', async () => {
    const connections = { now: 0 };
    const forward = { kind: 'local', listen: { port: 1 }, target: { host: 'h', port: 1 } } as Forward;
    const tunnel = {
      state: { status: 'up', since: 0 },
      programs: [],
      protection: [],
      get forwards() {
        return { [forwardKey(forward)]: { status: 'listening', connections: connections.now } };
      },
    };
    const shared = { tunnel, changed: false, reportedCounters: '' } as unknown as SharedTunnel;
    const window = new Window('w');
    const reported: number[] = [];
    window.channel = {
      report: (reports) => {
        reported.push(...reports.flatMap(({ forwards }) => Object.values(forwards).map(connectionsOf)));
      },
    } as WindowChannel;
    const leased = { id: 'user:t', definition: { forwards: [forward] } } as unknown as LeasedTunnel;
    window.leases.set('user:t', { window, leased, want: true, shared });
    const reporter = new Reporter({ windows: [window], tunnels: [shared], override: () => undefined });

    connections.now = 1;
    reporter.traffic();
    await nextTurn();
    connections.now = 0;
    // Something else of the tunnel has changed.
    reporter.changed(shared);
    await nextTurn();
    connections.now = 1;
    reporter.traffic();
    await nextTurn();
    assert.deepEqual(reported, [1, 0, 1]);
    reporter.traffic();
    await nextTurn();
    assert.equal(reported.length, 3, 'nothing has changed since');
  });
});

function connectionsOf(forward: unknown): number {
  return (forward as { readonly connections?: number }).connections ?? -1;
}

// The history behind the chart: rates between samples, bounded, with gaps while a tunnel is not connected.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { TrafficHistory } from '../../../src/extension/tunnels/trafficHistory';
import { forwardKey } from '../../../src/tunnels/config/forward';
import type { TunnelSnapshot } from '../../../src/tunnels/model/snapshot';
import { forward, listening, local, stopped, tunnel, up } from '../views/snapshots';

describe('the history of the traffic', () => {
  it('has the rate since the last sample, and a gap while it is not connected', () => {
    let tunnels: readonly TunnelSnapshot[] = [];
    using history = new TrafficHistory(
      () => tunnels,
      () => 0,
    );
    const receives = (bytesIn: number): void => {
      tunnels = [
        tunnel(up, { forwards: [forward(local('Database'), listening({ bytesIn, connections: 1 }))] }),
      ];
    };
    receives(5_000_000);
    history.sample(2000);
    receives(5_004_000);
    history.sample(4000);
    assert.deepEqual([...history.of('workspace:staging').moving.keys()], [forwardKey(local('Database'))]);
    history.sample(6000);
    tunnels = [tunnel(stopped)];
    history.sample(8000);
    const { samples, moving } = history.of('workspace:staging');
    assert.deepEqual(
      samples.map(({ rates }) => rates?.received),
      [0, 2000, 0, undefined],
    );
    assert.equal(moving.size, 0);
    tunnels = [];
    history.sample(10_000);
    assert.deepEqual(history.of('workspace:staging').samples, []);
  });

  it('keeps ten minutes', () => {
    using history = new TrafficHistory(
      () => [tunnel(up)],
      () => 0,
    );
    for (let at = 2000; at <= 1_200_000; at += 2000) {
      history.sample(at);
    }
    assert.equal(history.of('workspace:staging').samples.length, 300);
  });
});

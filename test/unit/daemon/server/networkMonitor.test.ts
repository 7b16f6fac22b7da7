// The network monitor: how it notices a sleep and a changed network. Clock and network are fakes; that the real ones are
// read is tested in test/integration/faults/network.test.ts.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { NetworkMonitor } from '../../../../src/tunnels/daemon/server/networkMonitor';

describe('the network monitor', () => {
  let time: number;
  let network: string;
  let seen: string[];
  let watch: NetworkMonitor;
  beforeEach(() => {
    [time, network, seen] = [1_000_000, 'eth0 10.0.0.1', []];
    watch = new NetworkMonitor({
      onEvent: (what) => seen.push(what),
      now: () => time,
      network: () => network,
    });
  });
  afterEach(() => watch[Symbol.dispose]());

  function after(milliseconds: number, changed = network): string[] {
    [time, network, seen] = [time + milliseconds, changed, []];
    watch.check();
    return seen;
  }

  it('reports nothing while nothing changes', () => {
    assert.deepEqual([after(1000), after(1010), after(2500)], [[], [], []]);
  });
  it('reports a sleep by the time that has passed', () => assert.deepEqual(after(60_000), ['wake']));
  it('does not take a busy second for a sleep', () => assert.deepEqual(after(3500), []));
  it('reports nothing when the clock is set back', () => assert.deepEqual(after(-60_000), []));
  it('reports another address', () => {
    assert.deepEqual(after(1000, 'wlan0 192.168.1.7'), ['network']);
    assert.deepEqual(after(1000), []);
  });
  it('reports a sleep and another address at once as a sleep only', () => {
    assert.deepEqual(after(60_000, 'wlan0 192.168.1.7'), ['wake']);
    assert.deepEqual(after(1000), []);
  });
  it('reports the next network, not the loss of the last one', () => {
    assert.deepEqual(after(1000, ''), []);
    assert.deepEqual(after(20_000, ''), ['wake'], 'what needs no network is looked at');
    assert.deepEqual(after(1000, 'eth0 10.0.0.1'), ['network'], 'be it the same as before');
  });
  it('reports a network that returns only after a sleep', () => {
    assert.deepEqual(after(60_000, ''), []);
    assert.deepEqual(after(1000, 'eth0 10.0.0.1'), ['network']);
  });
});

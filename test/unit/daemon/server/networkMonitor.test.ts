// How a sleep and a changed network are noticed. Time and network are made up; that the real ones are read is seen by
// test/integration/upheaval.test.ts.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { UpheavalWatch } from '../../../../src/tunnels/daemon/server/networkMonitor';

describe('UpheavalWatch', () => {
  let time: number;
  let network: string;
  let seen: string[];
  let watch: UpheavalWatch;
  beforeEach(() => {
    [time, network, seen] = [1_000_000, 'eth0 10.0.0.1', []];
    watch = new UpheavalWatch({
      onUpheaval: (what) => seen.push(what),
      now: () => time,
      network: () => network,
    });
  });
  afterEach(() => watch[Symbol.dispose]());

  function after(milliseconds: number, changed = network): string[] {
    [time, network, seen] = [time + milliseconds, changed, []];
    watch.look();
    return seen;
  }

  it('is quiet while nothing happens', () => {
    assert.deepEqual([after(1000), after(1010), after(2500)], [[], [], []]);
  });
  it('notices a sleep by the time that went by', () => assert.deepEqual(after(60_000), ['wake']));
  it('takes a busy second for no sleep', () => assert.deepEqual(after(3500), []));
  it('notices a clock that is set back by nothing', () => assert.deepEqual(after(-60_000), []));
  it('notices another address', () => {
    assert.deepEqual(after(1000, 'wlan0 192.168.1.7'), ['network']);
    assert.deepEqual(after(1000), []);
  });
  it('tells of both at once as of one', () => {
    assert.deepEqual(after(60_000, 'wlan0 192.168.1.7'), ['wake']);
    assert.deepEqual(after(1000), []);
  });
  it('waits for a network where the last has gone', () => {
    assert.deepEqual(after(1000, ''), []);
    assert.deepEqual(after(20_000, ''), ['wake'], 'what needs no network is looked at');
    assert.deepEqual(after(1000, 'eth0 10.0.0.1'), ['network'], 'be it the same as before');
  });
  it('waits for a network that is not there yet after a sleep', () => {
    assert.deepEqual(after(60_000, ''), []);
    assert.deepEqual(after(1000, 'eth0 10.0.0.1'), ['network']);
  });
});

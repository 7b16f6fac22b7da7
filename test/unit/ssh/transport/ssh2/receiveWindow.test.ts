// The receive window of a channel: its start, its renewal and its growth. By a fake clock and a fake channel.
import assert from 'node:assert/strict';
import type { ClientChannel } from 'ssh2';
import { beforeEach, describe, it } from 'mocha';
import { offeredWindow, ReceiveWindow } from '../../../../../src/tunnels/ssh/transport/ssh2/receiveWindow';

const kib = 1024;
const mib = 1024 * kib;

describe('the receive window of a channel', () => {
  let clock: number;
  let grants: number[];
  let channel: { incoming: { window: number }; outgoing: { id: number; state: string } };

  function open(roundTrip: number): ReceiveWindow {
    clock = 1000;
    grants = [];
    const channelWindowAdjust = (id: number, bytes: number): void => {
      assert.equal(id, 7);
      grants.push(bytes);
    };
    const fake = {
      _client: { _protocol: { channelWindowAdjust } },
      incoming: { window: 2 * mib },
      outgoing: { id: 7, state: 'open' },
    };
    channel = fake;
    return new ReceiveWindow(
      fake as unknown as ClientChannel,
      () => roundTrip,
      () => clock,
    );
  }

  /** What the server may have under way at once. */
  const size = (passedOn: number): number =>
    offeredWindow + grants.reduce((sum, bytes) => sum + bytes, 0) - passedOn;

  /** Passes on 16 KB at a time, at so many bytes a millisecond. */
  function stream(window: ReceiveWindow, bytes: number, rate: number): void {
    for (let done = 0; done < bytes; done += 16 * kib) {
      clock += (16 * kib) / rate;
      window.passedOn(16 * kib);
    }
  }

  describe('when it opens', () => {
    beforeEach(() => open(1));

    it('grants 64 KiB at once', () => assert.deepEqual(grants, [64 * kib]));
    it('keeps ssh2 from granting anything itself', () => assert.equal(channel.incoming.window, Infinity));
    it('is found by its channel', () => assert.ok(ReceiveWindow.of(channel) instanceof ReceiveWindow));
  });

  it('renews what has been passed on, a quarter at a time', () => {
    const window = open(1);
    window.passedOn(63 * kib);
    assert.equal(grants.length, 1);
    window.passedOn(kib);
    assert.deepEqual(grants, [64 * kib, 64 * kib]);
  });

  it('accepts what was granted and a tenth more in all, and nothing beyond', () => {
    const window = open(1);
    const granted = size(0);
    assert.equal(window.received(granted), true);
    window.passedOn(granted);
    assert.equal(window.received(granted + Math.floor(granted / 10)), true);
    assert.equal(window.received(1), false);
  });

  it('stays small for a slow reader', () => {
    const window = open(50);
    stream(window, 4 * mib, 100);
    assert.ok(size(4 * mib) <= 256 * kib);
  });

  it('stays small with a short round trip', () => {
    const window = open(0.2);
    stream(window, 16 * mib, 100_000);
    assert.ok(size(16 * mib) <= 256 * kib);
  });

  it('grows with a long round trip, up to 4 MiB', () => {
    const window = open(100);
    stream(window, 256 * mib, 100_000);
    assert.ok(size(256 * mib) > 3 * mib);
    assert.ok(size(256 * mib) <= 4 * mib);
  });

  it('does not grow for a short burst', () => {
    const window = open(1);
    clock += 0.5;
    for (let piece = 0; piece < 8; piece++) {
      window.passedOn(64 * kib);
    }
    assert.ok(size(512 * kib) <= 256 * kib);
  });

  it('grants nothing once the channel is closed', () => {
    const window = open(1);
    channel.outgoing.state = 'closing';
    window.passedOn(mib);
    assert.equal(grants.length, 1);
  });
});

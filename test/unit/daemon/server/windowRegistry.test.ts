// How many windows and leases the daemon keeps: windows that have gone make room for others.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { WindowRegistry } from '../../../../src/tunnels/daemon/server/windowRegistry';
import type { Window, WindowChannel, WindowLease } from '../../../../src/tunnels/daemon/server/leases';

function makeRegistry(): {
  readonly registry: WindowRegistry;
  readonly gone: string[];
  readonly connect: (windowId: string, tunnels?: number) => WindowChannel;
} {
  const gone: string[] = [];
  const registry = new WindowRegistry({
    onChange: () => undefined,
    onGone: ({ id }) => gone.push(id),
  });
  const connect = (windowId: string, tunnels = 0): WindowChannel => {
    const channel = {} as WindowChannel;
    registry.attach({ windowId }, channel);
    const window: Window = registry.get(windowId);
    for (let n = 0; n < tunnels; n++) {
      window.leases.set(`t${n}`, {} as WindowLease);
    }
    return channel;
  };
  return { registry, gone, connect };
}

describe('the registry of windows', () => {
  it('refuses more than 200 windows, until one of them has gone', () => {
    const { registry, gone, connect } = makeRegistry();
    const channels = Array.from({ length: 200 }, (_, n) => connect(`w${n}`));
    assert.throws(() => connect('one more'), /200 windows are connected already/);
    // A window that reconnects is none more.
    connect('w7');
    assert.ok(channels[7] && channels[8]);
    registry.detach('w7', channels[7]);
    assert.throws(() => connect('one more'), /200 windows/);
    registry.detach('w8', channels[8]);
    connect('one more');
    assert.deepEqual(gone, ['w8']);
  });

  it('ends the leases of windows that have gone, the oldest first, if others need their room', () => {
    const { registry, gone, connect } = makeRegistry();
    const channels = ['a', 'b', 'c'].map((id) => connect(id, 3000));
    connect('mine', 500);
    registry.makeRoom('mine', 1000);
    assert.deepEqual(gone, []);
    assert.throws(() => registry.makeRoom('mine', 1001), /10000 tunnels/);
    for (const [index, id] of ['a', 'b', 'c'].entries()) {
      registry.detach(id, channels[index] ?? assert.fail());
    }
    registry.makeRoom('mine', 1001);
    assert.deepEqual(gone, ['a']);
    registry.makeRoom('mine', 10_000);
    assert.deepEqual(gone, ['a', 'b', 'c']);
  });
});

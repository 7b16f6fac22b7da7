// A forward gets its port as soon as another tunnel of ours frees it, even while the port holder is being looked up.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'mocha';
import { PortBinding } from '../../../../src/tunnels/forwards/local/portBinding';
import { emptyRegistry, forwardOptions } from '../../../support/forwardOptions';

describe('the port of a forward', () => {
  it('is bound when another tunnel frees it during the port holder lookup', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const ports = emptyRegistry();
    const held = ports.register([{ host: '127.0.0.1', port }], () => ({ tunnel: 'other' }));
    const binding = new PortBinding(
      {
        kind: 'dynamic',
        listen: { bind: '127.0.0.1', port },
        label: 'proxy',
        ifPortBusy: 'fail',
      },
      forwardOptions({ ports }),
    );
    const bound = binding.bind((socket) => socket.destroy(), undefined);
    // The bind has failed by now, and the port holder is being looked up.
    await new Promise(setImmediate);
    other.close();
    await once(other, 'close');
    held[Symbol.dispose]();
    const listener = await bound;
    assert.deepEqual(listener.bound, [{ host: '127.0.0.1', port }]);
    await listener.close();
  });
});

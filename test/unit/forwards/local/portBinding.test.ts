// The place of a forward is taken in the moment in which a tunnel of ours lets go of it, also while it is being found out
// who has it.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'mocha';
import { OwnSockets } from '../../../../src/tunnels/forwards/local/ownSockets';
import { Place } from '../../../../src/tunnels/forwards/local/portBinding';
import { PortBook } from '../../../../src/tunnels/forwards/listenerRegistry';
import { SessionSource } from '../../../../src/tunnels/forwards/sessionSource';

describe('the place of a forward', () => {
  it('is taken where a tunnel lets go of it while its holder is looked for', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const ports = new PortBook({ isSpokenFor: () => false, onFree: () => undefined });
    const held = ports.hold([{ host: '127.0.0.1', port }], () => ({ tunnel: 'other' }));
    const place = new Place(
      {
        kind: 'dynamic',
        listen: { bind: '127.0.0.1', port },
        label: 'proxy',
        ifPortBusy: 'fail',
      },
      {
        sessions: new SessionSource(() => undefined),
        preferredPort: undefined,
        ownSockets: new OwnSockets('/nonexistent'),
        ports,
        holder: () => ({ tunnel: 'this' }),
        onChange: () => undefined,
        log: () => undefined,
      },
    );
    const taking = place.take((socket) => socket.destroy(), undefined);
    // It has been refused by now, and the system is asked who is in its way.
    await new Promise(setImmediate);
    other.close();
    await once(other, 'close');
    held[Symbol.dispose]();
    const listener = await taking;
    assert.deepEqual(listener.bound, [{ host: '127.0.0.1', port }]);
    await listener.close();
  });
});

// A forward that listens here: how many clients it may have while its tunnel is not connected, and its state.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'mocha';
import { ListeningForward } from '../../../../src/tunnels/forwards/local/listeningForward';
import { FairLimit } from '../../../../src/tunnels/util/fairLimit';
import { eventually } from '../../../support/eventually';
import { client } from '../../../support/targetAndClient';
import { forwardOptions } from '../../../support/forwardOptions';

describe('a forward whose clients wait for the connection', () => {
  function forward(sockets: FairLimit): ListeningForward {
    return new ListeningForward(
      { kind: 'dynamic', listen: { bind: '127.0.0.1', port: 0 }, label: 'proxy', ifPortBusy: 'fail' },
      () => Promise.resolve(),
      forwardOptions({ sockets }),
    );
  }

  const clientsOf = ({ state }: ListeningForward): number =>
    state.status === 'listening' ? state.connections : -1;

  function portOf({ state }: ListeningForward): number {
    const bound = state.status === 'listening' ? state.bound[0] : undefined;
    assert.ok(bound && 'port' in bound);
    return bound.port;
  }

  it('disconnects those beyond its bound, and leaves room for another forward', async () => {
    const sockets = new FairLimit(16);
    const [crowded, other] = [forward(sockets), forward(sockets)];
    await Promise.all([crowded.open(), other.open()]);
    const many = Array.from({ length: 20 }, () => client(portOf(crowded)));
    await eventually(
      'the surplus is gone',
      () => many.filter(({ socket }) => socket.destroyed).length === 12,
    );
    assert.equal(clientsOf(crowded), 8);

    const { socket } = client(portOf(other));
    await once(socket, 'connect');
    await eventually('it is held', () => clientsOf(other) === 1);

    const held = many.find((each) => !each.socket.destroyed);
    held?.socket.resetAndDestroy();
    await eventually('a client has gone', () => clientsOf(crowded) === 7, 9000);
    await Promise.all([crowded.close(), other.close()]);
    await Promise.all(many.map(({ done }) => done));
    socket.destroy();
  });
});

describe('a forward whose port is in use', () => {
  it('is shown as failed while it is retried, and until it listens', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address() as AddressInfo;
    const seen: string[] = [];
    const forward: ListeningForward = new ListeningForward(
      { kind: 'dynamic', listen: { bind: '127.0.0.1', port }, label: 'proxy', ifPortBusy: 'fail' },
      () => Promise.resolve(),
      forwardOptions({ onChange: () => seen.push(forward.state.status) }),
    );
    await forward.open();
    await forward.open();
    holder.close();
    await once(holder, 'close');
    await forward.open();
    await forward.close();
    assert.deepEqual(seen, ['opening', 'failed', 'failed', 'listening', 'closed']);
  });
});

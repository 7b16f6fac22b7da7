// Which clients are watched for a reset: those that are still connected.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Socket } from 'node:net';
import { describe, it } from 'mocha';
import { watchForReset } from '../../../../src/tunnels/forwards/relay/resetDetector';

describe('the reset detector', () => {
  it('stops watching a client when its connection closes', async () => {
    const socket = new Socket();
    watchForReset(socket);
    assert.equal(socket.listenerCount('close'), 1);
    socket.destroy();
    await once(socket, 'close');
    assert.equal(socket.listenerCount('close'), 0);
  });

  it('does not watch a client that closed while its target was dialled', async () => {
    const socket = new Socket().destroy();
    await once(socket, 'close');
    watchForReset(socket);
    assert.equal(socket.listenerCount('close'), 0);
  });
});

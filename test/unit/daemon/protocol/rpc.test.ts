// A message that is too long for the other side is not sent, since the other side would close the connection.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { describe, it } from 'mocha';
import { RequestType } from 'vscode-jsonrpc/node';
import { longestMessage } from '../../../../src/tunnels/daemon/protocol/boundedReader';
import { rpcOver } from '../../../../src/tunnels/daemon/protocol/rpc';
import { socketPath } from '../../../support/socketPath';
import { tempDir } from '../../../support/tempDir';

const length = new RequestType<string, number, void>('length');

describe('an RPC message that is too long', () => {
  it('is refused by the sender, and the next message arrives', async () => {
    await using dir = await tempDir('r-');
    const server = createServer().listen(socketPath(dir, 'x.sock'));
    await once(server, 'listening');
    const near = connect(socketPath(dir, 'x.sock'));
    const [far] = (await once(server, 'connection')) as [Socket];
    const [asking, answering] = [rpcOver(near), rpcOver(far)];
    answering.onRequest(length, (text) => text.length);
    asking.listen();
    answering.listen();
    try {
      await assert.rejects(asking.sendRequest(length, 'x'.repeat(longestMessage)), /too large/);
      assert.equal(
        await asking.sendRequest(length, 'x'.repeat(longestMessage - 1000)),
        longestMessage - 1000,
      );
    } finally {
      asking.dispose();
      near.destroy();
      far.destroy();
      server.close();
    }
  });
});

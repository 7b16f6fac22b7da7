// A server that starts a rekey and never finishes it: nothing can be sent meanwhile, so it has half a minute.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { hostileServer } from '../support/hostile/hostileServer';
import type { HostilePeer } from '../support/hostile/hostileServer';
import { connectTo, endOf } from '../support/hostile/sessionUnderTest';

describe("a server that doesn't finish a rekey", () => {
  it('is disconnected after 30 s', async () => {
    let peer: HostilePeer | undefined;
    await using server = await hostileServer({ onReady: (each) => (peer = each) });
    const session = await connectTo(server.port);
    const start = performance.now();
    (peer?.connection as unknown as { _protocol: { rekey(): void } })._protocol.rekey();
    peer?.intercept(() => []);
    const error = await endOf(session, 50_000);
    assert.equal(error.code, 'ConnectionLost');
    assert.match(error.detail ?? '', /started a rekey/);
    assert.ok(performance.now() - start > 29_000);
  });

  it('is disconnected after 30 s of silence if we have started it', async () => {
    await using server = await hostileServer({ onReady: (peer) => peer.intercept(() => []) });
    const start = performance.now();
    const rekeyLimit = { bytes: 1, seconds: undefined };
    const session = await connectTo(server.port, { host: { rekeyLimit } });
    const error = await endOf(session, 50_000);
    assert.equal(error.code, 'ConnectionLost');
    assert.match(error.detail ?? '', /did not answer our request for new keys/);
    assert.ok(performance.now() - start > 29_000);
  });
});

// How a client is held until there is a session, and for how long.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { SessionSource } from '../../../src/tunnels/forwards/sessionSource';
import type { SshSession } from '../../../src/tunnels/ssh/session/session';

// Nothing here looks into it.
const session: SshSession = Object.create(null) as never;
const never = new AbortController().signal;

describe('the source of sessions', () => {
  it('gives the one there is at once', async () => {
    const source = new SessionSource();
    source.set(session);
    assert.equal(await source.wait(0, never), session);
  });

  it('gives the next one to all who wait', async () => {
    const source = new SessionSource();
    const waiting = [source.wait(1000, never), source.wait(1000, never)];
    source.set(session);
    assert.deepEqual(await Promise.all(waiting), [session, session]);
  });

  it('gives up after the time', async () => {
    assert.equal(await new SessionSource().wait(5, never), undefined);
  });

  it('gives up when it is told to', async () => {
    const source = new SessionSource();
    const abort = new AbortController();
    const waiting = source.wait(60_000, abort.signal);
    abort.abort();
    assert.equal(await waiting, undefined);
    assert.equal(await source.wait(60_000, abort.signal), undefined);
  });
});

// How a client waits for an SSH session, and for how long.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { SessionSource } from '../../../src/tunnels/forwards/waitForSession';
import type { SshSession } from '../../../src/tunnels/ssh/session/session';

// Its members are not used here.
const session: SshSession = Object.create(null) as never;
const never = new AbortController().signal;

describe('waiting for an SSH session', () => {
  it('returns the current session at once', async () => {
    const source = new SessionSource();
    source.set(session);
    assert.equal(await source.wait(0, never), session);
  });

  it('returns the next session to all who wait', async () => {
    const source = new SessionSource();
    const waiting = [source.wait(1000, never), source.wait(1000, never)];
    source.set(session);
    assert.deepEqual(await Promise.all(waiting), [session, session]);
  });

  it('gives up after its time-out', async () => {
    assert.equal(await new SessionSource().wait(5, never), undefined);
  });

  it('gives up when it is aborted', async () => {
    const source = new SessionSource();
    const abort = new AbortController();
    const waiting = source.wait(60_000, abort.signal);
    abort.abort();
    assert.equal(await waiting, undefined);
    assert.equal(await source.wait(60_000, abort.signal), undefined);
  });
});

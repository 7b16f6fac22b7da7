// Pausing the time-outs during a long wait: after a second, for two minutes, and no longer than the connection lives.
import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { pauseDeadlineWhileWaiting } from '../../../../src/tunnels/ssh/auth/method';
import type { Login } from '../../../../src/tunnels/ssh/auth/method';

describe('a wait for an agent or another device', () => {
  let pauses: boolean[];
  let connection: AbortController;
  let login: Login;

  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout'] });
    pauses = [];
    connection = new AbortController();
    const prompter = { signal: connection.signal, onPromptOpen: (open: boolean) => pauses.push(open) };
    login = { prompter } as unknown as Login;
  });
  afterEach(() => mock.timers.reset());

  const never = new Promise<void>(() => undefined);

  it('pauses the time-outs after a second, for two minutes', () => {
    void pauseDeadlineWhileWaiting(login, never);
    mock.timers.tick(999);
    assert.deepEqual(pauses, []);
    mock.timers.tick(1);
    assert.deepEqual(pauses, [true]);
    mock.timers.tick(120_000);
    assert.deepEqual(pauses, [true, false]);
  });

  it('no longer pauses the time-outs when the connection ends', () => {
    void pauseDeadlineWhileWaiting(login, never);
    mock.timers.tick(1000);
    connection.abort();
    assert.deepEqual(pauses, [true, false]);
    mock.timers.tick(200_000);
    assert.deepEqual(pauses, [true, false]);
  });

  it('does not pause the time-outs if the connection has ended before', () => {
    void pauseDeadlineWhileWaiting(login, never);
    connection.abort();
    mock.timers.tick(200_000);
    assert.deepEqual(pauses, []);
  });
});

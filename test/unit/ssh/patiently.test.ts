// Waiting for an answer that may take long: time-outs stand still after a second, and no longer than the connection lives.
import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { patiently } from '../../../src/tunnels/ssh/auth/method';
import type { Login } from '../../../src/tunnels/ssh/auth/method';

describe('waiting for somebody who is asked elsewhere', () => {
  let told: boolean[];
  let connection: AbortController;
  let login: Login;

  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout'] });
    told = [];
    connection = new AbortController();
    const asking = { signal: connection.signal, onAsking: (on: boolean) => told.push(on) };
    login = { asking } as unknown as Login;
  });
  afterEach(() => mock.timers.reset());

  const never = new Promise<void>(() => undefined);

  it('holds the time-outs after a second, for two minutes', () => {
    void patiently(login, never);
    mock.timers.tick(999);
    assert.deepEqual(told, []);
    mock.timers.tick(1);
    assert.deepEqual(told, [true]);
    mock.timers.tick(120_000);
    assert.deepEqual(told, [true, false]);
  });

  it('ends with the connection, since no answer comes of that', () => {
    void patiently(login, never);
    mock.timers.tick(1000);
    connection.abort();
    assert.deepEqual(told, [true, false]);
    mock.timers.tick(200_000);
    assert.deepEqual(told, [true, false]);
  });

  it('holds nothing once the connection has ended', () => {
    void patiently(login, never);
    connection.abort();
    mock.timers.tick(200_000);
    assert.deepEqual(told, []);
  });
});

// A wait for an agent or another device: reported after some seconds, until the answer or the end of the connection.
import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { reportLongWait } from '../../../../src/tunnels/ssh/auth/method';
import type { LoginWait } from '../../../../src/tunnels/model/state';

describe('a wait for an agent or another device', () => {
  let reports: (LoginWait | undefined)[];
  let connection: AbortController;
  const prompter = {
    onWaitsFor: (waitsFor: LoginWait | undefined) => void reports.push(waitsFor),
    get signal() {
      return connection.signal;
    },
  };

  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout'] });
    reports = [];
    connection = new AbortController();
  });
  afterEach(() => mock.timers.reset());

  const never = new Promise<void>(() => undefined);

  it('is reported after three seconds, and has no end of its own', () => {
    void reportLongWait(prompter, 'device', never);
    mock.timers.tick(2999);
    assert.deepEqual(reports, []);
    mock.timers.tick(1);
    assert.deepEqual(reports, ['device']);
    mock.timers.tick(24 * 3600 * 1000);
    assert.deepEqual(reports, ['device']);
  });

  it('ends with the answer', async () => {
    let answer: (text: string) => void = () => undefined;
    const wait = reportLongWait(prompter, 'agent', new Promise<string>((resolve) => (answer = resolve)));
    mock.timers.tick(3000);
    answer('signed');
    assert.equal(await wait, 'signed');
    assert.deepEqual(reports, ['agent', undefined]);
  });

  it('is not reported when the answer comes soon', async () => {
    await reportLongWait(prompter, 'device', Promise.resolve());
    mock.timers.tick(10_000);
    assert.deepEqual(reports, []);
  });

  it('ends with the connection', () => {
    void reportLongWait(prompter, 'device', never);
    mock.timers.tick(3000);
    connection.abort();
    assert.deepEqual(reports, ['device', undefined]);
    void reportLongWait(prompter, 'device', never);
    connection.abort();
    mock.timers.tick(10_000);
    assert.deepEqual(reports, ['device', undefined]);
  });
});

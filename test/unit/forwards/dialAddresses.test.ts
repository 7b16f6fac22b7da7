// Which of the addresses of a name are tried, and when.
import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { LookupAddress } from 'node:dns';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { dialAddresses } from '../../../src/tunnels/forwards/dialAddresses';
import { FairLimit } from '../../../src/tunnels/util/fairLimit';
import { eventually } from '../../support/eventually';
import { freePort } from '../../support/freePort';
import { target } from '../../support/targetAndClient';
import { unansweredTarget } from '../../support/unansweredTarget';

const named = (...list: readonly string[]): LookupAddress[] =>
  list.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));

describe('connecting to the addresses of a name', () => {
  /** Sockets in the order in which they were made. */
  let sockets: Socket[];
  const note = (message: unknown): void => void sockets.push((message as { socket: Socket }).socket);
  const options = { signal: new AbortController().signal, share: new FairLimit(100).share() };

  beforeEach(() => {
    sockets = [];
    subscribe('net.client.socket', note);
  });
  afterEach(() => unsubscribe('net.client.socket', note));

  it('tries one that comes later as soon as an earlier one has refused', async () => {
    await using echo = await target((socket) => socket.pipe(socket));
    const socket = await dialAddresses(named('127.0.0.2', '127.0.0.3', '127.0.0.1'), echo.port, options);
    assert.equal(socket.remoteAddress, '127.0.0.1');
    assert.equal(sockets.length, 3);
    socket.destroy();
  });

  it('makes one connection if the first one accepts, even if this process is busy', async () => {
    await using echo = await target((socket) => socket.pipe(socket));
    const dialled = dialAddresses(named('127.0.0.1', '127.0.0.2'), echo.port, options);
    const busyUntil = performance.now() + 400;
    while (performance.now() < busyUntil);
    const socket = await dialled;
    assert.equal(sockets.length, 1);
    socket.destroy();
  });

  it('fails when all have refused', async () => {
    const dialled = dialAddresses(named('127.0.0.1', '127.0.0.2', '::1'), await freePort(), options);
    await assert.rejects(dialled, { code: 'ECONNREFUSED' });
    assert.equal(sockets.length, 3);
  });

  it('tries four at once at most, and ends all when it is aborted', async () => {
    await using silent = await unansweredTarget('0.0.0.0');
    sockets = [];
    const over = new AbortController();
    const many = named(...Array.from({ length: 9 }, (_, n) => `127.0.0.${n + 1}`));
    const dialled = dialAddresses(many, silent.port, { ...options, signal: over.signal });
    await eventually('four are tried', () => sockets.length === 4);
    await sleep(600);
    assert.equal(sockets.length, 4);
    over.abort(new Error('enough'));
    await assert.rejects(dialled, /enough/);
    assert.ok(sockets.every(({ destroyed }) => destroyed));
  });

  it('tries one at a time while there are too many connections', async () => {
    await using silent = await unansweredTarget('0.0.0.0');
    sockets = [];
    const over = new AbortController();
    const most = { signal: over.signal, share: new FairLimit(0).share() };
    const dialled = dialAddresses(named('127.0.0.1', '127.0.0.2'), silent.port, most);
    await sleep(600);
    assert.equal(sockets.length, 1);
    over.abort(new Error('enough'));
    await assert.rejects(dialled, /enough/);
  });

  it('ends the slower attempts when one has succeeded', async () => {
    await using silent = await unansweredTarget('127.0.0.2');
    await using echo = await target((socket) => socket.pipe(socket), '127.0.0.1', silent.port);
    sockets = [];
    const socket = await dialAddresses(named('127.0.0.2', '127.0.0.1'), echo.port, options);
    assert.equal(socket.remoteAddress, '127.0.0.1');
    assert.deepEqual(
      sockets.map(({ destroyed }) => destroyed),
      [true, false],
    );
    socket.destroy();
  });

  it('tries both kinds of addresses in turn, beginning with the first', async () => {
    await using silent = await unansweredTarget('::1');
    await using echo = await target((socket) => socket.pipe(socket), '127.0.0.1', silent.port);
    sockets = [];
    const socket = await dialAddresses(
      named('::1', '::1', '::1', '::1', '::1', '127.0.0.1'),
      echo.port,
      options,
    );
    assert.equal(sockets.length, 2);
    socket.destroy();
  });
});

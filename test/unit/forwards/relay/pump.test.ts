// The pump between two streams: what it passes on, and when it pauses.
import assert from 'node:assert/strict';
import { Duplex, PassThrough, Writable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, it } from 'mocha';
import { pump } from '../../../../src/tunnels/forwards/relay/pump';
import { BatchedWrites } from '../../../../src/tunnels/ssh/transport/ssh2/batchedWrites';
import type { ReceiveWindow } from '../../../../src/tunnels/ssh/transport/ssh2/receiveWindow';
import { SendBackpressure } from '../../../../src/tunnels/ssh/transport/ssh2/sendBackpressure';

const kib = 1024;

/** Accepts nothing until it is released. */
function blockedSink(): { sink: Writable; release: () => void } {
  const waiting: (() => void)[] = [];
  const sink = new Writable({ highWaterMark: 1, write: (_data, _encoding, done) => void waiting.push(done) });
  return {
    sink,
    release: () => waiting.splice(0).forEach((done) => done()),
  };
}

function source(): Duplex {
  return new Duplex({ read: () => undefined, write: (_data, _encoding, done) => done() });
}

describe('the pump', () => {
  it('passes on all bytes in order, counts them, and passes on the end', async () => {
    const [from, to] = [new PassThrough(), new PassThrough()];
    let counted = 0;
    pump(from, to, { count: (bytes) => (counted += bytes), batchedWrites: new BatchedWrites(to) });
    for (const word of ['one ', 'two ', 'three']) {
      from.write(word);
    }
    from.end();
    const chunks: Buffer[] = [];
    for await (const chunk of to) {
      chunks.push(chunk as Buffer);
    }
    assert.equal(Buffer.concat(chunks).toString(), 'one two three');
    assert.equal(counted, 13);
  });

  it('pauses while much is buffered for the other side, and then goes on', async () => {
    const from = source();
    const { sink, release } = blockedSink();
    pump(from, sink, { count: () => undefined });
    for (let piece = 0; piece < 4; piece++) {
      assert.equal(from.isPaused(), false);
      from.push(Buffer.alloc(64 * kib));
      await turn();
    }
    assert.equal(from.isPaused(), true);
    for (let piece = 0; piece < 4; piece++) {
      release();
      await turn();
    }
    assert.equal(from.isPaused(), false);
  });

  it('never pauses with a receive window, which learns what the other side has taken', async () => {
    const from = source();
    const { sink, release } = blockedSink();
    let passedOn = 0;
    const window = { passedOn: (bytes: number) => (passedOn += bytes) } as unknown as ReceiveWindow;
    pump(from, sink, { count: () => undefined, window });
    for (let piece = 0; piece < 8; piece++) {
      from.push(Buffer.alloc(64 * kib));
      await turn();
    }
    assert.equal(from.isPaused(), false);
    assert.equal(passedOn, 0);
    release();
    await turn();
    assert.equal(passedOn, 64 * kib);
  });

  it('pauses while the send gate is closed', async () => {
    const from = source();
    const { sink: socket, release } = blockedSink();
    socket.write(Buffer.alloc(5 * 1024 * kib));
    pump(from, new PassThrough(), { count: () => undefined, gate: new SendBackpressure(socket) });
    from.push('something');
    await turn();
    assert.equal(from.isPaused(), true);
    release();
    await turn();
    assert.equal(from.isPaused(), false);
  });
});

describe('batched writes', () => {
  it('gathers the writes of one callback into one, up to a limit', async () => {
    const batches: number[] = [];
    const socket = new Writable({
      highWaterMark: 1,
      write: (_data, _encoding, done) => {
        batches.push(1);
        done();
      },
      writev: (chunks, done) => {
        batches.push(chunks.length);
        done();
      },
    });
    const writes = new BatchedWrites(socket);
    const write = (bytes: number): void => {
      writes.hold();
      socket.write(Buffer.alloc(bytes));
    };
    [4, 100, 16].forEach(write);
    assert.deepEqual(batches, []);
    await turn();
    assert.deepEqual(batches, [3]);
    [200 * kib, 100 * kib, 1, 1].forEach(write);
    assert.deepEqual(batches, [3, 2]);
    await turn();
    assert.deepEqual(batches, [3, 2, 2]);
  });
});

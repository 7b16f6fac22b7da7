// The send gate before the SSH socket: closed while the socket is full, and while keys are renewed.
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { beforeEach, describe, it } from 'mocha';
import { SendBackpressure } from '../../../../../src/tunnels/ssh/transport/ssh2/sendBackpressure';

class Sink extends EventEmitter {
  writableLength = 0;

  drain(): void {
    this.writableLength = 0;
    this.emit('drain');
  }
}

const full = 5 * 1024 * 1024;

describe('the send gate of a session', () => {
  let sink: Sink;
  let gate: SendBackpressure;
  let opened: number;
  const wait = (): void => gate.onceOpen(() => opened++);

  beforeEach(() => {
    sink = new Sink();
    gate = new SendBackpressure(sink);
    opened = 0;
  });

  it('opens for all who wait, once, when the socket has drained', () => {
    sink.writableLength = full;
    assert.equal(gate.closed, true);
    wait();
    wait();
    assert.equal(opened, 0);
    sink.drain();
    assert.equal(opened, 2);
    sink.drain();
    assert.equal(opened, 2);
    assert.equal(gate.closed, false);
  });
  it('is closed while it is held', () => {
    gate.hold();
    assert.equal(gate.closed, true);
    wait();
    assert.equal(opened, 0);
    gate.release();
    assert.equal(opened, 1);
    assert.equal(gate.closed, false);
  });
  it('stays closed while it is held, even if the socket drains', () => {
    sink.writableLength = full;
    wait();
    gate.hold();
    sink.drain();
    assert.equal(opened, 0);
    gate.release();
    assert.equal(opened, 1);
  });
  it('stays closed while the socket is full, even if it is released', () => {
    gate.hold();
    wait();
    sink.writableLength = full;
    gate.release();
    assert.equal(opened, 0);
    sink.drain();
    assert.equal(opened, 1);
  });
});

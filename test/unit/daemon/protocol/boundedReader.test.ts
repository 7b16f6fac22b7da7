// Messages over the private socket, whole or in pieces. Anything that isn't a message ends the connection.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Socket } from 'node:net';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { BoundedReader, longestMessage } from '../../../../src/tunnels/daemon/protocol/boundedReader';
import { assertLinear, growth } from '../../../support/growth';

const message = { jsonrpc: '2.0', method: 'x', params: { text: 'é "[[[{{{" \\', list: [[1], [{ a: 2 }]] } };

function framed(json: string): Buffer {
  return Buffer.from(`Content-Length: ${Buffer.byteLength(json)}\r\n\r\n${json}`);
}

function nested(depth: number): string {
  return `{"jsonrpc":"2.0","method":"x","params":${'['.repeat(depth)}${']'.repeat(depth)}}`;
}

describe('the message reader', () => {
  let socket: Socket;
  let heard: unknown[];
  let errors: string[];
  beforeEach(() => {
    // Never connected: what is emitted is what has receive.
    socket = new Socket();
    heard = [];
    errors = [];
    const reader = new BoundedReader(socket);
    reader.onError((error) => errors.push(error.message));
    reader.listen((one) => heard.push(one));
  });
  afterEach(() => socket.destroy());

  const receive = (data: Buffer): boolean => socket.emit('data', data);

  it('reads several messages that arrive at once', () => {
    const one = framed(JSON.stringify(message));
    receive(Buffer.concat([one, one, one]));
    assert.deepEqual(heard, [message, message, message]);
  });

  it('reads messages that arrive byte by byte', () => {
    for (const byte of Buffer.concat([
      framed(JSON.stringify(message)),
      framed(JSON.stringify({ ...message, id: 1 })),
    ])) {
      receive(Buffer.of(byte));
    }
    assert.deepEqual(heard, [message, { ...message, id: 1 }]);
    assert.deepEqual(errors, []);
  });

  it('reads a message of the longest length, and one nested 60 deep', () => {
    const padding = longestMessage - JSON.stringify({ ...message, params: '' }).length;
    const long = { ...message, params: 'x'.repeat(padding) };
    receive(framed(JSON.stringify(long)));
    receive(framed(nested(60)));
    assert.equal(heard.length, 2);
  });

  it('accepts other headers, and headers in lower case', () => {
    const json = JSON.stringify(message);
    receive(Buffer.from(`Content-Type: x\r\ncontent-length:${Buffer.byteLength(json)}\r\n\r\n${json}`));
    assert.deepEqual(heard, [message]);
  });

  const refused: readonly (readonly [name: string, data: Buffer | string])[] = [
    ['no header', 'x'.repeat(600)],
    ['a header without an end', Buffer.alloc(70_000, 'Content-Length: 5\r\n')],
    ['a header without a length', 'Content-Type: x\r\n\r\n{}'],
    ['a length that is no number', 'Content-Length: five\r\n\r\n{}'],
    ['a negative length', 'Content-Length: -5\r\n\r\n{}'],
    ['a length of zero', 'Content-Length: 0\r\n\r\n'],
    ['a length above the limit', `Content-Length: ${longestMessage + 1}\r\n\r\n{`],
    ['a length of 400 digits', `Content-Length: ${'9'.repeat(400)}\r\n\r\n{`],
    ['invalid JSON', framed('{"jsonrpc":"2.0",')],
    ['another version of JSON-RPC', framed('{"jsonrpc":"1.0","method":"x"}')],
    ['a batch', framed(`[${JSON.stringify(message)}]`)],
    ...['null', '5', '"x"', '{}', 'true'].map((json) => [`the value ${json}`, framed(json)] as const),
    ['a message nested too deeply', framed(nested(65))],
    ['a message nested far too deeply', framed('['.repeat(longestMessage))],
    ['a message nested too deeply after escaped quotes', framed(nested(65).replace('"x"', '"\\\\\\"["'))],
  ];
  for (const [name, data] of refused) {
    it(`ends the connection at ${name}`, async () => {
      const closed = once(socket, 'close');
      receive(Buffer.from(data));
      assert.equal(errors.length, 1);
      receive(framed(JSON.stringify(message)));
      assert.equal(errors.length, 1);
      assert.deepEqual(heard, []);
      assert.equal(socket.destroyed, true);
      await closed;
    });
  }

  describe('in processor time', () => {
    const text = (size: number): Buffer =>
      framed(JSON.stringify({ ...message, params: '\\'.repeat(size / 2) }));
    const read = (data: Buffer): void => {
      using other = new Other();
      for (let at = 0; at < data.length; at += 16_384) {
        other.emit('data', data.subarray(at, at + 16_384));
      }
    };

    it('reads a long message in many pieces in linear time', () => {
      assertLinear(2_000_000, text, read);
    });

    it('refuses a deeply nested message before parsing it', () => {
      const size = 2_000_000;
      const times = growth(text(size), framed('['.repeat(size)), read, 1.5);
      assert.ok(times < 1.5, `${times.toFixed(1)} times as much`);
    });
  });

  it('ends the connection when the handling of a message throws', () => {
    const reader = new BoundedReader(socket);
    reader.onError(({ message: text }) => errors.push(text));
    reader.listen(() => {
      throw new Error('handler failed');
    });
    receive(framed(JSON.stringify(message)));
    assert.deepEqual(errors, ['handler failed']);
    assert.equal(socket.destroyed, true);
  });
});

/** Another socket with a reader, whose messages are ignored. For `using`. */
class Other extends Socket implements Disposable {
  constructor() {
    super();
    const reader = new BoundedReader(this);
    reader.onError(() => undefined);
    reader.listen(() => undefined);
  }

  [Symbol.dispose](): void {
    this.destroy();
  }
}

// What a client of the proxy can send, and which target it gets.
import type { Random } from '../random';

/** Two ports of 127.0.0.1. */
export interface Places {
  /** Requests that must be served name this one. */
  readonly good: number;
  /** Requests that must be refused name this one: no client may ever connect to it. */
  readonly bad: number;
}

export interface Handshake {
  readonly title: string;
  readonly bytes: Buffer;
  /** A valid request, which gets its answer; undefined: the proxy may do either. */
  readonly served?: 'echo' | 'end' | 'page' | undefined;
  /** How the client reads what comes back; default: `all`, at once. Who never reads, leaves. */
  readonly reads?: 'all' | 'slowly' | 'never';
}

export type Maker = (random: Random, places: Places) => Handshake;

/** What follows a valid request, and comes back. */
export const token = 'past the handshake';

export function portBytes(port: number): readonly number[] {
  return [port >> 8, port & 255];
}

/** Valid requests, for a given port. */
export const proper: Readonly<Record<string, (port: number) => Buffer>> = {
  'SOCKS 4': (port) => Buffer.from([4, 1, ...portBytes(port), 127, 0, 0, 1, 0x6d, 0x65, 0]),
  'SOCKS 4a': (port) =>
    Buffer.concat([Buffer.from([4, 1, ...portBytes(port), 0, 0, 0, 1, 0]), Buffer.from('localhost\0')]),
  'SOCKS 5': (port) => Buffer.from([5, 1, 0, 5, 1, 0, 1, 127, 0, 0, 1, ...portBytes(port)]),
  'SOCKS 5 with a name': (port) => named5('localhost', port),
  'SOCKS 5 with every method': (port) =>
    Buffer.concat([
      Buffer.from([5, 255, ...Array.from({ length: 255 }, (_, method) => method)]),
      named5('127.0.0.1', port).subarray(3),
    ]),
  CONNECT: (port) =>
    Buffer.from(
      `CONNECT 127.0.0.1:${port} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nX-Long: ${'y'.repeat(40)}\r\n\r\n`,
    ),
  GET: (port) =>
    Buffer.from(
      `GET http://127.0.0.1:${port}/page?q HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAccept: */*\r\n\r\n`,
    ),
};

export function named5(name: string | Buffer, port: number, length = name.length): Buffer {
  return Buffer.concat([
    Buffer.from([5, 1, 0, 5, 1, 0, 3, length & 255]),
    Buffer.from(name as string, 'latin1'),
    Buffer.from(portBytes(port)),
  ]);
}

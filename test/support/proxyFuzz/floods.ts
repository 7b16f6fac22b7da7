// Clients of a proxy that send many requests at once, or read slowly, or not at all.
import type { Random } from '../random';
import { proper, token } from './handshake';
import type { Handshake, Maker, Places } from './handshake';

const crlf = '\r\n';
const kilobyte = 1024;

function get(port: number, path = '/page'): string {
  return `GET http://127.0.0.1:${port}${path} HTTP/1.1${crlf}Host: 127.0.0.1:${port}${crlf}${crlf}`;
}

/** Mostly few: each takes a connection to the target. */
function someRequests(random: Random): number {
  return random.chance(0.03) ? random.int(500, 5000) : random.int(2, 30);
}

export const floods: Readonly<Record<string, Maker>> = {
  'pipelined requests': (random, { good }) => ({
    title: 'pipelined requests',
    bytes: Buffer.from(get(good).repeat(random.int(2, 20))),
    served: 'page',
  }),
  'pipelined requests, answers unread': (random, { good }) => ({
    title: 'pipelined requests, answers unread',
    bytes: Buffer.from(get(good).repeat(someRequests(random))),
    reads: 'never',
  }),
  'pipelined requests, read slowly': (random, { good }) => ({
    title: 'pipelined requests, read slowly',
    bytes: Buffer.from(get(good).repeat(random.int(2, 20))),
    served: 'page',
    reads: 'slowly',
  }),
  'pipelined bodies': (random, { good }) => {
    const body = 'x'.repeat(random.pick([0, 1, 5, 4000]));
    const reads = random.pick(['slowly', 'never'] as const);
    const post = `POST http://127.0.0.1:${good}/page HTTP/1.1${crlf}Host: x${crlf}Content-Length: ${body.length}${crlf}${crlf}${body}`;
    return {
      title: 'pipelined bodies',
      // A thousand requests, one after another, may take a slow reader longer than the test waits.
      bytes: Buffer.from(post.repeat(reads === 'never' ? someRequests(random) : random.int(2, 30))),
      reads,
    };
  },
  'a mix of pipelined requests': (random, places) => mixOf(random, places),
  'much data, never read': (random, { good }) => ({
    title: 'much data, never read',
    bytes: Buffer.concat([
      request(random, good),
      Buffer.alloc(random.int(1, 512) * kilobyte, random.pick(['a', '\r\n', '\0'])),
    ]),
    reads: 'never',
  }),
  'data read slowly': (random, { good }) => ({
    title: 'data read slowly',
    bytes: Buffer.concat([request(random, good), Buffer.alloc(random.int(1, 64) * kilobyte, 'a')]),
    served: 'echo',
    reads: 'slowly',
  }),
  'a handshake again and again': (random, { good }) => ({
    title: 'a handshake again and again',
    bytes: Buffer.concat(Array<Buffer>(someRequests(random)).fill(request(random, good))),
    reads: random.pick(['all', 'slowly', 'never']),
  }),
};

function request(random: Random, port: number): Buffer {
  const names = ['SOCKS 4', 'SOCKS 4a', 'SOCKS 5', 'SOCKS 5 with a name', 'CONNECT'] as const;
  return proper[random.pick(names)]?.(port) ?? Buffer.alloc(0);
}

function mixOf(random: Random, { good }: Places): Handshake {
  const connect = `CONNECT 127.0.0.1:${good} HTTP/1.1${crlf}Host: x${crlf}${crlf}`;
  const mixed = Array.from({ length: random.int(2, 12) }, () =>
    random.pick([
      get(good),
      get(good, '/page?'.padEnd(random.int(10, 9000), 'q')),
      connect,
      `GET / HTTP/1.1${crlf}${crlf}`,
      `OPTIONS * HTTP/1.1${crlf}Host: x${crlf}${crlf}`,
      `HEAD http://127.0.0.1:${good}/page HTTP/1.1${crlf}Host: x${crlf}${crlf}`,
      `GET http://127.0.0.1:${good}/page HTTP/1.1${crlf}Host: x${crlf}Connection: close${crlf}${crlf}`,
      `GET http://127.0.0.1:${good}/page HTTP/1.1${crlf}Host: x${crlf}Expect: 100-continue${crlf}${crlf}`,
      `GET http://127.0.0.1:${good}/page HTTP/1.1${crlf}Host: x${crlf}Upgrade: h2c${crlf}Connection: upgrade${crlf}${crlf}`,
      crlf.repeat(3),
      token,
    ]),
  );
  // Whatever follows a CONNECT goes to the target as it is, and would count there as an unclear request of the proxy.
  const parts = mixed.includes(connect) ? [...mixed.slice(0, mixed.indexOf(connect) + 1), token] : mixed;
  return {
    title: 'a mix of pipelined requests',
    bytes: Buffer.from(parts.join('')),
    reads: random.pick(['slowly', 'never']),
  };
}

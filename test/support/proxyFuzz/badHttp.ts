// HTTP requests that a proxy must refuse, or must not read as two.
import { token } from './handshake';
import type { Maker } from './handshake';

const crlf = '\r\n';

export const badHttp: Readonly<Record<string, Maker>> = {
  'CONNECT to what is no authority': (random, { bad }) =>
    of(
      `CONNECT ${random.pick([
        '127.0.0.1',
        '127.0.0.1:',
        `:${bad}`,
        '127.0.0.1:0',
        '127.0.0.1:65536',
        '127.0.0.1:99999999',
        `127.0.0.1:${bad}/path`,
        `me@127.0.0.1:${bad}`,
        `http://127.0.0.1:${bad}`,
        `[127.0.0.1:${bad}`,
        `127.0.0.1:+${bad}`,
        `127.0.0.1:${bad}:${bad}`,
        '/',
        '*',
        `${'a'.repeat(300)}:${bad}`,
        `a\tb:${bad}`,
      ])} HTTP/1.1`,
      'Host: x',
    ),
  'a scheme that is not ours': (random, { bad }) => {
    const scheme = random.pick([
      'file:',
      'ftp:',
      'https:',
      'ws:',
      'gopher:',
      'javascript:',
      'HTTPX:',
      'data:',
      '',
    ]);
    return of(`GET ${scheme}//127.0.0.1:${bad}/etc/passwd HTTP/1.1`, `Host: 127.0.0.1:${bad}`);
  },
  'a path alone': (random, { bad }) =>
    of(`GET ${random.pick(['/', '*', '//', '/http://127.0.0.1/'])} HTTP/1.1`, `Host: 127.0.0.1:${bad}`),
  'an address that is none': (random) =>
    of(
      `GET ${random.pick(['http://', 'http://:80/', 'http://[::1/', 'http://127.0.0.1:99999/', 'http://a b/', 'http://%00/'])} HTTP/1.1`,
      'Host: x',
    ),
  'a version that there is not': (random, { bad }) =>
    of(
      `CONNECT 127.0.0.1:${bad} ${random.pick(['HTTP/9.9', 'HTTP', 'http/1.1', 'RTSP/1.0', 'HTTP/1.1 x'])}`,
      'Host: x',
    ),
  'a method that there is not': (random, { bad }) =>
    of(
      `${random.pick(['CONNEC', 'CONNECTT', 'GE', 'FOO', 'A'.repeat(5000)])} 127.0.0.1:${bad} HTTP/1.1`,
      'Host: x',
    ),
  'no end of line': (random) => ({
    title: 'no end of line',
    bytes: Buffer.from(`CONNECT ${'a'.repeat(random.int(1, 100_000))}`),
  }),
  'headers without an end': (random, { bad }) => ({
    title: 'headers without an end',
    bytes: Buffer.from(
      `CONNECT 127.0.0.1:${bad} HTTP/1.1${crlf}${'X-More: and more of them\r\n'.repeat(random.int(1, 3000))}`,
    ),
  }),
  'a header that is none': (random, { bad }) =>
    of(
      `CONNECT 127.0.0.1:${bad} HTTP/1.1`,
      random.pick(['no colon', ': no name', 'a\0b: c', 'a b: c', 'a: \0', 'x: y\rz', '\x80: x', 'X : y']),
    ),
  'a length that is none': (random, { bad }) =>
    of(
      `POST http://127.0.0.1:${bad}/ HTTP/1.1`,
      'Host: x',
      `Content-Length: ${random.pick(['-1', '+5', '1e3', '0x10', 'abc', '99999999999999999999999', '5, 6', ''])}`,
    ),
  'two lengths': (_, { bad }) =>
    of(`POST http://127.0.0.1:${bad}/ HTTP/1.1`, 'Host: x', 'Content-Length: 5', 'Content-Length: 6'),
  'a length and chunks': (random, { bad }) =>
    requestSmuggling(bad, [
      `POST http://127.0.0.1:${bad}/ HTTP/1.1`,
      ...random.pick([
        ['Content-Length: 4', 'Transfer-Encoding: chunked'],
        ['Transfer-Encoding: chunked', 'Content-Length: 4'],
        ['Transfer-Encoding: identity, chunked', 'Content-Length: 4'],
        ['Transfer-Encoding: xchunked', 'Content-Length: 4'],
      ]),
    ]),
  'invalid chunks': (random, { good }) => ({
    title: 'invalid chunks',
    bytes: Buffer.from(
      [
        `POST http://127.0.0.1:${good}/page HTTP/1.1`,
        'Transfer-Encoding: chunked',
        '',
        random.pick([
          'zz\r\nhello',
          '-5\r\nhello',
          'fffffffffffffffff\r\n',
          '5\r\nhelloo\r\n0',
          '5 5\r\nhello\r\n0\r\n\r\n',
        ]),
      ].join(crlf),
    ),
  }),
  'a second request within the body of the first': (random, { good, bad }) => {
    const inner = `GET http://127.0.0.1:${bad}/ HTTP/1.1${crlf}Host: x${crlf}${crlf}`;
    const method = random.pick(['GET', 'POST', 'DELETE', 'PUT']);
    const framed = random.chance(0.5)
      ? [`Content-Length: ${inner.length}`, '', inner]
      : ['Transfer-Encoding: chunked', '', inner.length.toString(16), inner, '0', '', ''];
    return {
      title: 'a second request within the body of the first',
      bytes: Buffer.from(
        [`${method} http://127.0.0.1:${good}/page HTTP/1.1`, 'Host: x', ...framed].join(crlf),
      ),
      served: 'page',
    };
  },
  'nonsense after a request': (random, { good }) => ({
    title: 'nonsense after a request',
    bytes: Buffer.concat([
      Buffer.from(`GET http://127.0.0.1:${good}/page HTTP/1.1${crlf}Host: x${crlf}${crlf}`),
      random.bytes(random.int(1, 3000)),
    ]),
  }),
  'lower case': (_, { bad }) => of(`connect 127.0.0.1:${bad} HTTP/1.1`, 'Host: x'),
};

/** By its length it contains a second request, by its chunks only one. */
function requestSmuggling(bad: number, head: readonly string[]): ReturnType<Maker> {
  const inner = `GET http://127.0.0.1:${bad}/ HTTP/1.1${crlf}Host: x${crlf}${crlf}`;
  const text = [...head, '', inner.length.toString(16), `${inner}${token}`, '0', '', ''].join(crlf);
  return { title: 'a length and chunks', bytes: Buffer.from(text) };
}

function of(...lines: readonly string[]): ReturnType<Maker> {
  return {
    title: lines.join(' | ').slice(0, 120),
    bytes: Buffer.from([...lines, '', ''].join(crlf), 'latin1'),
  };
}

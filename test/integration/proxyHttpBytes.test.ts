// What the HTTP proxy changes in a message, byte by byte: the request that arrives at a target, and the answer that
// arrives at the client. For a dynamic and a reverse dynamic forward.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { after, before, describe, it } from 'mocha';
import { eventually } from '../support/eventually';
import { startSshd } from '../support/sshd';
import type { Sshd } from '../support/sshd';
import { client, target } from '../support/targetAndClient';
import type { TargetServer } from '../support/targetAndClient';
import { tempDir } from '../support/tempDir';
import { TestWindow, testDaemon } from '../support/testWindow';
import type { TestDaemon } from '../support/testWindow';

const run = promisify(execFile);
const end = '\r\n\r\n';
const ok = `HTTP/1.1 200 OK\r\nContent-Length: 2${end}ok`;
/** What the proxy adds to an answer: fields about its own connection with the client. */
const keepAlive = 'Connection: keep-alive\r\nKeep-Alive: timeout=60';

describe('the HTTP proxy of a', () => {
  let daemon: TestDaemon;
  let sshd: Sshd;
  let window: TestWindow;
  let raw: TargetServer;
  /** HOST:PORT of the target. */
  let at: string;
  /** All that the target has received, one text for each connection. */
  let arrived: string[] = [];
  /** What the target does when a head has arrived. */
  let answer: (socket: Socket, head: string) => void = () => undefined;

  before(async () => {
    [daemon, sshd] = await Promise.all([testDaemon(), startSshd({ config: ['PermitOpen any'] })]);
    window = await TestWindow.open(daemon, sshd);
    raw = await target((socket) => {
      // A connection of an earlier test may still be sending.
      const ours = arrived;
      const nth = ours.push('') - 1;
      socket.on('data', (data: Buffer) => {
        const before = ours[nth] ?? '';
        const now = before + data.toString('latin1');
        ours[nth] = now;
        if (!before.includes(end) && now.includes(end)) {
          answer(socket, now);
        }
      });
      socket.on('end', () => socket.end());
    });
    at = `127.0.0.1:${raw.port}`;
    await window.bringUp({ host: 'test-sshd', dynamicForward: 0, remoteForward: '0' });
  });
  after(async () => {
    await window.lease();
    window.disconnect();
    await raw[Symbol.asyncDispose]();
    await daemon[Symbol.asyncDispose]();
    await sshd.stop();
  });

  function answering(text: string): void {
    arrived = [];
    answer = (socket) => void socket.end(Buffer.from(text, 'latin1'));
  }

  for (const [index, kind] of ['reverse dynamic forward', 'dynamic forward'].entries()) {
    describe(kind, () => {
      /** Sends bytes, and receives until the text is there, or until the proxy closes. */
      async function talk(bytes: string, until?: RegExp): Promise<string> {
        const { socket, done } = client(window.port(index));
        let heard = '';
        socket.on('data', (data: Buffer) => (heard += data.toString('latin1')));
        socket.on('end', () => socket.end());
        socket.write(Buffer.from(bytes, 'latin1'));
        if (until) {
          await eventually(`${String(until)} is received`, () => {
            assert.ok(until.test(heard) || !socket.destroyed, `closed after ${JSON.stringify(heard)}`);
            return until.test(heard);
          });
          socket.destroy();
        }
        await done;
        return heard;
      }

      /** @returns what has arrived at the target */
      async function sent(bytes: string, text = ok): Promise<string> {
        answering(text);
        await talk(bytes, /ok$/);
        assert.equal(arrived.length, 1, arrived.join('\n---\n'));
        return arrived[0] ?? '';
      }

      const targets: Readonly<Record<string, string>> = {
        '/': '/',
        '': '/',
        '?a=b': '/?a=b',
        '/a/%2e%2e/b': '/a/%2e%2e/b',
        '/a/../b/./c//d/..': '/a/../b/./c//d/..',
        '/%zz%': '/%zz%',
        '/a|b^c`d{e}f"g\\h<i>': '/a|b^c`d{e}f"g\\h<i>',
        "/?x='1'&y=%0d%0a&z=a?b/../c": "/?x='1'&y=%0d%0a&z=a?b/../c",
        '/http://127.0.0.1/': '/http://127.0.0.1/',
      };
      for (const [received, expected] of Object.entries(targets)) {
        it(`sends the path and query "${received}" to the target as ${expected}`, async () => {
          const request = await sent(`GET http://${at}${received} HTTP/1.1\r\nHost: x${end}`);
          assert.equal(request, `GET ${expected} HTTP/1.1\r\nHost: ${at}\r\nConnection: close${end}`);
        });
      }

      it('sends OPTIONS without a path as OPTIONS *', async () => {
        const request = await sent(`OPTIONS http://${at} HTTP/1.1\r\nHost: x${end}`);
        assert.match(request, /^OPTIONS \* HTTP\/1\.1\r\n/);
        const query = await sent(`OPTIONS http://${at}/?q HTTP/1.1\r\nHost: x${end}`);
        assert.match(query, /^OPTIONS \/\?q HTTP\/1\.1\r\n/);
      });

      it('keeps the names, values, order and bytes of fields, and the spelling of the host', async () => {
        const port = String(raw.port);
        const request = await sent(
          `GET http://LocalHost:0${port}/ HTTP/1.1\r\nx-B:  \xc3\xa9\xff \r\nhOST: x\r\nX-a: 1,2\r\nX-B:\r\ncookie: a=1\r\ncookie: b=2${end}`,
        );
        assert.equal(
          request,
          `GET / HTTP/1.1\r\nx-B: \xc3\xa9\xff\r\nhOST: LocalHost:0${port}\r\nX-a: 1,2\r\nX-B: \r\ncookie: a=1\r\ncookie: b=2\r\nConnection: close${end}`,
        );
        answering(
          `HTTP/1.1 200 F\xfcr\r\nset-cookie: b=\xff\r\nDATE: x\r\nSet-Cookie: a\r\ncontent-LENGTH: 2${end}ok`,
        );
        assert.equal(
          await talk(`GET http://${at}/ HTTP/1.1\r\nHost: x${end}`, /ok$/),
          `HTTP/1.1 200 F\xfcr\r\nset-cookie: b=\xff\r\nDATE: x\r\nSet-Cookie: a\r\ncontent-LENGTH: 2\r\n${keepAlive}${end}ok`,
        );
      });

      it("doesn't let Connection remove the fields that frame a message", async () => {
        const inner = `GET http://${at}/inner HTTP/1.1\r\nHost: x${end}`;
        const options = 'Connection: content-length, Transfer-Encoding, HOST, x-mine\r\nX-Mine: 1';
        const length = await sent(
          `GET http://${at}/ HTTP/1.1\r\nHost: x\r\n${options}\r\nContent-Length: ${inner.length}${end}${inner}`,
        );
        assert.equal(
          length,
          `GET / HTTP/1.1\r\nHost: ${at}\r\nContent-Length: ${inner.length}\r\nConnection: close${end}${inner}`,
        );
        const chunked = await sent(
          `POST http://${at}/ HTTP/1.1\r\nHost: x\r\n${options}\r\ntransfer-encoding: Chunked${end}2;x=y\r\nhi\r\n0${end}`,
        );
        assert.equal(
          chunked,
          `POST / HTTP/1.1\r\nHost: ${at}\r\ntransfer-encoding: Chunked\r\nConnection: close${end}2\r\nhi\r\n0${end}`,
        );
        answering(
          `HTTP/1.1 200 OK\r\nConnection: content-length, X-Theirs\r\nX-Theirs: 1\r\nContent-Length: 2${end}ok`,
        );
        assert.equal(
          await talk(`GET http://${at}/ HTTP/1.1\r\nHost: x${end}`, /ok$/),
          `HTTP/1.1 200 OK\r\nContent-Length: 2\r\n${keepAlive}${end}ok`,
        );
      });

      it('passes on the length of a message with thousands of fields', async () => {
        const many = 'a:\r\n'.repeat(2500);
        const request = await sent(
          `GET http://${at}/ HTTP/1.1\r\nHost: x\r\n${many}Content-Length: 2${end}hi`,
        );
        assert.match(request, /a: \r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi$/);
        answering(`HTTP/1.1 200 OK\r\n${many}Content-Length: 2${end}ok`);
        const heard = await talk(`GET http://${at}/ HTTP/1.1\r\nHost: x${end}`, /ok$/);
        assert.match(heard, /a: \r\nContent-Length: 2\r\nConnection: /);
      });

      it('sends a request without a body with the length 0, if its method may have one', async () => {
        const post = await sent(`POST http://${at}/ HTTP/1.1\r\nHost: x${end}`);
        assert.equal(post, `POST / HTTP/1.1\r\nHost: ${at}\r\nContent-Length: 0\r\nConnection: close${end}`);
        const remove = await sent(`DELETE http://${at}/ HTTP/1.1\r\nHost: x${end}`);
        assert.equal(remove, `DELETE / HTTP/1.1\r\nHost: ${at}\r\nConnection: close${end}`);
      });

      it('passes on trailers both ways, but none that would change the framing', async () => {
        answering(
          `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum${end}2\r\nok\r\n0\r\nX-Sum: 1\r\nHost: y${end}`,
        );
        const heard = await talk(
          `POST http://${at}/ HTTP/1.1\r\nHost: x\r\nTE: trailers, deflate\r\nConnection: TE\r\nTrailer: X-T\r\nTransfer-Encoding: chunked${end}2\r\nhi\r\n0\r\nX-T: \xff\r\nHost: y${end}`,
          /X-Sum: 1\r\n\r\n$/,
        );
        assert.equal(
          heard,
          `HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\n${keepAlive}\r\nTransfer-Encoding: chunked${end}2\r\nok\r\n0\r\nX-Sum: 1${end}`,
        );
        await eventually(
          'the whole request arrives',
          () => arrived[0]?.endsWith(`0\r\nX-T: \xff${end}`) ?? false,
        );
        assert.match(
          arrived[0] ?? '',
          /\r\nTrailer: X-T\r\n[^]*\r\nTE: trailers\r\nConnection: close, TE\r\n\r\n/,
        );
      });

      it('lets the target decide about Expect: 100-continue', async () => {
        const head = `POST http://${at}/ HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5${end}`;
        answering(`HTTP/1.1 417 No${end}`);
        assert.match(await talk(head), /^HTTP\/1\.1 417 No\r\n/);
        assert.match(arrived[0] ?? '', /\r\nExpect: 100-continue\r\n/);

        arrived = [];
        answer = (socket) => {
          socket.write(`HTTP/1.1 100 Continue${end}`);
          socket.on('data', () => socket.end(ok));
        };
        const { socket, done } = client(window.port(index));
        socket.on('end', () => socket.end());
        socket.write(head);
        const [first] = (await once(socket, 'data')) as [Buffer];
        assert.equal(first.toString(), `HTTP/1.1 100 Continue${end}`);
        socket.write('hello');
        const [second] = (await once(socket, 'data')) as [Buffer];
        assert.match(second.toString(), /^HTTP\/1\.1 200 OK\r\n[^]*ok$/);
        assert.match(arrived[0] ?? '', /\r\n\r\nhello$/);
        socket.destroy();
        await done;
      });

      it('passes on interim answers, except to a client of HTTP/1.0, and no endless number of them', async () => {
        const hints = `HTTP/1.1 103 Early Hints\r\nlink: </a>\r\nLink: </b>${end}`;
        answering(`HTTP/1.1 102 Processing${end}${hints}${ok}`);
        assert.match(
          await talk(`GET http://${at}/ HTTP/1.1\r\nHost: x${end}`, /ok$/),
          new RegExp(`^HTTP/1\\.1 102 Processing${end}${hints}HTTP/1\\.1 200 OK\r\n[^]*ok$`),
        );
        assert.match(await talk(`GET http://${at}/ HTTP/1.0\r\nHost: x${end}`), /^HTTP\/1\.1 200 OK\r\n/);
        answering(hints.repeat(1000) + ok);
        const flood = await talk(`GET http://${at}/ HTTP/1.1\r\nHost: x${end}`);
        assert.match(flood, /HTTP\/1\.1 502 Bad Gateway\r\n/);
        assert.ok(flood.split('103 Early').length < 50);
      });

      it('frames answers without a body as HTTP prescribes, whatever follows them', async () => {
        answering(`HTTP/1.1 204 No Content\r\nContent-Length: 5\r\nX: 1${end}hello`);
        assert.equal(
          await talk(`GET http://${at}/ HTTP/1.1\r\nHost: x${end}`, /\r\n\r\n$/),
          `HTTP/1.1 204 No Content\r\nX: 1\r\n${keepAlive}${end}`,
        );
        answering(`HTTP/1.1 304 Not Modified\r\nContent-Length: 5${end}hello`);
        assert.equal(
          await talk(`GET http://${at}/ HTTP/1.1\r\nHost: x${end}`, /\r\n\r\n$/),
          `HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n${keepAlive}${end}`,
        );
        for (const framing of ['Content-Length: 5', 'Transfer-Encoding: chunked']) {
          answering(`HTTP/1.1 200 OK\r\nX: 1\r\n${framing}${end}hello`);
          const heard = await talk(`HEAD http://${at}/ HTTP/1.1\r\nHost: x${end}`, /\r\n\r\n$/);
          const kept = framing.startsWith('C') ? `\r\n${framing}` : '';
          assert.equal(heard, `HTTP/1.1 200 OK\r\nX: 1${kept}\r\n${keepAlive}${end}`);
        }
        answering(
          `HTTP/1.1 200 OK\r\nContent-Length: 2${end}okHTTP/1.1 200 OK\r\nContent-Length: 4${end}evil`,
        );
        assert.match(await talk(`GET http://${at}/ HTTP/1.1\r\nHost: x${end}`, /ok$/), /\r\n\r\nok$/);
      });

      it('serves the next request of the client after each of these', async () => {
        const answers = [
          `HTTP/1.1 204 No Content\r\nContent-Length: 5${end}hello`,
          `HTTP/1.1 304 Not Modified\r\nContent-Length: 5${end}hello`,
          `HTTP/1.1 200 OK\r\nContent-Length: 0${end}HTTP/1.1 200 evil${end}`,
          `HTTP/1.0 200 OK${end}all until the end`,
          ok,
        ];
        arrived = [];
        answer = (socket) => void socket.end(answers[arrived.length - 1] ?? ok);
        const heard = await talk(`GET http://${at}/ HTTP/1.1\r\nHost: x${end}`.repeat(5), /ok$/);
        assert.deepEqual(heard.match(/HTTP\/1\.1 (\d+|200 evil)/g)?.length, 5, heard);
        assert.doesNotMatch(heard, /hello|evil/);
      });

      it('passes on an answer that ends with the connection', async () => {
        answering(`HTTP/1.0 200 OK${end}hello`);
        assert.match(
          await talk(`GET http://${at}/ HTTP/1.1\r\nHost: x${end}`, /0\r\n\r\n$/),
          /Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n$/,
        );
        assert.equal(
          await talk(`GET http://${at}/ HTTP/1.0${end}`),
          `HTTP/1.1 200 OK\r\nConnection: close${end}hello`,
        );
      });

      it('keeps the connection of a client of HTTP/1.0 that requests it', async () => {
        answering(ok);
        const get = `GET http://${at}/ HTTP/1.0\r\nConnection: keep-alive${end}`;
        const heard = await talk(get.repeat(2), /ok[^]*ok$/);
        assert.equal(heard, `HTTP/1.1 200 OK\r\nContent-Length: 2\r\n${keepAlive}${end}ok`.repeat(2));
      });

      it('switches protocols if the client has requested it and the target agrees', async () => {
        answering('');
        answer = (socket) => {
          socket.write(
            `HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: Upgrade${end}first `,
          );
          socket.on('data', (data) => socket.write(data.toString().toUpperCase()));
        };
        const { socket, done } = client(window.port(index));
        let heard = '';
        socket.on('data', (data: Buffer) => (heard += data.toString()));
        socket.on('end', () => socket.end());
        socket.write(
          `GET http://${at}/ws HTTP/1.1\r\nHost: x\r\nUpgrade: echo\r\nConnection: Upgrade${end}early `,
        );
        await eventually('the early data come back', () => heard.endsWith('EARLY '));
        socket.end('late');
        await done;
        assert.equal(
          heard,
          `HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: Upgrade${end}first EARLY LATE`,
        );
        assert.equal(
          arrived[0],
          `GET /ws HTTP/1.1\r\nHost: ${at}\r\nUpgrade: echo\r\nConnection: Upgrade${end}early late`,
        );

        answering('');
        answer = (socket) =>
          void socket.write(
            `HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: Upgrade${end}ok`,
          );
        await talk(
          `POST http://${at}/ HTTP/1.1\r\nHost: x\r\nUpgrade: echo\r\nConnection: Upgrade\r\nContent-Length: 4${end}bodyearly`,
          /ok$/,
        );
        await eventually('what follows the body arrives', () => arrived[0]?.endsWith('bodyearly') === true);

        const request = await sent(
          `GET http://${at}/ HTTP/1.1\r\nHost: x\r\nUpgrade: echo\r\nConnection: Upgrade${end}`,
        );
        assert.match(request, /\r\nUpgrade: echo\r\n/);
      });

      it('resets a client of HTTP/1.0 when the answer breaks off', async () => {
        answering(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked${end}5\r\nhello\r\n5\r\nhe`);
        const { socket, done } = client(window.port(index));
        socket.on('end', () => socket.end());
        socket.write(`GET http://${at}/ HTTP/1.0${end}`);
        const { ended, error } = await done;
        // Over a channel of SSH there is no reset.
        assert.ok(kind.startsWith('reverse') || (!ended && error === 'ECONNRESET'), error ?? 'it ended');
      });

      it('passes on an answer that comes before the body was read', async () => {
        answering(`HTTP/1.1 413 Too Large\r\nContent-Length: 300000${end}${'x'.repeat(299_998)}ok`);
        const heard = await talk(
          `POST http://${at}/ HTTP/1.1\r\nHost: x\r\nContent-Length: 9000000${end}${'y'.repeat(3_000_000)}`,
          /ok$/,
        );
        assert.match(heard, /^HTTP\/1\.1 413 Too Large\r\n[^]*\r\n\r\nx{299998}ok$/);
      });

      const refused: Readonly<Record<string, readonly [status: number, request: string]>> = {
        'two Host headers': [400, 'GET http://AT/ HTTP/1.1\r\nHost: a\r\nhost: b'],
        'no Host header': [400, 'GET http://AT/ HTTP/1.1'],
        'a folded line': [400, 'GET http://AT/ HTTP/1.1\r\nHost: x\r\nX: a\r\n b'],
        'a fragment': [400, 'GET http://AT/#x HTTP/1.1\r\nHost: x'],
        'a backslash in the host': [400, 'GET http://AT\\@evil/ HTTP/1.1\r\nHost: x'],
        'two @': [400, 'GET http://a@b@AT/ HTTP/1.1\r\nHost: x'],
        'an escaped host': [400, 'GET http://%6cocalhost/ HTTP/1.1\r\nHost: x'],
        'a transfer coding besides chunked': [
          501,
          'POST http://AT/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked',
        ],
        'chunked twice': [400, 'POST http://AT/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, chunked'],
        'chunks in HTTP/1.0': [400, 'POST http://AT/ HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked'],
        'chunks and a length': [
          400,
          'POST http://AT/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 4',
        ],
        'another version': [505, 'GET http://AT/ HTTP/2.0\r\nHost: x'],
        'a very long head': [431, `GET http://AT/ HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(70_000)}`],
        'CONNECT to a user': [400, 'CONNECT me@AT HTTP/1.1\r\nHost: x'],
        'CONNECT to no port': [400, 'CONNECT 127.0.0.1 HTTP/1.1\r\nHost: x'],
        'CONNECT to what is no IPv6 address': [400, 'CONNECT [127.0.0.1]:80 HTTP/1.1\r\nHost: x'],
        'CONNECT to a URL': [400, 'CONNECT http://AT HTTP/1.1\r\nHost: x'],
      };
      for (const [title, [status, request]] of Object.entries(refused)) {
        it(`refuses a request with ${title}: ${status}`, async () => {
          answering(ok);
          const heard = await talk(`${request.replaceAll('AT', at)}${end}`);
          assert.match(heard, new RegExp(`^HTTP/1\\.1 ${status} `));
          assert.deepEqual(arrived, []);
        });
      }

      const badAnswers: Readonly<Record<string, string>> = {
        'a transfer coding that was not requested': `HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked${end}2\r\nok\r\n0${end}`,
        'chunks and a length': `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 9${end}2\r\nok\r\n0${end}`,
        'two lengths': `HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3${end}okk`,
        'a folded line': `HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 2${end}ok`,
        'a very long head': `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(70_000)}${end}`,
      };
      for (const [title, bytes] of Object.entries(badAnswers)) {
        it(`answers 502 when the answer has ${title}`, async () => {
          answering(bytes);
          assert.match(
            await talk(`GET http://${at}/ HTTP/1.1\r\nHost: x${end}`),
            /^HTTP\/1\.1 502 Bad Gateway\r\n[^]*The target didn't send a valid HTTP response/,
          );
        });
      }

      it('passes on large heads: 60 KB', async () => {
        const long = 'x'.repeat(60_000);
        answering(`HTTP/1.1 200 OK\r\nX: ${long}\r\nContent-Length: 2${end}ok`);
        const heard = await talk(`GET http://${at}/ HTTP/1.1\r\nHost: x\r\nCookie: ${long}${end}`, /ok$/);
        assert.ok(heard.includes(long) && arrived[0]?.includes(long));
      });

      it('serves curl with a server of Node, and with one of Python', async () => {
        await using dir = await tempDir('www-');
        const body = Buffer.from('\0\xff\r\n\r\n'.repeat(100_000), 'latin1');
        await dir.write('a b', body);
        const python = spawn('python3', ['-u', '-m', 'http.server', '0', '--bind', '127.0.0.1'], {
          cwd: dir.path,
          stdio: ['ignore', 'pipe', 'ignore'],
        });
        const [line] = (await once(createInterface(python.stdout), 'line')) as [string];
        const node = createServer((request, response) => {
          const hash = createHash('sha256');
          request.on('data', (data: Buffer) => hash.update(data));
          request.on('end', () => response.end(`${request.url ?? ''} ${hash.digest('hex')}`));
        });
        node.listen(0, '127.0.0.1');
        await once(node, 'listening');
        const { port } = node.address() as AddressInfo;
        const curl = async (...args: readonly string[]): Promise<string> => {
          const proxy = ['--proxy', `http://127.0.0.1:${window.port(index)}`, '--noproxy', ''];
          const all = ['-q', '-sS', '--max-time', '30', ...proxy, ...args];
          return (await run('curl', all, { encoding: 'latin1', maxBuffer: 1e7 })).stdout;
        };
        const pages = `http://127.0.0.1:${/port (\d+)/.exec(line)?.[1] ?? ''}`;
        assert.equal(await curl(`${pages}/a%20b`), body.toString('latin1'));
        assert.match(
          await curl('-I', `${pages}/a%20b`),
          /^HTTP\/1\.1 200 OK\r\n[^]*Content-Length: 600000\r\n/i,
        );
        const hash = createHash('sha256').update(body).digest('hex');
        const upload = ['--data-binary', `@${dir.file('a b')}`, '--path-as-is'];
        const url = `http://127.0.0.1:${port}/a/%2e%2e/../b`;
        for (const how of [
          [],
          ['-H', 'Transfer-Encoding: chunked'],
          ['-H', 'Expect: 100-continue'],
          ['-0'],
        ]) {
          assert.equal(await curl(...how, ...upload, url), `/a/%2e%2e/../b ${hash}`, how.join(' '));
        }
        node.close();
        python.kill();
      });
    });
  }
});

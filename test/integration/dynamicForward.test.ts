// Dynamic forwards: every proxy protocol of curl, each refusal with the matching reply, and misbehaving clients.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'mocha';
import { TestWindow, testDaemon } from '../support/testWindow';
import type { TestDaemon } from '../support/testWindow';
import { freePort } from '../support/freePort';
import { client, target } from '../support/targetAndClient';
import type { TargetServer } from '../support/targetAndClient';
import { startSshd } from '../support/sshd';
import type { Sshd } from '../support/sshd';

const body = 'x'.repeat(3_000_000);

describe('a dynamic forward', () => {
  let daemon: TestDaemon;
  let sshd: Sshd;
  let window: TestWindow;
  let proxy: number;
  let echo: TargetServer;
  let web: { port: number; close(): void; requests: string[][] };

  before(async () => {
    [daemon, sshd] = await Promise.all([testDaemon(), startSshd({ config: ['PermitOpen any'] })]);
    window = await TestWindow.open(daemon, sshd);
    echo = await target((socket) => socket.pipe(socket));
    web = await webServer();
    await window.bringUp({ host: 'test-sshd', dynamicForward: 0 });
    proxy = window.port();
  });
  after(async () => {
    await window.lease();
    window.disconnect();
    web.close();
    await echo[Symbol.asyncDispose]();
    await daemon[Symbol.asyncDispose]();
    await sshd.stop();
  });

  interface Curl {
    readonly code: number;
    readonly stdout: string;
    readonly stderr: string;
  }
  function curl(...args: readonly string[]): Promise<Curl> {
    return new Promise((resolve) => {
      execFile(
        'curl',
        ['-q', '-sS', '--max-time', '10', ...args],
        { maxBuffer: 1e8 },
        (error, stdout, stderr) => {
          resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
        },
      );
    });
  }

  const ways: readonly (readonly [title: string, proxy: () => string[], host: string])[] = [
    ['SOCKS 4', () => ['--socks4', `127.0.0.1:${proxy}`], '127.0.0.1'],
    ['SOCKS 4a, with a name', () => ['--socks4a', `127.0.0.1:${proxy}`], 'localhost'],
    ['SOCKS 5', () => ['--socks5', `127.0.0.1:${proxy}`], '127.0.0.1'],
    ['SOCKS 5, with a name', () => ['--socks5-hostname', `127.0.0.1:${proxy}`], 'localhost'],
    ['SOCKS 5, over IPv6', () => ['--socks5', `[::1]:${proxy}`], '127.0.0.1'],
    ['HTTP', () => ['--proxy', `http://127.0.0.1:${proxy}`], 'localhost'],
    ['HTTP CONNECT', () => ['--proxytunnel', '--proxy', `http://127.0.0.1:${proxy}`], '127.0.0.1'],
  ];
  for (const [title, args, host] of ways) {
    it(`serves a curl download over ${title}`, async () => {
      const got = await curl(...args(), `http://${host}:${web.port}/page`);
      assert.equal(got.stderr, '');
      assert.equal(got.stdout.length, body.length);
    });
    it(`serves a curl upload over ${title}`, async () => {
      const got = await curl(
        ...args(),
        '--data-binary',
        '@/etc/services',
        `http://${host}:${web.port}/length`,
      );
      assert.match(got.stdout, /^\d{4,}$/);
    });
  }

  it('connects to targets over IPv6', async () => {
    await using six = await target((socket) => socket.end('HTTP/1.0 200 OK\r\n\r\nsix'), '::1');
    for (const way of [['--socks5'], ['--socks5-hostname'], ['--proxytunnel', '--proxy'], ['--proxy']]) {
      const got = await curl(...way, `127.0.0.1:${proxy}`, `http://[::1]:${six.port}/`);
      assert.equal(got.stdout, 'six', `${way.join(' ')}: ${got.stderr}`);
    }
  });

  it('serves several requests on one connection, to several targets', async () => {
    const { socket, done } = client(proxy);
    const other = await webServer();
    for (const { port } of [web, other, web]) {
      socket.write(`GET http://127.0.0.1:${port}/short HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
    }
    socket.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    socket.on('end', () => socket.end());
    const text = (await done).received.toString();
    other.close();
    assert.equal(text.match(/HTTP\/1.1 200/g)?.length, 3, text);
    assert.match(text, /HTTP\/1.1 400 [^]*This is a proxy/);
  });

  it('removes hop-by-hop headers', async () => {
    web.requests.length = 0;
    await curl(
      ...['--proxy', `http://me:secret@127.0.0.1:${proxy}`, '-H', 'Connection: x-mine', '-H', 'X-Mine: 1'],
      ...['-H', 'X-Yours: 2', `http://127.0.0.1:${web.port}/short`],
    );
    const names = (web.requests[0] ?? []).filter((_, at) => at % 2 === 0).map((name) => name.toLowerCase());
    assert.ok(names.includes('x-yours') && names.includes('host'), names.join());
    for (const name of ['proxy-authorization', 'proxy-connection', 'x-mine']) {
      assert.ok(!names.includes(name), name);
    }
  });

  /** Sends this after the greeting, and returns the reply. */
  async function socks5(request: readonly number[]): Promise<Buffer> {
    const { socket, done } = client(proxy);
    socket.write(Buffer.from([5, 1, 0]));
    await once(socket, 'data');
    socket.write(Buffer.from(request));
    socket.on('data', () => socket.end());
    socket.on('end', () => socket.end());
    return (await done).received.subarray(2);
  }
  const named = (name: string, port: number): number[] => [
    ...[5, 1, 0, 3, name.length, ...Buffer.from(name)],
    ...[port >> 8, port & 255],
  ];

  it('answers SOCKS 5 with the matching reply code, in ten bytes', async () => {
    const closed = await freePort();
    const replies: readonly (readonly [title: string, request: readonly number[], code: number])[] = [
      ['granted', named('127.0.0.1', echo.port), 0],
      ['refused', named('localhost', closed), 5],
      ['unknown name', named('no-such-name.invalid', 80), 4],
      ['BIND', [5, 2, 0, 1, 127, 0, 0, 1, 0, 80], 7],
      ['UDP ASSOCIATE', [5, 3, 0, 1, 0, 0, 0, 0, 0, 0], 7],
      ['an unknown command', [5, 9, 0, 1, 0, 0, 0, 0, 0, 0], 7],
      ['an unknown kind of address', [5, 1, 0, 9, 0, 0, 0, 0], 8],
      ['no name', named('', 80), 1],
      ['port 0', named('127.0.0.1', 0), 1],
      ['a name with a zero', named('a\0b', 80), 1],
    ];
    for (const [title, request, code] of replies) {
      const reply = await socks5(request);
      assert.deepEqual([reply.length, reply[0], reply[1]], [10, 5, code], title);
    }
    const [forward] = window.forwards();
    assert.ok(forward?.status === 'listening' && forward.lastError?.code.startsWith('Target'));
  });

  it('refuses a client that requires a password', async () => {
    const { socket, done } = client(proxy);
    socket.write(Buffer.from([5, 1, 2]));
    socket.on('end', () => socket.end());
    assert.deepEqual([...(await done).received], [5, 0xff]);
  });

  it('answers SOCKS 4 with "granted" or "rejected"', async () => {
    const closed = await freePort();
    for (const [port, code] of [
      [echo.port, 90],
      [closed, 91],
    ] as const) {
      const { socket, done } = client(proxy);
      socket.write(Buffer.from([4, 1, port >> 8, port & 255, 127, 0, 0, 1, 0x6d, 0x65, 0]));
      socket.once('data', () => socket.end());
      socket.on('end', () => socket.end());
      const { received } = await done;
      assert.deepEqual([received.length, received[0], received[1]], [8, 0, code]);
    }
  });

  it('answers HTTP failures with a status and a sentence', async () => {
    const closed = await freePort();
    for (const way of [['--proxy'], ['--proxytunnel', '--proxy']]) {
      const got = await curl('-i', ...way, `http://127.0.0.1:${proxy}`, `http://127.0.0.1:${closed}/`);
      assert.match(got.stdout, /^HTTP\/1.1 502 /, got.stderr);
    }
  });

  it('passes on data sent along with the request, and half-closes in both directions', async () => {
    const { socket, done } = client(proxy);
    const request = Buffer.from(named('127.0.0.1', echo.port));
    socket.write(Buffer.concat([Buffer.from([5, 1, 0]), request, Buffer.from('early ')]));
    socket.end('and late');
    const { received, ended } = await done;
    assert.equal(received.subarray(12).toString(), 'early and late');
    assert.equal(ended, true);
  });

  it('accepts a request that arrives byte by byte', async () => {
    const { socket, done } = client(proxy);
    for (const byte of [5, 1, 0, ...named('localhost', echo.port), ...Buffer.from('hello')]) {
      socket.write(Buffer.from([byte]));
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    socket.end();
    assert.equal((await done).received.subarray(12).toString(), 'hello');
  });

  it('leaves no connection behind after 300 clients that send garbage or leave', async () => {
    const greetings = [[], [5], [5, 0], [5, 255, 1], [4, 1, 0], [6, 6, 6], [0], [5, 1, 0, 5], [0x47, 0, 255]];
    const all = Array.from({ length: 300 }, (_, n) => {
      const { socket, done } = client(proxy);
      socket.on('end', () => socket.end());
      socket.write(Buffer.from(greetings[n % greetings.length] ?? []));
      setTimeout(() => socket.destroy(), 100);
      return done;
    });
    await Promise.all(all);
    await window.until(() => {
      const [forward] = window.forwards();
      return forward?.status === 'listening' && forward.connections === 0;
    }, 'nobody counted');
  });

  it('keeps serving while over a thousand clients are silent, and drops the oldest of those', async () => {
    let gone = 0;
    const idle = Array.from({ length: 1100 }, () => {
      const { socket, done } = client(proxy);
      socket.on('end', () => socket.end());
      void done.then(() => gone++);
      return socket;
    });
    await Promise.all(idle.map((socket) => once(socket, 'connect')));
    const got = await curl('--socks5', `127.0.0.1:${proxy}`, `http://127.0.0.1:${web.port}/short`);
    assert.equal(got.stdout, 'short', got.stderr);
    assert.ok(gone >= 100 && gone < 200, `${gone} have gone`);
    idle.forEach((socket) => socket.destroy());
  });

  async function webServer(): Promise<typeof web> {
    const requests: string[][] = [];
    const server = createServer((request, response) => {
      requests.push(request.rawHeaders);
      if (request.url === '/length') {
        let length = 0;
        request.on('data', (data: Buffer) => (length += data.length));
        request.on('end', () => response.end(String(length)));
      } else {
        response.end(request.url === '/page' ? body : 'short');
      }
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return { port: (server.address() as AddressInfo).port, close: () => server.close(), requests };
  }
});

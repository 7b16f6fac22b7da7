// A client that sends thousands of requests at once to the HTTP proxy of a dynamic or a reverse dynamic forward, whose
// target never answers: it waits for itself alone.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import type { Socket } from 'node:net';
import { after, before, describe, it } from 'mocha';
import { eventually } from '../../support/eventually';
import { residentMib } from '../../support/processUsage';
import { startSshd } from '../../support/sshd';
import type { Sshd } from '../../support/sshd';
import { client, exchange, target } from '../../support/targetAndClient';
import type { TargetServer } from '../../support/targetAndClient';
import { TestWindow, testDaemon } from '../../support/testWindow';
import type { TestDaemon } from '../../support/testWindow';

const requests = 5000;

describe('a client that pipelines requests, at the HTTP proxy of a', () => {
  let daemon: TestDaemon;
  let sshd: Sshd;
  let window: TestWindow;
  /** Answers each request with its path. */
  let web: TargetServer;
  let echo: TargetServer;

  before(async () => {
    [daemon, sshd] = await Promise.all([testDaemon(), startSshd({ config: ['PermitOpen any'] })]);
    window = await TestWindow.open(daemon, sshd);
    web = await target((socket) => {
      socket.once('data', (request: Buffer) => {
        const path = request.toString('latin1').split(' ')[1] ?? '';
        socket.end(`HTTP/1.1 200 OK\r\nContent-Length: ${path.length}\r\n\r\n${path}`);
      });
    });
    echo = await target((socket) => socket.pipe(socket));
    await window.lease(
      { id: 'user:t', tunnel: { host: 'test-sshd', dynamicForward: 0, remoteForward: '0' } },
      { id: 'user:other', tunnel: { host: 'test-sshd', localForward: `0:127.0.0.1:${echo.port}` } },
    );
    await window.untilStatus('up');
    await window.untilStatus('up', 'user:other');
  });
  after(async () => {
    await window.lease();
    window.disconnect();
    await Promise.all([web, echo].map((each) => each[Symbol.asyncDispose]()));
    await daemon[Symbol.asyncDispose]();
    await sshd.stop();
  });

  for (const [index, kind] of ['reverse dynamic forward', 'dynamic forward'].entries()) {
    describe(kind, () => {
      it('has one of them under way, while others are served', async () => {
        let dialled = 0;
        await using silent = await target((socket) => {
          dialled++;
          socket.on('end', () => socket.end()).resume();
        });
        const pid = window.client.daemonPid;
        const files = openFiles(pid);
        const memory = residentMib(pid);
        const attacker = client(window.port(index));
        attacker.socket.write(get(silent.port, '/').repeat(requests));
        await eventually('the target is dialled', () => dialled > 0);

        for (let turn = 0; turn < 20; turn++) {
          const answer = await exchange(window.port(index), get(web.port, `/${turn}`));
          assert.match(answer.received.toString(), new RegExp(`^HTTP/1\\.1 200 OK\\r\\n[^]*/${turn}$`));
          const other = await exchange(window.port(0, 'user:other'), `hello ${turn}`);
          assert.equal(other.received.toString(), `hello ${turn}`);
        }
        assert.equal(dialled, 1);
        assert.equal(silent.open.size, 1);
        assert.ok(openFiles(pid) < files + 20, `${openFiles(pid)} open files after ${files}`);
        assert.ok(residentMib(pid) < memory + 60, `${residentMib(pid)} MiB after ${memory}`);

        attacker.socket.destroy();
      });

      it('gets all answers in order', async () => {
        const paths = Array.from({ length: 100 }, (_, n) => `/${n}`);
        const { received } = await exchange(
          window.port(index),
          paths.map((path) => get(web.port, path)).join(''),
        );
        assert.deepEqual(received.toString().match(/\/\d+(?=HTTP|$)/g), paths);
      });

      it('gets through to the target of a CONNECT after them', async () => {
        const connect = `CONNECT 127.0.0.1:${echo.port} HTTP/1.1\r\nHost: x\r\n\r\n`;
        const { socket, done } = client(window.port(index));
        socket.on('data', (data) => data.toString().endsWith('hello') && socket.end());
        socket.write(`${get(web.port, '/1')}${get(web.port, '/2')}${connect}hello`);
        const { received } = await done;
        assert.match(
          received.toString(),
          /\/1HTTP[^]*\/2HTTP\/1\.1 200 Connection established\r\n\r\nhello$/,
        );
      });

      it('sends the bodies of several requests', async () => {
        const body = 'line\n\n'.repeat(50_000);
        await using sink = await target((socket) => {
          let size = 0;
          socket.on('data', ({ length }) => {
            size += length;
            if (size >= body.length) {
              socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
            }
          });
        });
        const post = `POST http://127.0.0.1:${sink.port}/ HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
        const { received } = await exchange(window.port(index), post.repeat(3));
        assert.equal(received.toString().match(/ok(?=HTTP|$)/g)?.length, 3, received.toString());
      });
    });
  }
});

describe('a client that disconnects in the middle', () => {
  let daemon: TestDaemon;
  let sshd: Sshd;
  let window: TestWindow;

  before(async () => {
    [daemon, sshd] = await Promise.all([testDaemon(), startSshd({ config: ['PermitOpen any'] })]);
    window = await TestWindow.open(daemon, sshd);
    await window.bringUp({ host: 'test-sshd', dynamicForward: 0, remoteForward: '0' });
  });
  after(async () => {
    await window.lease();
    window.disconnect();
    await daemon[Symbol.asyncDispose]();
    await sshd.stop();
  });

  const body = 'x'.repeat(20_000_000);
  const requests: Readonly<Record<string, (port: number) => string>> = {
    'a request': (port) => get(port, '/'),
    'thousands of requests': (port) => get(port, '/').repeat(5000),
    'a long body': (port) =>
      `POST http://127.0.0.1:${port}/ HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n${body}`,
    'CONNECT and data': (port) => `CONNECT 127.0.0.1:${port} HTTP/1.1\r\nHost: x\r\n\r\n${body}`,
  };
  const ways: Readonly<Record<string, (socket: Socket) => void>> = {
    'is reset': (socket) => void socket.resetAndDestroy(),
    ends: (socket) => {
      socket.destroySoon();
    },
  };
  for (const [index, kind] of ['reverse dynamic forward', 'dynamic forward'].entries()) {
    for (const [title, bytes] of Object.entries(requests)) {
      for (const [way, leave] of Object.entries(ways)) {
        if (title === 'thousands of requests' && (kind.startsWith('reverse') || way === 'ends')) {
          // We read the second request only after the first answer. Then sshd doesn't read either, and doesn't notice that
          // its client has gone; and an end comes after all requests.
          continue;
        }
        it(`takes its silent target along: ${title} to a ${kind}, and the client ${way}`, async () => {
          let received = 0;
          await using silent = await target((socket) => {
            socket.on('data', ({ length }) => (received += length)).on('end', () => socket.end());
          });
          const { socket } = client(window.port(index));
          socket.write(bytes(silent.port));
          await eventually('the request arrives', () => received > 0);
          leave(socket);
          await eventually('the target is disconnected', () => silent.open.size === 0);
        });
      }
    }
  }
});

function get(port: number, path: string): string {
  return `GET http://127.0.0.1:${port}${path} HTTP/1.1\r\nHost: x\r\n\r\n`;
}

function openFiles(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

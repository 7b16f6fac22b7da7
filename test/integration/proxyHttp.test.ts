// HTTP rules for a proxy: the Host that a request gives to its target, and the answer to a client when the target's
// answer can't be passed on. For a dynamic and a reverse dynamic forward.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { eventually, longWaitMs } from '../support/eventually';
import { TestWindow, testDaemon } from '../support/testWindow';
import type { TestDaemon } from '../support/testWindow';
import { client, target } from '../support/targetAndClient';
import type { TargetServer } from '../support/targetAndClient';
import { startSshd } from '../support/sshd';
import type { Sshd } from '../support/sshd';

describe('the HTTP proxy of a', () => {
  let daemon: TestDaemon;
  let sshd: Sshd;
  let window: TestWindow;
  /** Answers with the request. */
  let mirror: TargetServer;

  before(async () => {
    [daemon, sshd] = await Promise.all([testDaemon(), startSshd({ config: ['PermitOpen any'] })]);
    window = await TestWindow.open(daemon, sshd);
    mirror = await target((socket) => {
      socket.once('data', (request: Buffer) => {
        const head = `HTTP/1.1 200 OK\r\nContent-Length: ${request.length}\r\n\r\n`;
        socket.end(Buffer.concat([Buffer.from(head), request]));
      });
    });
    await window.bringUp({ host: 'test-sshd', dynamicForward: 0, remoteForward: '0' });
  });
  after(async () => {
    await window.lease();
    window.disconnect();
    await mirror[Symbol.asyncDispose]();
    await daemon[Symbol.asyncDispose]();
    await sshd.stop();
  });

  for (const [index, kind] of ['reverse dynamic forward', 'dynamic forward'].entries()) {
    describe(kind, () => {
      /** Sends this, and returns everything received. */
      async function ask(...lines: readonly string[]): Promise<string> {
        const { socket, done } = client(window.port(index));
        // The proxy must close it, not this client.
        socket.setTimeout(longWaitMs, () => socket.destroy(new Error('left open')));
        socket.on('end', () => socket.end());
        socket.write([...lines, '', ''].join('\r\n'));
        const { received, error } = await done;
        assert.notEqual(error, 'left open');
        return received.toString('latin1');
      }
      const hosts = (answer: string): readonly string[] =>
        [...answer.matchAll(/^host: (.*)\r$/gim)].map(([, host]) => host ?? '');

      it("sends the target the Host of the request's URL, not the client's Host header", async () => {
        const at = `127.0.0.1:${mirror.port}`;
        const said = [
          [`GET http://${at}/ HTTP/1.1`, 'Host: other.example', 'Connection: close'],
          [`GET http://me:secret@${at}/ HTTP/1.1`, `Host: me:secret@${at}`, 'Connection: close'],
        ];
        for (const lines of said) {
          const answer = await ask(...lines);
          assert.deepEqual(hosts(answer), [at], answer);
          assert.doesNotMatch(answer, /secret|authorization/i);
        }
      });

      it('adds a Host header for a client of HTTP/1.0', async () => {
        const at = `localhost:${mirror.port}`;
        const answer = await ask(`GET http://${at}/ HTTP/1.0`);
        assert.deepEqual(hosts(answer), [at], answer);
      });

      const answers: Readonly<Record<string, string>> = {
        'a control character in its status line': 'HTTP/1.1 200 O\x01K\r\nContent-Length: 2\r\n\r\nhi',
        'a status below 100': 'HTTP/1.1 099 Early\r\nContent-Length: 2\r\n\r\nhi',
        'a control character in a header': 'HTTP/1.1 200 OK\r\nX: a\x01b\r\nContent-Length: 2\r\n\r\nhi',
        'an unrequested protocol switch':
          'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\nhi',
        'a protocol switch without a protocol': 'HTTP/1.1 101 Switching Protocols\r\n\r\nhi',
        'something other than HTTP': 'SSH-2.0-OpenSSH_9.2\r\n',
      };
      for (const [title, answer] of Object.entries(answers)) {
        it(`answers 502 with an explanation when the target answers with ${title}`, async () => {
          await using odd = await target((socket) => socket.once('data', () => socket.end(answer)));
          const heard = await ask(`GET http://127.0.0.1:${odd.port}/ HTTP/1.1`, 'Host: x');
          assert.match(heard, /^HTTP\/1\.1 502 Bad Gateway\r\n[^]*The target['a-z -]+ HTTP/, heard);
          assert.equal(window.state().status, 'up');
          assert.ok(!window.log.some((line) => /uncaught|unhandled/i.test(line)), window.log.join('\n'));
        });
      }

      it('writes no error into an answer when the rest of the request is invalid', async () => {
        await using early = await target((socket) =>
          socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\npart')),
        );
        const { socket, done } = client(window.port(index));
        let heard = '';
        socket.on('data', (data: Buffer) => (heard += data.toString()));
        socket.on('end', () => socket.end());
        socket.write(
          `POST http://127.0.0.1:${early.port}/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n`,
        );
        await eventually('the answer begins', () => heard.endsWith('part'));
        socket.write('no chunk\r\n');
        await done;
        assert.match(heard, /\r\n\r\npart$/);
      });

      it('explains why a request is invalid, such as one whose path is not encoded', async () => {
        const heard = await ask('GET http://127.0.0.1/\u00e9 HTTP/1.1', 'Host: x');
        assert.match(heard, /^HTTP\/1\.1 400 Bad Request\r\n[^]*The request is invalid: .*\burl\b.*\.\n$/);
      });

      it('answers a request with an invalid body once', async () => {
        const heard = await ask(
          `POST http://127.0.0.1:${mirror.port}/ HTTP/1.1`,
          'Host: x',
          'Transfer-Encoding: xchunked',
          'Connection: close',
          '',
          'body',
        );
        assert.equal(heard.match(/HTTP\/1\.1 \d/g)?.length, 1, heard);
      });

      it("keeps serving after an answer that couldn't be passed on", async () => {
        const at = `127.0.0.1:${mirror.port}`;
        assert.match(await ask(`GET http://${at}/on HTTP/1.1`, 'Host: x', 'Connection: close'), /GET \/on /);
      });
    });
  }

  it('does not take an answer without a length for complete when its target is reset', async () => {
    await using breaking = await target((socket) =>
      socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\n\r\nhalf')),
    );
    // Of a reverse proxy. Over SSH, a server doesn't say that a target was reset.
    const { socket, done } = client(window.port(0));
    let heard = '';
    socket.on('data', (data: Buffer) => (heard += data.toString()));
    socket.on('end', () => socket.end());
    socket.write(`GET http://127.0.0.1:${breaking.port}/ HTTP/1.1\r\nHost: x\r\n\r\n`);
    await eventually('the answer begins', () => heard.includes('half'));
    breaking.open.forEach((each) => each.resetAndDestroy());
    await done;
    assert.match(heard, /half\r\n$/);
  });
});

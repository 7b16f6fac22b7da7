// Idle clients of an HTTP proxy after an answer: like test/integration/proxyTimeouts.test.ts, but with the real
// time-outs, a real daemon and a real server. All at once, as each mostly waits.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, describe, it } from 'mocha';
import { longWaitMs } from '../support/eventually';
import { TestWindow, testDaemon } from '../support/testWindow';
import type { TestDaemon } from '../support/testWindow';
import { client, target } from '../support/targetAndClient';
import type { Client, TargetServer } from '../support/targetAndClient';
import { startSshd } from '../support/sshd';
import type { Sshd } from '../support/sshd';

const page = 'x'.repeat(3_000_000);

describe('a client of the HTTP proxy, after an answer,', () => {
  let daemon: TestDaemon;
  let sshd: Sshd;
  let window: TestWindow;
  let web: TargetServer;

  before(async () => {
    [daemon, sshd] = await Promise.all([testDaemon(), startSshd({ config: ['PermitOpen any'] })]);
    window = await TestWindow.open(daemon, sshd);
    web = await target((socket) => {
      socket.once('data', (data: Buffer) => {
        const body = data.includes(' /page ') ? page : 'hi';
        socket.end(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
      });
    });
    await window.bringUp({ host: 'test-sshd', dynamicForward: 0, remoteForward: '0' });
  });
  after(async () => {
    await window.lease();
    window.disconnect();
    await web[Symbol.asyncDispose]();
    await daemon[Symbol.asyncDispose]();
    await sshd.stop();
  });

  it('has a minute to begin its next request, ten seconds to complete it, and five seconds to close', async () => {
    await Promise.all(
      [window.port(0), window.port(1)].flatMap((port) => [
        halfSaid(port),
        dripped(port),
        idle(port),
        talkative(port),
        slow(port),
      ]),
    );
    await window.until(
      () => window.forwards().every((each) => each.status === 'listening' && each.connections === 0),
      'nobody left',
    );
  });

  function get(path: string, ...more: readonly string[]): string {
    return [`GET http://127.0.0.1:${web.port}${path} HTTP/1.1`, 'Host: x', ...more, '', ''].join('\r\n');
  }

  async function answered(port: number): Promise<Client> {
    const it = client(port);
    it.socket.write(get('/'));
    await once(it.socket, 'data');
    return it;
  }

  /** Resolves when it is closed by the other side. @param most less than its other time-out */
  async function closed(who: string, { socket, done }: Client, least: number, most: number): Promise<void> {
    const start = performance.now();
    socket.on('end', () => socket.end());
    await Promise.race([done, sleep(most, undefined, { ref: false })]);
    const took = performance.now() - start;
    assert.ok(took > least && took < most, `${who}: ${Math.round(took)} ms`);
  }

  async function halfSaid(port: number): Promise<void> {
    const it = await answered(port);
    await sleep(3000);
    it.socket.write('GET http://127.0.0.1');
    await closed('half said', it, 9000, 50_000);
  }

  async function dripped(port: number): Promise<void> {
    const it = await answered(port);
    it.socket.write('GET http://');
    const drip = setInterval(() => it.socket.write('a'), 500);
    await closed('a byte now and then', it, 9000, 50_000).finally(() => clearInterval(drip));
  }

  async function idle(port: number): Promise<void> {
    await closed('idle', await answered(port), 59_000, 120_000);
  }

  /** Has received its last answer, and keeps sending. */
  async function talkative(port: number): Promise<void> {
    const it = client(port);
    it.socket.write(get('/', 'Connection: close'));
    await once(it.socket, 'data');
    it.socket.write('GET http://');
    const talk = setInterval(() => it.socket.write('a'), 500);
    const left = sleep(longWaitMs, 'left open', { ref: false });
    assert.notEqual(await Promise.race([it.done, left]), 'left open');
    clearInterval(talk);
  }

  /** Reads its last answer later than a client has for closing. */
  async function slow(port: number): Promise<void> {
    const { socket, done } = client(port);
    socket.pause();
    socket.on('end', () => socket.end());
    socket.write(get('/page', 'Connection: close'));
    await sleep(8000);
    socket.resume();
    const { received, ended } = await done;
    assert.ok(ended && received.toString('latin1').endsWith(page), `${received.length} bytes`);
  }
});

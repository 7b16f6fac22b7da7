// Malformed data on the daemon's socket, before and after the proof: its sender is disconnected or refused, and the
// daemon keeps serving the others.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, it } from 'mocha';
import { eventually } from '../../support/eventually';
import { longestMessage } from '../../../src/tunnels/daemon/protocol/boundedReader';
import { endpointFolder } from '../../../src/tunnels/daemon/endpoint/endpointFolder';
import { TestWindow } from '../../support/testWindow';
import { exchange } from '../../support/targetAndClient';
import { requestSamples } from '../../support/requestSamples';
import { useTunnelFixture } from '../../support/tunnelFixture';
import { closeOf, framed, RawWindow, rawConnection } from '../../support/rawConnection';

const invalidParams = -32602;
const notFound = -32601;

describe("the daemon's socket", () => {
  const fixture = useTunnelFixture();
  const opened: { end(): void }[] = [];
  afterEach(() => opened.splice(0).forEach((thing) => thing.end()));

  async function rawWindow(): Promise<RawWindow> {
    const window = await RawWindow.at(fixture.daemon);
    opened.push(window);
    return window;
  }
  async function unprovenClient(): Promise<Socket> {
    const socket = await rawConnection(fixture.daemon);
    opened.push({ end: () => socket.destroy() });
    return socket;
  }
  /** Existing and new connections still work, with the same daemon. */
  async function servesOthers(): Promise<void> {
    const { daemonPid } = fixture.window.client;
    if (fixture.window.state().status !== 'up') {
      await fixture.window.bringUp({
        localForward: `0:127.0.0.1:${fixture.echo.port}`,
        host: 'test-sshd',
      });
    }
    assert.equal((await exchange(fixture.window.port(), 'here')).received.toString(), 'here');
    const other = await TestWindow.open(fixture.daemon, fixture.sshd, 'other');
    assert.equal(other.client.daemonPid, daemonPid);
    await other.bringUp({ host: 'test-sshd', localForward: `0:127.0.0.1:${fixture.echo.port}` });
    assert.equal((await exchange(other.port(), 'there')).received.toString(), 'there');
    await other.lease();
    other.disconnect();
  }
  function daemonLog(): string {
    return readFileSync(join(endpointFolder(fixture.daemon.env), 'daemon.log'), 'utf8');
  }
  function openFiles(): number {
    return readdirSync(`/proc/${fixture.window.client.daemonPid}/fd`).length;
  }

  describe('before a client has proved that it knows the secret', () => {
    it('limits the number and time of unproven clients, without delaying those that know the secret', async () => {
      await servesOthers();
      const before = openFiles();
      const silent = await Promise.all(Array.from({ length: 500 }, unprovenClient));
      const slow = silent.at(-1)!;
      const slowEnd = closeOf(slow);
      // Each byte comes in time, the whole proof doesn't.
      const dripping = setInterval(() => slow.write('x'), 300);
      let closed = 0;
      for (const socket of silent) {
        socket.resume().once('close', () => closed++);
      }
      await servesOthers();
      assert.ok(openFiles() - before <= 64 + 8, `${openFiles() - before} more open files`);
      await slowEnd;
      clearInterval(dripping);
      await eventually('all are closed', () => closed === 500);
      const refusals = daemonLog().match(/Connection refused|more connections refused/g)?.length ?? 0;
      assert.ok(refusals <= 2, `logged ${refusals} times`);
    });

    it('reads no more than a nonce and a proof', async () => {
      const socket = await unprovenClient();
      let received = 0;
      socket.on('data', (data) => (received += data.length));
      let written = 0;
      const closed = closeOf(socket);
      const pour = (): void => {
        while (!socket.destroyed && written < 256 * 1024 * 1024) {
          written += 65_536;
          if (!socket.write(Buffer.alloc(65_536))) {
            socket.once('drain', pour);
            return;
          }
        }
      };
      pour();
      await closed;
      assert.ok(written < 4 * 1024 * 1024, `took ${written} bytes`);
      assert.ok(received <= 64);
      await servesOthers();
    });
  });

  describe('after a client has proved that it knows the secret', () => {
    const broken: readonly (readonly [name: string, data: string])[] = [
      ['bytes without a message', 'x'.repeat(1000)],
      ['a message of 2 GB', 'Content-Length: 2147483648\r\n\r\n'],
      ['a truncated message', 'Content-Length: 50\r\n\r\n{"jsonrpc":"2.0"'],
      ['a negative length', 'Content-Length: -1\r\n\r\n{}'],
      ['invalid JSON', framed('{"jsonrpc":"2.0", oops}')],
      ['an invalid request', framed('{"jsonrpc":"2.0","method":5,"id":{}}')],
      ['a cancellation without an id', framed('{"jsonrpc":"2.0","method":"$/cancelRequest","params":null}')],
      ['a request without an id', framed('{"jsonrpc":"2.0","method":"lease/set","id":null,"params":{}}')],
      ['an answer without a request', framed('{"jsonrpc":"2.0","id":99,"result":"secret"}')],
      ['deep nesting', framed('['.repeat(longestMessage))],
      [
        'deep nesting in a request',
        framed(
          `{"jsonrpc":"2.0","id":1,"method":"hello","params":${'{"a":'.repeat(1e5)}1${'}'.repeat(1e5)}}`,
        ),
      ],
    ];
    const goesOn = [
      'a truncated message',
      'an invalid request',
      'a request without an id',
      'an answer without a request',
    ];
    for (const [name, data] of broken) {
      it(`survives ${name}`, async () => {
        const window = await rawWindow();
        window.write(data);
        if (!goesOn.includes(name)) {
          await window.closed;
        }
        await servesOthers();
      });
    }

    it('refuses every malformed request', async () => {
      const window = await rawWindow();
      assert.equal(await window.ask('hello', { windowId: 'rude' }), 'done');
      const [{ tunnels }] = requestSamples['lease/set'];
      const [leased] = tunnels;
      const wrongLeases = [
        ...[null, [], 'x', { ...leased, id: 5 }, { ...leased, definition: {} }],
        ...Object.keys(leased.definition).flatMap((key) =>
          [null, 5, 'x', [[]]].map((value) => ({
            ...leased,
            definition: { ...leased.definition, [key]: value },
          })),
        ),
      ].map((one) => ['lease/set', { env: {}, tunnels: [one] }] as const);
      const wrong: readonly (readonly [method: string, params: unknown])[] = [
        ...Object.keys(requestSamples).flatMap((method) =>
          [undefined, null, 5, 'x', [], [null], {}, { id: 5 }].map((params) => [method, params] as const),
        ),
        ...wrongLeases,
      ];
      for (const [method, params] of wrong) {
        const answer = await window.ask(method, params);
        const what = `${method} ${JSON.stringify(params)}: ${JSON.stringify(answer)}`;
        assert.ok(typeof answer === 'object' && answer.code === invalidParams, what);
      }
      assert.equal(await window.ask('lease/set', { env: {}, tunnels: [] }), 'done');
      await servesOthers();
    });

    it('refuses unknown requests, and requests at the wrong time', async () => {
      const window = await rawWindow();
      for (const method of ['constructor', '__proto__', 'toString', 'log', 'ask', '']) {
        const answer = await window.ask(method, {});
        assert.ok(
          typeof answer === 'object' && answer.code === notFound,
          `${method}: ${JSON.stringify(answer)}`,
        );
      }
      const early = await window.ask('lease/set', { env: {}, tunnels: [] });
      assert.match(JSON.stringify(early), /has not sent hello/);
      assert.match(JSON.stringify(await window.ask('hello', { windowId: '' })), /needs a window id/);
      assert.equal(await window.ask('hello', { windowId: 'one' }), 'done');
      assert.match(
        JSON.stringify(await window.ask('hello', { windowId: 'another' })),
        /can be sent only once/,
      );
      const unknown = await window.ask('tunnel/start', { id: 'user:t' });
      assert.match(JSON.stringify(unknown), /has no lease of/);
      await servesOthers();
    });

    it('writes only a few lines about all this to the log', () => {
      assert.doesNotMatch(daemonLog(), /uncaught|unhandled/i);
    });
  });
});

// A server that opens no connection to a target, for each of the reasons that it may give.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { TunnelFailure } from '../../src/tunnels/errors/errors';
import type { TunnelErrorCode } from '../../src/tunnels/errors/errors';
import { longWaitMs } from '../support/eventually';
import { hostFor, Parts } from '../support/servers/otherServer';
import { asyncssh } from '../support/servers/scriptServer';
import { TestWindow, testDaemon } from '../support/testWindow';
import { tempDir } from '../support/tempDir';
import { exchange } from './socketIo';
import { target } from '../support/targetAndClient';
import { forwardWays, ProxyRefusal } from './forwardWays';

describe('a connection that the server refuses to open', function () {
  this.timeout(3 * longWaitMs);
  const way = forwardWays.find(({ title }) => title === 'a dynamic forward');
  assert.ok(way);
  const parts = new Parts();
  let window: TestWindow;

  before(async () => {
    const daemon = parts.use(await testDaemon());
    const server = parts.use(await asyncssh.start());
    const dir = parts.use(await tempDir('refusals-'));
    // The server's own sends every host to it.
    const lines = ['Host reason-*', 'HostName %h', 'Host *', `Include ${server.configFile}`, ''];
    const configFile = await dir.write('ssh_config', lines.join('\n'));
    window = await TestWindow.open(daemon, { configFile });
    parts.use({ [Symbol.dispose]: () => window.disconnect() });
    await window.bringUp({ host: hostFor('publickey'), dynamicForward: '127.0.0.1:0' });
  });
  after(() => parts[Symbol.asyncDispose]());

  /** The reason, the error code, and the reply of the SOCKS proxy (RFC 1928 §6). */
  const rows: readonly (readonly [number, TunnelErrorCode, number])[] = [
    [1, 'TargetNotPermitted', 2],
    [2, 'TargetUnreachable', 4],
    [3, 'ForwardingDisabled', 2],
    [4, 'ServerLimit', 1],
    [0, 'TargetUnreachable', 4],
    [5, 'TargetUnreachable', 4],
    [0xfe000001, 'TargetUnreachable', 4],
  ];
  for (const [reason, code, reply] of rows) {
    it(`is ${code} for the reason ${reason}, and leaves the tunnel up`, async () => {
      const host = `reason-${reason}.invalid`;
      const [forward] = window.forwards();
      assert.ok(forward?.status === 'listening');
      const [bound] = forward.bound;
      assert.ok(bound);
      await assert.rejects(
        way.connect(bound, { host, port: 80 }),
        (error) => error instanceof ProxyRefusal && error.reply === reply,
      );
      const isReported = (): boolean => {
        const [now] = window.forwards();
        return now?.status === 'listening' && now.lastError?.detail === `Kein Anschluss: ${reason}`;
      };
      await window.until(isReported, 'reported', longWaitMs);
      const [now] = window.forwards();
      assert.ok(now?.status === 'listening');
      assert.equal(now.lastError?.code, code);
      assert.equal(window.state().status, 'up');
      await using echo = await target((socket) => socket.pipe(socket));
      const socket = await way.connect(bound, { host: '127.0.0.1', port: echo.port });
      assert.equal(await exchange(socket, 'hello'), 'hello');
      socket.end();
    });
  }

  /** The reason, and what the error says of the jump host. */
  const jumps = [
    [1, /which does not permit this connection/],
    [2, /which could not connect to it/],
    [4, /which has no room for another connection/],
    [5, /which could not connect to it/],
  ] as const;
  for (const [reason, words] of jumps) {
    it(`is the jump host's for the reason ${reason}`, async () => {
      const host = `reason-${reason}.invalid`;
      const tunnel = { host, proxyJump: hostFor('publickey'), localForward: '127.0.0.1:0:db:1' };
      await window.lease({ id: 'user:jump', tunnel, want: false });
      const failure = await window.client.start('user:jump').catch((error: unknown) => error);
      assert.ok(failure instanceof TunnelFailure);
      assert.equal(failure.code, 'ProxyFailed');
      assert.match(failure.message, words);
      assert.equal(failure.error.detail, `Kein Anschluss: ${reason}`);
      await window.client.stop('user:jump');
    });
  }
});

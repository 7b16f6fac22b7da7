// Where servers that others wrote listen for a remote forward, and what is said if they don't.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import type { TunnelErrorCode } from '../../src/tunnels/errors/errors';
import { messageOf, nextStepOf } from '../support/errorWords';
import { longWaitMs } from '../support/eventually';
import { reservePort } from '../support/reservedPorts';
import { dropbear } from '../support/servers/dropbearServer';
import { hostFor, Parts } from '../support/servers/otherServer';
import type { OtherServer } from '../support/servers/otherServer';
import { startProftpd } from '../support/servers/proftpdServer';
import { asyncssh, conch } from '../support/servers/scriptServer';
import { target } from '../support/targetAndClient';
import { TestWindow, testDaemon } from '../support/testWindow';
import type { TestDaemon } from '../support/testWindow';
import { dial, exchange } from './socketIo';

type Server = Pick<OtherServer, 'configFile' | 'freePath' | 'port'>;

let daemon: TestDaemon;

/** A server for the tests of a block, and a window. */
function serverAndWindow(start: (parts: Parts) => Promise<Server>): {
  server: () => Server;
  window: () => TestWindow;
} {
  const parts = new Parts();
  let server: Server;
  let window: TestWindow;
  before(async () => {
    server = await start(parts);
    window = await TestWindow.open(daemon, server);
    parts.use({ [Symbol.dispose]: () => window.disconnect() });
  });
  after(() => parts[Symbol.asyncDispose]());
  return { server: () => server, window: () => window };
}

/** Starts a tunnel whose only forward fails, and returns what is said. */
async function failure(
  window: TestWindow,
  listen: number | string,
  code: TunnelErrorCode,
): Promise<{ readonly message: string; readonly nextStep: string }> {
  await window.bringUp({ host: hostFor('publickey'), remoteForward: `${listen}:127.0.0.1:9` });
  const [forward] = window.forwards();
  assert.ok(forward?.status === 'failed', JSON.stringify(forward));
  assert.equal(forward.error.code, code, messageOf(forward.error));
  assert.equal(window.state().status, 'up');
  return { message: messageOf(forward.error), nextStep: nextStepOf(forward.error) };
}

describe('a remote forward', function () {
  this.timeout(3 * longWaitMs);
  before(async () => {
    daemon = await testDaemon();
  });
  after(() => daemon[Symbol.asyncDispose]());

  describe('with a server that does none', () => {
    const servers = [
      [
        'dropbear -k',
        async (parts: Parts) => parts.use(await dropbear.start({ refusesRemoteForwards: true })),
      ],
      // It ends the session if it is asked who has the port.
      ['proftpd', startProftpd],
    ] as const;
    for (const [name, start] of servers) {
      describe(name, () => {
        const { server, window } = serverAndWindow(start);

        it('on a port says so, and is not retried', async () => {
          const port = await reservePort();
          const { message, nextStep } = await failure(window(), port, 'ForwardingDisabled');
          assert.match(
            message,
            new RegExp(`port ${port} and on any other: it may not support remote forwards`),
          );
          assert.doesNotMatch(message + nextStep, /in use|0 for any/);
        });

        it('on any free port says so, and is not retried', async () => {
          const { message, nextStep } = await failure(window(), 0, 'ForwardingDisabled');
          assert.match(message, /on any port: it may not support remote forwards/);
          assert.doesNotMatch(message + nextStep, /in use|0 for any/);
        });

        it('on any free port of one address says so, and is not retried', async () => {
          const { message } = await failure(window(), '192.0.2.1:0', 'ForwardingDisabled');
          assert.match(message, /on any port: it may not support remote forwards/);
        });

        it('on a Unix socket says so, and is not retried', async () => {
          const path = server().freePath();
          const { message } = await failure(window(), path, 'ForwardingDisabled');
          assert.match(message, /it may not support Unix sockets/);
        });
      });
    }
  });

  describe('with a server that does some', () => {
    const { server, window } = serverAndWindow(async (parts) => parts.use(await dropbear.start()));

    it('on a Unix socket says that it may not support these', async () => {
      const { message } = await failure(window(), server().freePath(), 'ForwardingDisabled');
      assert.match(message, /it may not support Unix sockets/);
    });
  });

  for (const [name, kind] of [
    ['AsyncSSH', asyncssh],
    ['dropbear', dropbear],
    ['Conch', conch],
  ] as const) {
    describe(`with ${name}`, () => {
      const { window } = serverAndWindow(async (parts) => parts.use(await kind.start()));

      it('waits for a port that a silent program has', async () => {
        await using holder = await target(() => undefined);
        await using echo = await target((socket) => socket.pipe(socket));
        const remoteForward = `${holder.port}:127.0.0.1:${echo.port}`;
        await window().bringUp({ host: hostFor('publickey'), remoteForward });
        const [forward] = window().forwards();
        assert.ok(forward?.status === 'failed', JSON.stringify(forward));
        assert.equal(forward.error.code, 'RemoteListenRefused');
        assert.match(messageOf(forward.error), /another program there uses it/);
        await holder[Symbol.asyncDispose]();
        await window().until(() => window().forwards()[0]?.status === 'listening', 'listening', longWaitMs);
        const socket = await dial(holder.port);
        assert.equal(await exchange(socket, 'hello'), 'hello');
        socket.end();
      });
    });
  }

  describe('with Conch, which listens on 127.0.0.1 alone', () => {
    const { window } = serverAndWindow(async (parts) => parts.use(await conch.start()));

    it('waits for the port if a silent program has it at ::1', async () => {
      await using holder = await target(() => undefined, '::1');
      await window().bringUp({ host: hostFor('publickey'), remoteForward: `${holder.port}:127.0.0.1:9` });
      const [forward] = window().forwards();
      assert.ok(forward?.status === 'failed', JSON.stringify(forward));
      assert.match(messageOf(forward.error), /another program there uses it/);
      await holder[Symbol.asyncDispose]();
      await window().until(() => window().forwards()[0]?.status === 'listening', 'listening', longWaitMs);
    });
  });
});

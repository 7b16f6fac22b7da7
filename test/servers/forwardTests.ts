// The tests of each kind of forward with a server.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, it } from 'mocha';
import type { Address } from '../../src/tunnels/util/address';
import type { TunnelErrorCode } from '../../src/tunnels/errors/errors';
import type { ForwardState } from '../../src/tunnels/model/state';
import { eventually, longWaitMs } from '../support/eventually';
import { freePort } from '../support/freePort';
import { target } from '../support/targetAndClient';
import type { TargetServer } from '../support/targetAndClient';
import { reservePort } from '../support/reservedPorts';
import { hostFor } from '../support/servers/otherServer';
import { step } from '../support/step';
import { exchange, read, readAll } from './socketIo';
import type { ServerSuite } from './suiteParts';
import { ProxyRefusal } from './forwardWays';
import type { ForwardWay } from './forwardWays';

const block = randomBytes(1024 * 1024);
const many = 50;

export function forwardTests(suite: ServerSuite, way: ForwardWay): void {
  const { can } = suite.kind;
  after(() => suite.window.lease());

  it('carries bytes in both directions', async () => {
    await using tunnel = await startForward((socket) => socket.pipe(socket));
    const socket = await tunnel.connect();
    socket.write(block);
    const received = await read(socket, block.length);
    assert.ok(received.equals(block), 'other bytes came back');
    tunnel.end([socket]);
    await tunnel.isQuiet();
  });

  it(`serves ${many} connections at once`, async () => {
    await using tunnel = await startForward((socket) => socket.pipe(socket));
    const sockets = await Promise.all(Array.from({ length: many }, () => tunnel.connect()));
    const words = sockets.map((_, n) => `client number ${n}`);
    const heard = await Promise.all(sockets.map((socket, n) => exchange(socket, words[n] ?? '')));
    assert.deepEqual(heard, words);
    assert.equal(tunnel.openAtTarget(), many);
    tunnel.end(sockets);
    await tunnel.isQuiet();
  });

  if (can.keepsHalfClosed) {
    it("delivers the answer after the client's half-close", async () => {
      await using tunnel = await startForward((socket) => {
        let length = 0;
        socket.on('data', (data) => (length += data.length));
        socket.on('end', () => void sleep(50).then(() => socket.end(`${length} bytes`)));
      });
      const socket = await tunnel.connect();
      socket.end(block);
      assert.equal((await readAll(socket)).toString(), `${block.length} bytes`);
      await tunnel.isQuiet();
    });

    it("accepts data from the client after the target's half-close", async () => {
      let length = 0;
      await using tunnel = await startForward((socket) => {
        socket.on('data', (data) => (length += data.length)).end('bye');
      });
      const socket = await tunnel.connect();
      assert.equal((await readAll(socket)).toString(), 'bye');
      socket.end(block);
      await tunnel.isQuiet();
      assert.equal(length, block.length);
    });
  }

  // For a Unix socket, no server says why it wasn't reached.
  if (!way.toPath) {
    refusalTest();
  }

  it('returns after the server has ended the session', async () => {
    const { server, window } = suite;
    await using tunnel = await startForward((socket) => socket.pipe(socket));
    const socket = await tunnel.connect();
    assert.equal(await exchange(socket, 'before'), 'before');
    const logins = server.logins().length;
    await step('the server ends its sessions', async () => {
      const gone = readAll(socket);
      server.dropSessions();
      await window.until(() => window.state().status !== 'up', 'down', longWaitMs);
      await gone;
    });
    await step('the tunnel comes back', async () => {
      const isBack = (): boolean =>
        window.state().status === 'up' && window.forwards()[0]?.status === 'listening';
      await window.until(isBack, 'up and listening', longWaitMs);
      assert.equal(await exchange(await tunnel.connect(), 'after'), 'after');
    });
    await eventually('the login is in the log', () => server.logins().length > logins);
    assert.deepEqual(server.logins().slice(logins), ['publickey']);
  });

  function refusalTest(): void {
    const refusals = way.dialler === 'server' ? can.refusals : 'reported';
    switch (refusals) {
      case 'reported':
        it('reports a target that refuses, and goes on', () => expectFailure('TargetRefused', 5));
        break;
      case 'reported without the cause':
        it("reports a target that wasn't reached, and goes on", () => expectFailure('TargetUnreachable', 4));
        break;
      case 'not reported':
        it('ends the connection when the target refuses, and goes on', async () => {
          await using tunnel = await openForward({ host: '127.0.0.1', port: await freePort() });
          const socket = await tunnel.connect();
          assert.equal((await readAll(socket)).length, 0);
          socket.end();
          assert.equal(suite.window.state().status, 'up');
          await tunnel.isQuiet();
        });
    }
  }

  /**
   * Expects the failure at the client (the proxy's reply or a closed connection) and in the forward's state (the
   * code).
   */
  async function expectFailure(code: TunnelErrorCode, reply: number): Promise<void> {
    const { window } = suite;
    await using tunnel = await openForward({ host: '127.0.0.1', port: await freePort() });
    if (way.isProxy) {
      await assert.rejects(
        tunnel.connect(),
        (error) => error instanceof ProxyRefusal && error.reply === reply,
      );
    } else {
      // The reset may come before the client knows that it is connected.
      const received = await tunnel.connect().then(readAll, (error: unknown) => String(error));
      assert.ok(String(received) === '' || String(received).includes('ECONNRESET'), String(received));
    }
    await window.until(() => tunnel.state().lastError !== undefined, 'the failure is reported', longWaitMs);
    assert.equal(tunnel.state().lastError?.code, code);
    assert.equal(window.state().status, 'up');
    await tunnel.isQuiet();
  }

  interface Tunnel extends AsyncDisposable {
    connect(): Promise<Socket>;
    state(): Extract<ForwardState, { status: 'listening' }>;
    openAtTarget(): number;
    /** Ends connections: at the client or, if the server doesn't pass that on, at the target too. */
    end(clients: readonly Socket[]): void;
    /** No connection is open, neither at the client nor at the target. */
    isQuiet(): Promise<void>;
  }

  /** A tunnel to a target that does this. */
  async function startForward(serve: (socket: Socket) => void): Promise<Tunnel> {
    const there = await target(serve, way.toPath ? { path: suite.server.freePath() } : '127.0.0.1');
    try {
      return await openForward(there.address, there);
    } catch (error) {
      await there[Symbol.asyncDispose]();
      throw error;
    }
  }

  async function openForward(to: Address, there?: TargetServer): Promise<Tunnel> {
    const { server, window } = suite;
    const free = { port: await reservePort(), path: server.freePath() };
    await window.bringUp({ host: hostFor('publickey'), ...way.settings(to, free) });
    const state = (): ReturnType<Tunnel['state']> => {
      const [forward] = window.forwards();
      assert.equal(forward?.status, 'listening', JSON.stringify(forward));
      return forward;
    };
    const openAtTarget = (): number => there?.open.size ?? 0;
    const [bound] = state().bound;
    assert.ok(bound);
    return {
      state,
      openAtTarget,
      connect: () => way.connect(bound, to),
      end: (clients) => {
        const atTarget = can.keepsHalfClosed ? [] : [...(there?.open ?? [])];
        [...clients, ...atTarget].forEach((socket) => socket.end());
      },
      isQuiet: async () => {
        await eventually('no connection at the target', () => openAtTarget() === 0);
        await window.until(() => state().connections === 0, 'without connections', longWaitMs);
      },
      [Symbol.asyncDispose]: async () => there?.[Symbol.asyncDispose](),
    };
  }
}

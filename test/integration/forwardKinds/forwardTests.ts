// What every kind of forward does in every situation, against a real sshd.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, describe, it } from 'mocha';
import type { Address } from '../../../src/tunnels/util/address';
import type { ForwardState } from '../../../src/tunnels/model/state';
import { eventually } from '../../support/eventually';
import { freePort } from '../../support/freePort';
import { TestWindow, testDaemon } from '../../support/testWindow';
import type { TestDaemon } from '../../support/testWindow';
import { target } from '../../support/targetAndClient';
import type { TargetServer } from '../../support/targetAndClient';
import { startSshd } from '../../support/sshd';
import type { Sshd } from '../../support/sshd';
import { ProxyRefusal } from './kinds';
import type { ForwardKind } from './kinds';
import { messageOf } from '../../support/errorWords';

const block = randomBytes(3 * 1024 * 1024);
const many = 500;
/** Milliseconds, for comparing with the clock. */
const tenMinutes = 600_000;

export function forwardTests(kinds: readonly ForwardKind[]): void {
  let daemon: TestDaemon;
  let sshd: Sshd;
  let window: TestWindow;
  let names = 0;

  before(async () => {
    [daemon, sshd] = await Promise.all([testDaemon(), startSshd()]);
    window = await TestWindow.open(daemon, sshd);
  });
  after(async () => {
    window.disconnect();
    await daemon[Symbol.asyncDispose]();
    await sshd.stop();
  });

  function freePath(): string {
    return `${sshd.dir}/${++names}.sock`;
  }

  for (const kind of kinds) {
    describe(kind.title, () => {
      after(() => window.lease());

      it("carries the target's data to the client intact", async () => {
        await using forward = await startForward(kind, (socket) => socket.end(block));
        const { received, ended } = await receiveAll(await forward.connect());
        assert.ok(ended && received.equals(block));
        await forward.isQuiet();
      });

      it("carries the client's data to the target intact", async () => {
        const digest = createHash('sha256');
        await using forward = await startForward(kind, (socket) => {
          socket.on('data', (data) => digest.update(data)).on('end', () => socket.end('whole'));
        });
        const socket = await forward.connect();
        socket.end(block);
        const { received } = await receiveAll(socket);
        assert.equal(received.toString(), 'whole');
        assert.equal(digest.digest('hex'), createHash('sha256').update(block).digest('hex'));
        await forward.isQuiet();
      });

      it('lets a client that half-closes receive the rest', async () => {
        await using forward = await startForward(kind, (socket) => {
          socket.resume().on('end', () => void sleep(50).then(() => socket.end('afterwards')));
        });
        const socket = await forward.connect();
        socket.end('last words');
        const { received, ended } = await receiveAll(socket);
        assert.ok(ended);
        assert.equal(received.toString(), 'afterwards');
        await forward.isQuiet();
      });

      it('lets a target that half-closes receive the rest', async () => {
        const heard: Buffer[] = [];
        await using forward = await startForward(kind, (socket) => {
          socket.on('data', (data) => heard.push(data)).end('bye');
        });
        const socket = await forward.connect();
        socket.resume();
        await once(socket, 'end');
        socket.end('still here');
        await forward.isQuiet();
        assert.equal(Buffer.concat(heard).toString(), 'still here');
      });

      it("ends the target's connection when the client is reset", async () => {
        await using forward = await startForward(kind, (socket) => {
          socket
            .resume()
            .on('end', () => socket.end())
            .write('x');
        });
        const socket = await forward.connect();
        await once(socket, 'data');
        reset(socket);
        await forward.isQuiet();
      });

      it("ends the client's connection when the target is reset", async () => {
        await using forward = await startForward(kind, (socket) => {
          socket.once('data', () => reset(socket));
        });
        const socket = await forward.connect();
        const gone = closed(socket.resume());
        socket.on('end', () => socket.end());
        socket.write('go');
        await gone;
        await forward.isQuiet();
      });

      it('waits for a silent target', async () => {
        let arrived: (socket: Socket) => void = () => undefined;
        const there = new Promise<Socket>((resolve) => (arrived = resolve));
        await using forward = await startForward(kind, (socket) => arrived(socket));
        const socket = await forward.connect();
        const heard = receiveAll(socket);
        const silent = await there;
        await window.until(() => forward.state().connections === 1, 'it is counted');
        await sleep(300);
        assert.equal(socket.destroyed, false);
        silent.end('at last');
        socket.end();
        assert.equal((await heard).received.toString(), 'at last');
        await forward.isQuiet();
      });

      it('reports a target that refuses, and keeps listening', async () => {
        const nobody: Address = kind.loopback
          ? { host: kind.loopback, port: await freePort() }
          : { path: freePath() };
        await using forward = await openForward(kind, nobody);
        await expectRefusal(kind, forward, 5);
        const { lastError, lastErrorAt } = forward.state();
        assert.equal(lastError?.code, kind.loopback ? 'TargetRefused' : 'TargetUnreachable');
        assert.match(messageOf(lastError), /127\.0\.0\.1|::1|\.sock/);
        assert.ok(lastErrorAt !== undefined && Math.abs(Date.now() - lastErrorAt) < tenMinutes);
        await forward.isQuiet();
      });

      if (kind.loopback) {
        it("reports a target name that doesn't exist", async () => {
          await using forward = await openForward(kind, { host: 'no-such-name.invalid', port: 80 });
          await expectRefusal(kind, forward, 4);
          assert.equal(forward.state().lastError?.code, 'TargetNotFound');
          await forward.isQuiet();
        });
      }

      it('closes all busy connections when it is stopped', async () => {
        await using forward = await startForward(kind, (socket) => {
          const pour = (): void => {
            while (!socket.destroyed && socket.write(block)) {
              // Until it is full.
            }
          };
          socket.resume().on('drain', pour);
          pour();
        });
        const sockets = await Promise.all(Array.from({ length: 20 }, () => forward.connect()));
        await Promise.all(sockets.map((socket) => once(socket, 'data')));
        const closings = sockets.map((socket) => {
          socket.resume().on('end', () => socket.end());
          return closed(socket);
        });
        await window.client.stop('user:t');
        await Promise.all(closings);
        assert.equal(window.state().status, 'stopped');
        await assert.rejects(forward.connect(), /ECONNREFUSED|ENOENT/);
        await forward.targetIsQuiet();
      });

      it(`serves ${many} connections at once`, async () => {
        await using forward = await startForward(kind, (socket) => socket.pipe(socket));
        const sockets = await Promise.all(Array.from({ length: many }, () => forward.connect()));
        // Each sends something at once. sshd's connection queue is short (SSH_LISTEN_BACKLOG): a client that came
        // while it was full believes it is connected, and the server's system only notices it when it sends
        // something.
        const replies = await Promise.all(
          sockets.map(async (socket, n) => {
            const said = `client ${n}`;
            socket.write(said);
            return receive(socket, said.length);
          }),
        );
        assert.deepEqual(
          replies,
          sockets.map((_, n) => `client ${n}`),
        );
        await window.until(() => forward.state().connections === many, 'all are counted');
        const rests = sockets.map(async (socket) => {
          socket.end('!');
          return (await receiveAll(socket)).received.toString();
        });
        assert.ok((await Promise.all(rests)).every((rest) => rest === '!'));
        await forward.isQuiet();
      });
    });
  }

  interface Forward extends AsyncDisposable {
    connect(): Promise<Socket>;
    state(): Extract<ForwardState, { status: 'listening' }>;
    /** No connection is open, neither at the client nor at the target. */
    isQuiet(): Promise<void>;
    targetIsQuiet(): Promise<void>;
  }

  /** A tunnel with this forward to a target that does this. */
  async function startForward(kind: ForwardKind, serve: (socket: Socket) => void): Promise<Forward> {
    const server = await target(serve, kind.loopback ?? { path: freePath() });
    return openForward(kind, server.address, server);
  }

  async function openForward(kind: ForwardKind, to: Address, server?: TargetServer): Promise<Forward> {
    await window.bringUp({ host: 'test-sshd', ...kind.settings(to, freePath()) });
    const state = (): ReturnType<Forward['state']> => {
      const [forward] = window.forwards();
      assert.equal(forward?.status, 'listening', JSON.stringify(forward));
      return forward;
    };
    const [bound] = state().bound;
    assert.ok(bound);
    const targetIsQuiet = (): Promise<void> =>
      eventually('no connection is left at the target', () => (server?.open.size ?? 0) === 0);
    return {
      connect: () => kind.connect(bound, to),
      state,
      targetIsQuiet,
      isQuiet: async () => {
        await targetIsQuiet();
        await window.until(() => state().connections === 0, 'without connections');
      },
      [Symbol.asyncDispose]: async () => server?.[Symbol.asyncDispose](),
    };
  }

  async function expectRefusal(kind: ForwardKind, forward: Forward, reply: number): Promise<void> {
    if (kind.isProxy) {
      await assert.rejects(
        forward.connect(),
        (error) => error instanceof ProxyRefusal && error.reply === reply,
      );
    } else {
      // The reset may come before the client knows that it is connected.
      const received = await forward.connect().then(receiveAll, (error: unknown) => String(error));
      assert.ok(
        (typeof received === 'string' && received.includes('ECONNRESET')) ||
          (typeof received === 'object' && received.received.length === 0),
      );
    }
    await window.until(() => forward.state().lastError !== undefined, 'the refusal is reported');
  }
}

/** Everything until the connection is closed; ends its own side when the other side ends. */
async function receiveAll(socket: Socket): Promise<{ received: Buffer; ended: boolean }> {
  const chunks: Buffer[] = [];
  let ended = false;
  socket.on('data', (data) => chunks.push(data));
  socket.on('end', () => {
    ended = true;
    socket.end();
  });
  await closed(socket);
  return { received: Buffer.concat(chunks), ended };
}

/** The first so many bytes. @throws Error if the connection closes earlier */
async function receive(socket: Socket, length: number): Promise<string> {
  let heard = '';
  const hearMore = (data: Buffer): void => void (heard += data.toString('latin1'));
  socket.on('data', hearMore);
  const end = closed(socket);
  while (heard.length < length) {
    await Promise.race([once(socket, 'data'), end]);
    assert.ok(!socket.destroyed, `closed after "${heard}"`);
  }
  socket.off('data', hearMore);
  return heard;
}

/** Resolves however the socket is closed. */
function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) {
      resolve();
    }
    socket.once('close', () => resolve());
  });
}

/** Resets the connection, if it can be reset. */
function reset(socket: Socket): void {
  try {
    socket.resetAndDestroy();
  } catch {
    socket.destroy();
  }
}

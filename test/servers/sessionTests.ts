// The tests of an SSH session: rekeys, idle time, a restart of its server.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { appendFile } from 'node:fs/promises';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { after, it } from 'mocha';
import { longWaitMs } from '../support/eventually';
import { target } from '../support/targetAndClient';
import { reservePort } from '../support/reservedPorts';
import { hostFor } from '../support/servers/otherServer';
import type { OtherServer, ServerOptions } from '../support/servers/otherServer';
import { step } from '../support/step';
import { exchange, dial, read, untilOrGone } from './socketIo';
import type { ServerSuite } from './suiteParts';

const mebibyte = 1024 * 1024;

export function sessionTests(suite: ServerSuite): void {
  const { can } = suite.kind;
  after(() => suite.window.lease());

  if (can.renewsKeys !== 'hardly ever') {
    it('survives a rekey by the server while idle', async () => {
      await using own = await startServer({ rekeysByTime: true });
      const socket = await own.connect();
      assert.equal(await exchange(socket, 'before'), 'before');
      for (let round = 1; round <= 3; round++) {
        const before = own.server.keyExchanges();
        own.server.renewKeys?.();
        await untilOrGone(socket, 'the keys are renewed', () => own.server.keyExchanges() > before);
        assert.equal(await exchange(socket, `after ${round}`), `after ${round}`);
      }
      socket.end();
      own.isUnbroken();
    });

    it('survives rekeys by the server during a transfer', async () => {
      await using own = await startServer({ rekeyBytes: mebibyte });
      const socket = await own.connect();
      const before = own.server.keyExchanges();
      const renewed = (): number => own.server.keyExchanges() - before;
      const closed = new Promise((resolve) => socket.once('close', resolve));
      // A server may hold several MiB back during one exchange, and then sends them in one go: how
      // often it renews within 8 MiB depends on the machine.
      for (let transfer = 1; transfer <= 10 && renewed() < 3; transfer++) {
        const data = randomBytes(8 * mebibyte);
        const reading = read(socket, data.length);
        // The failure is reported by the read below.
        reading.catch(() => undefined);
        for (let at = 0; at < data.length && !socket.destroyed; at += mebibyte) {
          if (!can.hasRekeyLimit) {
            own.server.renewKeys?.();
          }
          if (!socket.write(data.subarray(at, at + mebibyte))) {
            await Promise.race([once(socket, 'drain'), closed]);
          }
        }
        assert.ok((await reading).equals(data), `other bytes came back in transfer ${transfer}`);
      }
      assert.ok(renewed() >= 3, `the keys were renewed ${renewed()} times`);
      socket.end();
      own.isUnbroken();
    });
  }

  it('survives the rekeys of our RekeyLimit during a transfer', async () => {
    await using own = await startServer({}, `RekeyLimit ${mebibyte}`);
    const { window } = suite;
    await window.client.setLogThresholds({ all: 'debug', tunnels: {} });
    const before = window.log.length;
    const socket = await own.connect();
    const data = randomBytes(8 * mebibyte);
    const reading = read(socket, data.length);
    // The failure is reported by the read below.
    reading.catch(() => undefined);
    socket.write(data);
    assert.ok((await reading).equals(data), 'other bytes came back');
    const renewed = (): number =>
      window.log.slice(before).filter((line) => line.includes('Key exchange finished')).length;
    await untilOrGone(socket, 'the keys are renewed', () => renewed() >= 3);
    await window.client.setLogThresholds({ all: 'info', tunnels: {} });
    socket.end();
    own.isUnbroken();
  });

  it('stays up while idle, because its keep-alives are answered', async () => {
    const { server, window } = suite;
    await using relay = await keepAliveRelay(server.port);
    await using echo = await target((socket) => socket.pipe(socket));
    await window.bringUp({
      host: `127.0.0.1:${relay.port}`,
      serverAliveInterval: 1,
      // The answers are counted here; on a busy machine one may be late.
      serverAliveCountMax: 30,
      localForward: `0:127.0.0.1:${echo.port}`,
    });
    const socket = await dial(window.port());
    assert.equal(await exchange(socket, 'before'), 'before');
    const before = relay.answers();
    await untilOrGone(socket, 'three keep-alives are answered', () => relay.answers() >= before + 3);
    assert.equal(await exchange(socket, 'after'), 'after');
    assert.deepEqual(window.history().slice(-2), ['connecting', 'up']);
    socket.end();
  });

  it('returns with every forward after the server restarts', async () => {
    const { server, window } = suite;
    await using echo = await target((socket) => socket.pipe(socket));
    const to = `127.0.0.1:${echo.port}`;
    const there = await reservePort();
    const paths = can.listensOnUnixSockets ? [server.freePath()] : [];
    await window.bringUp({
      host: hostFor('publickey'),
      localForward: `0:${to}`,
      remoteForward: [`127.0.0.1:${there}`, ...paths].map((listen) => ({ listen, target: to })),
    });
    const here = window.port();
    await step('the server ends', async () => {
      await server.halt();
      await window.until(() => window.state().status === 'waiting', 'waiting', longWaitMs);
    });
    await step('the server starts', () => server.startAgain());
    await step('every forward is back', async () => {
      const isBack = (): boolean =>
        window.state().status === 'up' && window.forwards().every(({ status }) => status === 'listening');
      await window.until(isBack, 'up with every forward', longWaitMs);
      assert.equal(window.port(), here);
      for (const listener of [here, there, ...paths]) {
        const socket = await dial(listener);
        assert.equal(await exchange(socket, 'again'), 'again', `by ${listener}`);
        socket.end();
      }
    });
  });

  interface OwnServer extends AsyncDisposable {
    readonly server: OtherServer;
    connect(): Promise<Socket>;
    /** @throws AssertionError if the tunnel was down meanwhile */
    isUnbroken(): void;
  }

  /**
   * Starts a server with these options, and a tunnel to an echo.
   * @param config a line of the client's ssh_config
   */
  async function startServer(options: ServerOptions, config = ''): Promise<OwnServer> {
    const { kind, window } = suite;
    const id = 'user:own';
    const server = await kind.start(options);
    await appendFile(server.configFile, `${config}\n`);
    const echo = await target((socket) => socket.pipe(socket));
    const end = async (): Promise<void> => {
      await window.lease();
      await echo[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    };
    try {
      const tunnel = { host: hostFor('publickey'), localForward: `0:127.0.0.1:${echo.port}` };
      await window.lease({ id, tunnel, settings: { sshConfigFile: server.configFile }, want: false });
      await window.client.start(id);
    } catch (error) {
      await end();
      throw error;
    }
    return {
      server,
      connect: () => dial(window.port(0, id)),
      isUnbroken: () => assert.deepEqual(window.history(id).slice(-2), ['connecting', 'up']),
      [Symbol.asyncDispose]: end,
    };
  }
}

interface KeepAliveRelay extends AsyncDisposable {
  readonly port: number;
  /** How often the server has sent something after the tunnel did. */
  answers(): number;
}

/** A relay between the tunnel and the server. */
async function keepAliveRelay(port: number): Promise<KeepAliveRelay> {
  let answers = 0;
  let isAsked = false;
  const relay = await target((client) => {
    const server = connect({ port, host: '127.0.0.1', noDelay: true });
    client.on('data', () => (isAsked = true));
    server.on('data', () => {
      answers += isAsked ? 1 : 0;
      isAsked = false;
    });
    client.pipe(server).pipe(client);
    server.on('error', () => undefined).on('close', () => client.destroy());
    client.on('close', () => server.destroy());
  });
  return {
    port: relay.port,
    answers: () => answers,
    [Symbol.asyncDispose]: () => relay[Symbol.asyncDispose](),
  };
}

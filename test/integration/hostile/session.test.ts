// Servers that break the SSH protocol after the login: each is disconnected with an error code, in bounded memory,
// and nothing of it remains.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, it } from 'mocha';
import type { ClientChannel } from 'ssh2';
import { eventually } from '../../support/eventually';
import { TunnelFailure } from '../../../src/tunnels/errors/errors';
import type { TunnelError } from '../../../src/tunnels/errors/errors';
import type { SshSession } from '../../../src/tunnels/ssh/session/session';
import { byte, packed, string, uint32 } from '../../support/hostile/fields';
import { hostileServer } from '../../support/hostile/hostileServer';
import type { HostilePeer, HostileServer, HostileServerOptions } from '../../support/hostile/hostileServer';
import { connectTo, endOf, failureOf } from '../../support/hostile/sessionUnderTest';
import type { SessionUnderTestOptions } from '../../support/hostile/sessionUnderTest';
import { checkReadable } from '../../support/readableErrors';
import { messageOf } from '../../support/errorWords';

const mebibyte = 1024 * 1024;
const target = { host: '127.0.0.1', port: 80 };
const origin = { host: '127.0.0.1', port: 0 };
const anywhere = { bind: undefined, port: 0 };

/** A request for a forwarded channel (RFC 4254 §7.2). */
const forwarded = (to: string, port: number, packetSize = 32_768): Buffer =>
  packed(
    90,
    ...[string('forwarded-tcpip'), uint32(5), uint32(mebibyte), uint32(packetSize)],
    ...[string(to), uint32(port), string('127.0.0.1'), uint32(1)],
  );

describe('a hostile server after the login', () => {
  let servers: HostileServer[] = [];
  let peer: HostilePeer;
  let log: string[] = [];

  afterEach(async () => {
    await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()));
    servers = [];
  });

  async function serve(options: HostileServerOptions): Promise<HostileServer> {
    const server = await hostileServer(options);
    servers.push(server);
    return server;
  }

  /** Its channels open and stay silent; it grants every global request, with port 4000. */
  async function connect(
    options: HostileServerOptions = {},
    clientOptions: SessionUnderTestOptions = {},
  ): Promise<SshSession> {
    let ready: () => void = () => undefined;
    const isReady = new Promise<void>((resolve) => (ready = resolve));
    const server = await serve({
      ...options,
      onReady: (each) => {
        peer = each;
        each.connection.on('tcpip', (accept) => void accept().on('error', () => undefined));
        each.connection.on('request', (accept, _reject, name) =>
          accept?.(name === 'tcpip-forward' ? 4000 : 0),
        );
        options.onReady?.(each);
        ready();
      },
    });
    log = [];
    const session = await connectTo(server.port, { log: (line) => log.push(line), ...clientOptions });
    await isReady;
    return session;
  }

  async function isCutOff(session: SshSession, why: RegExp): Promise<TunnelError> {
    const error = await endOf(session);
    checkReadable(error);
    assert.equal(error.code, 'NotAnSshServer', JSON.stringify(error));
    assert.match(messageOf(error), why);
    assert.match(messageOf(error), /127\.0\.0\.1/);
    return error;
  }

  function many(count: number, message: Buffer | ((n: number) => Buffer)): void {
    for (let n = 0; n < count; n++) {
      peer.send(typeof message === 'function' ? message(n) : message);
    }
  }

  /** Sends until it is disconnected: how much that takes depends on how fast the machine is. */
  async function withoutEnd(session: SshSession, message: Buffer | ((n: number) => Buffer)): Promise<void> {
    // 10,000 at once, and 200 a second.
    many(14_000, message);
    await eventually('it is disconnected', () => {
      if (session.ended === undefined) {
        many(500, message);
      }
      return session.ended !== undefined;
    });
  }

  async function open(session: SshSession): Promise<ClientChannel> {
    const channel = await session.open(target, origin);
    channel.on('error', () => undefined);
    return channel;
  }

  it('that sends much more than the channel window allows is disconnected', async () => {
    const session = await connect();
    const channel = await open(session);
    const before = process.memoryUsage().rss;
    many(2000, packed(94, uint32(0), string(Buffer.alloc(32_000))));
    await isCutOff(session, /sent more data on a channel than allowed/);
    assert.ok(channel.readableLength < mebibyte, `${channel.readableLength} bytes are buffered`);
    assert.ok(process.memoryUsage().rss - before < 200 * mebibyte);
  });

  it('that sends a little more than the channel window allows is tolerated, as by OpenSSH', async () => {
    const session = await connect();
    const channel = await open(session);
    many(1, packed(94, uint32(0), string(Buffer.alloc(32_000))));
    many(7, packed(94, uint32(0), string(Buffer.alloc(34_000))));
    await once(channel, 'readable');
    await until(() => channel.readableLength >= 32_000 + 7 * 34_000);
    assert.equal(session.ended, undefined);
    assert.equal(channel.readableLength, 32_000 + 7 * 34_000);
    await session.close();
  });

  it('that sends data byte by byte is read, however little', async () => {
    const session = await connect();
    const channel = await open(session);
    for (const text of ['a', '', 'b', 'cd']) {
      many(1, packed(94, uint32(0), string(text)));
    }
    await until(() => channel.readableLength === 4);
    assert.equal(String(channel.read()), 'abcd');
    await session.close();
  });

  it('that fills the channel window with extended data is disconnected', async () => {
    const session = await connect();
    const channel = await open(session);
    many(100, packed(95, uint32(0), uint32(1), string(Buffer.alloc(32_000))));
    await isCutOff(session, /sent more data on a channel/);
    assert.equal(channel.stderr.readableLength, 0);
  });

  it('that sends data after the end of a channel is ignored', async () => {
    const session = await connect();
    const channel = await open(session);
    many(1, packed(96, uint32(0)));
    many(5, packed(95, uint32(0), uint32(1), string('more')));
    many(5, packed(94, uint32(0), string('more')));
    channel.resume();
    await once(channel, 'end');
    await sleep(20);
    assert.equal(session.ended, undefined);
    await session.close();
  });

  for (const size of [0, 1, 63]) {
    it(`that asks for packets of ${size} bytes is disconnected before any is sent`, async () => {
      const session = await connect({
        onReady: ({ intercept }) =>
          intercept((message) =>
            message[0] === 91 ? [Buffer.concat([message.subarray(0, 13), uint32(size)])] : [message],
          ),
      });
      const opening = open(session).then((channel) => channel.write(Buffer.alloc(mebibyte)));
      await isCutOff(session, new RegExp(`requests packets of ${size} bytes`));
      await assert.rejects(opening, TunnelFailure);
    });
  }

  it('that asks for packets of 0 bytes on a forwarded connection is disconnected', async () => {
    const session = await connect();
    await session.listen(anywhere, (incoming) => void incoming.accept().write('hello'));
    many(1, forwarded('localhost', 4000, 0));
    await isCutOff(session, /requests packets of 0 bytes/);
  });

  it('that makes a channel window overflow is disconnected', async () => {
    const session = await connect();
    await open(session);
    many(2, packed(93, uint32(0), uint32(2 ** 32 - 1)));
    await isCutOff(session, /window of a channel larger/);
  });

  for (const [what, message] of [
    ['x11', packed(90, string('x11'), uint32(1), uint32(9), uint32(999), string('127.0.0.1'), uint32(1))],
    ['session', packed(90, string('session'), uint32(1), uint32(9), uint32(999))],
    [
      'auth-agent@openssh.com',
      packed(90, string('auth-agent@openssh.com'), uint32(1), uint32(9), uint32(999)),
    ],
    ['forwarded-tcpip', forwarded('localhost', 4001)],
    [
      'forwarded-streamlocal@openssh.com',
      packed(
        90,
        ...[string('forwarded-streamlocal@openssh.com'), uint32(1), uint32(9), uint32(999)],
        ...[string('constructor'), string('')],
      ),
    ],
  ] as const) {
    it(`that endlessly opens ${what} channels is disconnected`, async () => {
      const session = await connect();
      const failures: number[] = [];
      (
        peer.connection as unknown as { _protocol: { _handlers: Record<string, unknown> } }
      )._protocol._handlers['CHANNEL_OPEN_FAILURE'] = (_protocol: unknown, _id: number, reason: number) =>
        failures.push(reason);
      many(10, message);
      await until(() => failures.length === 10);
      await withoutEnd(session, message);
      await isCutOff(session, /useless messages without end/);
    });
  }

  it('that forwards too many connections at once has them refused, and is disconnected if it goes on', async () => {
    const session = await connect();
    let taken = 0;
    await session.listen(anywhere, (incoming) => {
      incoming.accept().on('error', () => undefined);
      taken++;
    });
    many(2500, forwarded('localhost', 4000));
    await until(() => taken >= 2048);
    await sleep(100);
    assert.equal(taken, 2048);
    assert.equal(session.ended, undefined);
    await withoutEnd(session, forwarded('localhost', 4000));
    await isCutOff(session, /useless messages without end/);
    assert.equal(taken, 2048);
  });

  it('that forwards one connection after another is never disconnected', async () => {
    const session = await connect();
    let refused = 0;
    await session.listen(anywhere, (incoming) => {
      refused++;
      incoming.refuse();
    });
    for (let round = 0; round < 15; round++) {
      many(1000, forwarded('localhost', 4000));
      await until(() => refused === 1000 * (round + 1));
    }
    assert.equal(session.ended, undefined);
    await session.close();
  });

  for (const [what, message] of [
    ['pings', packed(80, string('keepalive@openssh.com'), byte(1))],
    ['host key announcements', packed(80, string('hostkeys-00@openssh.com'), byte(1))],
    ['SSH_MSG_IGNORE messages', packed(2, string('x'.repeat(100)))],
    ['debug messages', packed(4, byte(1), string('\x1b[2Jx'.repeat(500)), string(''))],
    ['SSH_MSG_UNIMPLEMENTED messages', packed(3, uint32(1))],
    ['messages of an unknown type', packed(192, string('x'))],
    ['answers without a request', packed(81)],
    ['data for unknown channels', packed(94, uint32(77), string('x'.repeat(1000)))],
    ['closes of unknown channels', packed(97, uint32(77))],
    ['banners', packed(53, string('Welcome'), string(''))],
    ['data of no length', packed(94, uint32(0), string(''))],
    ['login successes', packed(52)],
    ['window adjustments of unknown channels', packed(93, uint32(77), uint32(1))],
    ['channel requests', packed(98, uint32(0), string('x'), byte(1))],
  ] as const) {
    it(`that sends endless ${what} is disconnected`, async () => {
      const session = await connect();
      await open(session);
      await withoutEnd(session, message);
      await isCutOff(session, /useless messages without end/);
      const written = log.join('\n');
      assert.ok(written.length < 100_000, `${written.length} characters are written down`);
      assert.doesNotMatch(written, /\x1b/);
    });
  }

  it('that sends a few useless messages stays connected', async () => {
    const session = await connect();
    many(5000, packed(2, string('')));
    await sleep(50);
    assert.equal(session.ended, undefined);
    assert.ok((await open(session)).writable);
    await session.close();
  });

  it('that repeats searched words in long debug messages delays no channel', async () => {
    const session = await connect();
    // As long as a packet may be. A search that takes the square of its length takes a minute for one of them.
    many(8, packed(4, byte(0), string(': key options:'.repeat(18_000)), string('')));
    assert.ok((await open(session)).writable);
    await session.close();
  });

  it('that rekeys again and again is disconnected', async () => {
    const session = await connect();
    let count = 0;
    const rekey = (): void => {
      count++;
      peer.connection.rekey(() => setImmediate(rekey));
    };
    rekey();
    await isCutOff(session, /starts one rekey after another/);
    assert.ok(count < 40, `${count} times`);
  });

  it('that rekeys again and again is disconnected, even if it enlarges windows meanwhile', async () => {
    const session = await connect();
    await open(session);
    let count = 0;
    const rekey = (): void => {
      count++;
      peer.send(packed(93, uint32(0), uint32(64 * 1024)));
      peer.connection.rekey(() => setImmediate(rekey));
    };
    rekey();
    await isCutOff(session, /starts one rekey after another/);
    assert.ok(count < 40, `${count} times`);
  });

  it('that never finishes a rekey is sent nothing more', async () => {
    const session = await connect();
    assert.equal(session.gate.closed, false);
    (peer.connection as unknown as { _protocol: { rekey(): void } })._protocol.rekey();
    peer.intercept(() => []);
    await until(() => session.gate.closed);
    session.fail(new Error('enough'));
    assert.equal((await endOf(session)).code, 'ConnectionLost');
  });

  it('that sends a decompression bomb is disconnected', async () => {
    const session = await connect(
      { algorithms: { compress: ['zlib@openssh.com'] } },
      { host: { compression: true } },
    );
    many(1, packed(2, string(Buffer.alloc(20 * mebibyte))));
    await isCutOff(session, /far too long after decompression/);
  });

  it("that doesn't say which port it opened gets a failed forward", async () => {
    const session = await connect({
      onReady: ({ intercept }) => intercept((message) => [message[0] === 81 ? packed(81) : message]),
    });
    const error = await session.listen(anywhere, () => undefined).catch((reason: unknown) => reason);
    assert.ok(error instanceof TunnelFailure);
    assert.equal(error.code, 'ForwardingDisabled');
    checkReadable(error.error);
    await session.close();
  });

  it('that sends garbage but stays connected is disconnected', async () => {
    const session = await connect({ halfOpen: true });
    const garble = setInterval(() => peer.socket.write(Buffer.alloc(100, 7)), 20);
    const error = await endOf(session);
    clearInterval(garble);
    assert.equal(error.code, 'ConnectionLost');
    checkReadable(error);
  });

  it('that truncates messages causes no internal error in the message', async () => {
    const session = await connect();
    // The proof of host keys without the requested signatures.
    many(1, packed(80, string('hostkeys-00@openssh.com'), byte(0)));
    many(1, packed(81, string(Buffer.concat([string('ssh-dss')]))));
    many(1, packed(90, string('x11')));
    const error = await endOf(session);
    assert.doesNotMatch(JSON.stringify(error), /TypeError|RangeError|Cannot read/);
  });

  it('with a broken SFTP subsystem causes no crash', async () => {
    const session = await connect({
      onReady: ({ connection }) =>
        connection.on('session', (accept) =>
          accept().on('subsystem', (acceptStream) => {
            const stream = acceptStream();
            // SSH_FXP_VERSION 3, and then an invalid message.
            stream.write(Buffer.from([0, 0, 0, 5, 2, 0, 0, 0, 3]));
            setTimeout(() => stream.write(Buffer.from([0, 0, 0, 1, 200])), 30);
          }),
        ),
    });
    using files = await session.serverSide.openFiles();
    await assert.rejects(files.socketAt('/tmp/s'));
    await sleep(50);
    assert.equal(session.ended, undefined);
    await session.close();
  });

  describe('used as a jump host', () => {
    /** Connects every channel to a silent server, and never closes one. */
    async function jump(): Promise<SshSession> {
      return connect({
        onReady: ({ intercept }) => intercept((message) => (message[0] === 97 ? [] : [message])),
      });
    }

    it("that never closes a channel doesn't delay the time-out", async () => {
      const way = await jump();
      const error = await failureOf(
        connectTo(1, { jump: way, host: { hostName: 'inner', connectTimeout: 0.2 } }),
      );
      assert.equal(error.code, 'ConnectTimeout');
      await way.close();
    });

    /** Never says whether it has reached the next server. */
    const mute: HostileServerOptions = {
      onReady: ({ intercept }) =>
        intercept((message) => (message[0] === 91 || message[0] === 92 ? [] : [message])),
    };

    it('that never answers a channel runs into the time-out of the next server', async () => {
      const way = await connect(mute);
      const error = await failureOf(
        connectTo(1, { jump: way, host: { hostName: 'inner', connectTimeout: 0.2 } }),
      );
      assert.deepEqual(error, {
        code: 'ConnectTimeout',
        during: 'tcp',
        address: { name: 'hostile', host: 'inner', port: 1 },
        seconds: 0.2,
      });
      await way.close();
    });

    it("that never answers a channel doesn't delay a stop", async () => {
      const way = await connect(mute);
      const stop = new AbortController();
      const host = { hostName: 'inner', connectTimeout: 0 };
      const connecting = connectTo(1, { jump: way, host, signal: stop.signal });
      stop.abort(new Error('stopped'));
      await assert.rejects(connecting, /^Error: stopped$/);
      await way.close();
    });
  });

  function until(reached: () => boolean): Promise<void> {
    return eventually('the condition is true', reached);
  }
});

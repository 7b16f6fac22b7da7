// Servers that break the SSH protocol before the login: each is disconnected with an error code, in time, and is
// offered no credentials.
import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import type { AuthContext } from 'ssh2';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, it } from 'mocha';
import type { TunnelError } from '../../../src/tunnels/errors/errors';
import { connectTo, failureOf } from '../../support/hostile/sessionUnderTest';
import type { SessionUnderTestOptions } from '../../support/hostile/sessionUnderTest';
import { byte, packed, plainPacket, string, uint32 } from '../../support/hostile/fields';
import { hostileServer } from '../../support/hostile/hostileServer';
import type { HostilePeer, HostileServer, HostileServerOptions } from '../../support/hostile/hostileServer';
import { makeKeyPair } from '../../support/keyPair';
import { tempDir } from '../../support/tempDir';
import { checkReadable } from '../../support/readableErrors';
import { messageOf } from '../../support/errorWords';

/** ssh2's message types by their numbers. */
const newKeys = 21;

describe('a hostile server before the login', () => {
  let server: HostileServer | undefined;
  let log: string[] = [];

  afterEach(async () => {
    await server?.[Symbol.asyncDispose]();
    server = undefined;
  });

  async function connectAndFail(
    options: HostileServerOptions,
    clientOptions: SessionUnderTestOptions = {},
  ): Promise<TunnelError> {
    server = await hostileServer(options);
    log = [];
    const error = await failureOf(
      connectTo(server.port, { log: (line) => log.push(line), ...clientOptions }),
    );
    checkReadable(error);
    return error;
  }

  /** Sends it as soon as its own keys are in use, before the client has checked its host key. */
  function afterNewKeys(act: (peer: HostilePeer) => void): HostileServerOptions {
    return {
      onClient: (peer) => {
        peer.intercept((message) => {
          if (message[0] === newKeys) {
            setImmediate(() => {
              peer.useKeys();
              act(peer);
            });
          }
          return [message];
        });
      },
    };
  }

  describe('while its host key is being checked', () => {
    /** The user takes a while to check the host key. */
    const promptOptions: SessionUnderTestOptions = {
      host: { noHostAuthenticationForLocalhost: false, strictHostKeyChecking: 'ask' },
      ask: () => sleep(700, 'yes'),
    };

    for (const [what, message] of [
      ['lets the client in', packed(52)],
      ['begins the login', packed(6, string('ssh-userauth'))],
      ['asks for something', packed(60, string(''), string(''), string(''), uint32(0))],
      ['opens a channel', packed(90, string('session'), uint32(0), uint32(9), uint32(99))],
    ] as const) {
      it(`that ${what} is disconnected`, async () => {
        const questions: string[] = [];
        const error = await connectAndFail(
          afterNewKeys((peer) => peer.send(message)),
          { ...promptOptions, ask: ({ kind }) => (questions.push(kind), sleep(700, 'yes')) },
        );
        assert.equal(error.code, 'NotAnSshServer');
        assert.match(messageOf(error), /127\.0\.0\.1 was closed because.*before its host key was verified/);
        assert.deepEqual(questions, ['hostKey']);
      });
    }

    it('that sends an invalid message is disconnected, and the host key prompt is withdrawn', async () => {
      let isTakenBack = false;
      const error = await connectAndFail(
        {
          halfOpen: true,
          ...afterNewKeys(({ send, socket }) => {
            socket.end = () => socket;
            send(packed(7, uint32(1)));
          }),
        },
        {
          ...promptOptions,
          ask: (_question, signal) => {
            signal.addEventListener('abort', () => (isTakenBack = true));
            return new Promise((resolve) => signal.addEventListener('abort', () => resolve(undefined)));
          },
        },
      );
      assert.equal(error.code, 'NotAnSshServer');
      assert.ok(isTakenBack);
    });
  });

  it('that accepts a login before it was requested is disconnected', async () => {
    const error = await connectAndFail({
      authenticate: () => undefined,
      onClient: ({ connection, send }) => connection.once('handshake', () => send(packed(52))),
    });
    assert.match(messageOf(error), /accepted a login that was not requested/);
  });

  it('that uses the connection before the login is disconnected', async () => {
    const error = await connectAndFail({
      authenticate: (_context, { send }) => send(packed(80, string('x'), byte(1))),
    });
    assert.match(messageOf(error), /used the connection before the login/);
  });

  it('that asks a million questions at once is disconnected', async () => {
    const error = await connectAndFail(
      {
        authenticate: (context, { send }) =>
          context.method === 'none'
            ? context.reject(['keyboard-interactive'])
            : send(
                packed(60, string(''), string(''), string(''), uint32(30_000_000), string('Code: '), byte(1)),
              ),
      },
      { ask: () => Promise.resolve('1') },
    );
    assert.match(messageOf(error), /sends 30000000 prompts at once/);
  });

  it('that answers a signature as if it were an offer is disconnected', async () => {
    const dir = await tempDir('answers-');
    const { path, line } = await makeKeyPair(dir, 'key', 'ed25519');
    const [type = '', blob = ''] = line.split(' ');
    const acceptKey = packed(60, string(type), string(Buffer.from(blob, 'base64')));
    const error = await connectAndFail(
      {
        authenticate: (context, peer) => {
          if (context.method !== 'publickey') {
            context.reject(['publickey']);
          } else if (context.signature) {
            peer.send(acceptKey);
          } else {
            context.accept();
          }
        },
      },
      { host: { identityFiles: [path] } },
    );
    await dir.remove();
    assert.match(
      messageOf(error),
      /answered a request of the login with a message that does not belong to it/,
    );
  });

  describe('that repeats the password it was sent', () => {
    const password = 'hunter2-correct-horse';
    const ways: Readonly<Record<string, (peer: HostilePeer, context: AuthContext) => void>> = {
      'in a banner': ({ send }) => send(packed(53, string(`You said ${password}.`), string(''))),
      'in a debug message': ({ send }) => send(packed(4, byte(0), string(`Got ${password}.`), string(''))),
      'in a request for a new one': ({ send }) =>
        send(packed(60, string(`Expired: ${password}`), string(''))),
      'as it disconnects': ({ send }) => send(packed(1, uint32(2), string(`Wrong: ${password}`), string(''))),
      'as a login method': (_peer, context) => context.reject([password as 'none']),
      'in an instruction': (_peer, context) => context.reject(['keyboard-interactive']),
    };
    for (const [where, repeat] of Object.entries(ways)) {
      it(`${where} gets it neither into the log nor into an error or a question`, async () => {
        const questions: string[] = [];
        const texts: string[] = [];
        const error = await connectAndFail(
          {
            authenticate: (context, peer) => {
              switch (context.method) {
                case 'none':
                  context.reject(['password']);
                  break;
                case 'password':
                  repeat(peer, context);
                  setTimeout(() => peer.send(packed(1, uint32(2), string('Go away.'), string(''))), 200);
                  break;
                default:
                  for (const prompts of [[], [`Again, ${password}?`]]) {
                    const asked = prompts.map((prompt) => Buffer.concat([string(prompt), byte(0)]));
                    const instruction = string(`Not ${password}!`);
                    peer.send(
                      packed(60, string(''), instruction, string(''), uint32(asked.length), ...asked),
                    );
                  }
              }
            },
          },
          {
            host: {
              preferredAuthentications: ['password', 'keyboard-interactive'],
              numberOfPasswordPrompts: 1,
            },
            ask: (question) => {
              questions.push(JSON.stringify(question));
              return Promise.resolve(question.kind === 'password' ? password : 'no');
            },
            onServerText: (text) => texts.push(text),
          },
        );
        for (const text of [JSON.stringify(error), ...log, ...questions, ...texts]) {
          assert.ok(!text.includes(password), text);
        }
        assert.match([JSON.stringify(error), ...log].join('\n'), /…/);
      });
    }
  });

  it('that keeps sending requests without questions is disconnected', async () => {
    const ask = (peer: HostilePeer): void =>
      peer.send(packed(60, string(''), string(''), string(''), uint32(0)));
    let rounds = 0;
    const error = await connectAndFail(
      {
        onClient: (peer) => {
          // Every answer is met with the next question.
          const parse = peer.connection as unknown as { _protocol: { _handlers: Record<string, unknown> } };
          parse._protocol._handlers['USERAUTH_INFO_RESPONSE'] = () => {
            rounds++;
            ask(peer);
          };
        },
        authenticate: (context, peer) => {
          if (context.method === 'none') {
            context.reject(['keyboard-interactive']);
          } else {
            (peer.connection as unknown as { _protocol: { _authsQueue: string[] } })._protocol._authsQueue = [
              'keyboard-interactive',
            ];
            ask(peer);
          }
        },
      },
      { ask: () => Promise.resolve('1') },
    );
    assert.match(messageOf(error), /sends prompts without end/);
    assert.ok(rounds <= 32, `${rounds} rounds`);
  });

  it('that sends endless banners is disconnected, and little of them is logged', async () => {
    const error = await connectAndFail({
      authenticate: (_context, peer) =>
        sendWithoutEnd(peer, packed(53, string(`${'\x1b[2J'.repeat(200)}${'x'.repeat(1000)}`), string(''))),
    });
    assert.match(messageOf(error), /useless messages without end/);
    const written = log.join('\n');
    assert.ok(written.length < 100_000, `${written.length} characters`);
    assert.doesNotMatch(written, /\x1b/);
  });

  it('that refuses a request again and again is disconnected', async () => {
    const error = await connectAndFail(
      {
        // What is asked for next is not answered.
        authenticate: (_context, peer) => {
          const refusal = packed(51, string('password'), byte(0));
          sendWithoutEnd(peer, refusal);
        },
      },
      {
        ask: (_question, signal) =>
          new Promise((resolve) => signal.addEventListener('abort', () => resolve(undefined))),
      },
    );
    assert.match(messageOf(error), /useless messages without end/);
  });

  it('that sends endless debug messages is disconnected, and little of them is logged', async () => {
    const error = await connectAndFail({
      authenticate: (_context, peer) =>
        sendWithoutEnd(peer, packed(4, byte(1), string('x'.repeat(3000)), string(''))),
    });
    assert.match(messageOf(error), /useless messages without end/);
    assert.ok(log.join('\n').length < 100_000);
  });

  it('that sends a long disconnect message gets a short error', async () => {
    const error = await connectAndFail({
      authenticate: (_context, { send }) =>
        send(packed(1, uint32(2), string('y\x1b[31m\n'.repeat(4000)), string(''))),
    });
    assert.equal(error.code, 'LoginRefused');
    assert.ok((error.detail ?? '').length < 600, error.detail);
    assert.doesNotMatch(error.detail ?? '', /[\x1b\n]/);
  });

  it('that sends a disconnect message but stays connected is disconnected', async () => {
    const error = await connectAndFail({
      halfOpen: true,
      authenticate: (_context, { send, socket }) => {
        socket.end = () => socket;
        send(packed(1, uint32(11), string('bye'), string('')));
      },
    });
    assert.equal(error.code, 'LoginRefused');
  });

  it('that lists a thousand login methods gets a short error', async () => {
    const error = await connectAndFail({
      authenticate: (context) =>
        context.reject(Array.from({ length: 1000 }, (_, n) => `method-${n}@evil` as 'none')),
    });
    assert.equal(error.code, 'AuthenticationFailed');
    assert.ok(JSON.stringify(error).length < 3000);
  });

  it('that lists login methods with spaces and control characters gets an error without them', async () => {
    const methods = [' \u0001?3 ', 'a b', 'x'.repeat(31), 'hostbased'];
    const error = await connectAndFail({ authenticate: (context) => context.reject(methods as 'none'[]) });
    assert.ok(error.code === 'AuthenticationFailed' && 'accepts' in error);
    assert.deepEqual(error.accepts, ['hostbased']);
  });

  describe('with a bad Diffie-Hellman prime (RFC 4419)', () => {
    const choose = (prime: Buffer, generator = 2): HostileServerOptions => ({
      raw: (socket) => {
        socket.write('SSH-2.0-evil\r\n');
        const lists = [
          'diffie-hellman-group-exchange-sha256',
          'ecdsa-sha2-nistp256',
          ...['aes128-ctr', 'aes128-ctr', 'hmac-sha2-256', 'hmac-sha2-256', 'none', 'none', '', ''],
        ];
        const kexInit = packed(
          20,
          Buffer.alloc(16),
          ...lists.map((list) => string(list)),
          byte(0),
          uint32(0),
        );
        socket.write(plainPacket(kexInit));
        socket.write(plainPacket(packed(31, string(prime), string(Buffer.of(generator)))));
      },
    });

    for (const bits of [32_768, 8200, 1024, 0]) {
      it(`of ${bits} bits is disconnected before the prime is used`, async () => {
        const prime = Buffer.alloc(bits / 8, 0xff);
        const error = await connectAndFail(choose(prime), { host: { connectTimeout: 10 } });
        assert.match(messageOf(error), new RegExp(`chose a prime of ${bits} bits`));
      });
    }

    it('with the generator 1, which leaves no secret, is disconnected', async () => {
      const error = await connectAndFail(choose(Buffer.alloc(256, 0xff), 1));
      assert.match(messageOf(error), /sent a number that is not allowed in the key exchange/);
    });
  });

  it('that floods the key exchange is disconnected within the time-out', async () => {
    const error = await connectAndFail(
      {
        raw: (socket) => {
          socket.write('SSH-2.0-evil\r\n');
          drip(socket, Buffer.concat(Array.from({ length: 100 }, () => plainPacket(packed(2, string('x'))))));
        },
      },
      { host: { connectTimeout: 1 } },
    );
    assert.match(error.code, /ConnectTimeout|NotAnSshServer/);
  });

  describe('with an unusual identification line', () => {
    it('that comes byte by byte is accepted', async () => {
      // ssh2's own server continues before all bytes are sent.
      let said: Promise<unknown> = Promise.resolve();
      server = await hostileServer({
        onWire: (piece, nth, write) => {
          const pieces =
            nth === 0 ? `Welcome\r\nto the server\r\n${piece.toString()}`.split(/(?=.)/s) : [piece];
          for (const each of pieces) {
            said = said.then(() => write(each)).then(() => sleep(3));
          }
          return undefined;
        },
      });
      const session = await connectTo(server.port);
      await session.close();
    });

    it('that never comes runs into the time-out', async () => {
      const error = await connectAndFail(
        { raw: (socket) => drip(socket, Buffer.from('no\r\n')) },
        { host: { connectTimeout: 1 } },
      );
      assert.equal(error.code, 'ConnectTimeout');
    });

    it('that never comes is waited for if the time-out is 0, as by ssh, until it is stopped', async () => {
      server = await hostileServer({ raw: () => undefined });
      const stop = new AbortController();
      const waiting = connectTo(server.port, { host: { connectTimeout: 0 }, signal: stop.signal });
      const error = await failureOf(connectTo(server.port, { host: { connectTimeout: 0.3 } }));
      assert.equal(error.code, 'ConnectTimeout');
      assert.equal(await Promise.race([waiting.catch(() => 'failed'), sleep(0, 'waits')]), 'waits');
      stop.abort(new Error('stopped'));
      await assert.rejects(waiting, /^Error: stopped$/);
    });

    it('that is endlessly long is reported as no SSH server', async () => {
      const error = await connectAndFail({ raw: (socket) => drip(socket, Buffer.alloc(100_000, 'a')) });
      assert.equal(error.code, 'NotAnSshServer');
    });

    it('after endless other lines is reported as no SSH server', async () => {
      const error = await connectAndFail({
        raw: (socket) => drip(socket, Buffer.from('a line\r\n'.repeat(500))),
      });
      assert.equal(error.code, 'NotAnSshServer');
    });

    it('of SSH protocol 1 is reported as unusable', async () => {
      const error = await connectAndFail({ raw: (socket) => void socket.write('SSH-1.5-old\r\n') });
      assert.equal(error.code, 'NotAnSshServer');
      assert.equal(error.detail, 'SSH-1.5-old');
    });
  });
});

function drip(socket: Socket, data: Buffer): void {
  const timer = setInterval(() => socket.write(data), 20);
  socket.once('close', () => clearInterval(timer));
}

/** Sends until it is disconnected: how much that takes depends on how fast the machine is. */
function sendWithoutEnd({ send, socket }: HostilePeer, message: Buffer): void {
  const sendMany = (count: number): void => {
    for (let n = 0; n < count; n++) {
      send(message);
    }
  };
  sendMany(11_000);
  const timer = setInterval(() => sendMany(300), 20);
  socket.once('close', () => clearInterval(timer));
}

// Where the SSH agent is looked for, and which of its answers are errors.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { describe, it } from 'mocha';
import { Agent, agentSocket } from '../../../../src/tunnels/ssh/auth/agent';
import { uint32, wireString } from '../../../../src/tunnels/ssh/keys/wire';
import { eventually } from '../../../support/eventually';
import { socketPath } from '../../../support/socketPath';
import { tempDir } from '../../../support/tempDir';

describe('the agent socket', () => {
  const env = { SSH_AUTH_SOCK: '/run/agent', MINE: '/run/mine', EMPTY: '' };
  const pipe = String.raw`\\.\pipe\openssh-ssh-agent`;
  const rows: readonly [string | undefined, object, NodeJS.Platform, string | undefined][] = [
    [undefined, env, 'linux', '/run/agent'],
    [undefined, {}, 'linux', undefined],
    [undefined, env, 'win32', '/run/agent'],
    [undefined, {}, 'win32', pipe],
    ['none', env, 'win32', undefined],
    ['none', env, 'linux', undefined],
    ['SSH_AUTH_SOCK', env, 'linux', '/run/agent'],
    ['$MINE', env, 'linux', '/run/mine'],
    ['$EMPTY', env, 'linux', undefined],
    ['$EMPTY', env, 'win32', undefined],
    ['/run/other', env, 'linux', '/run/other'],
    [pipe, {}, 'win32', pipe],
  ];
  for (const [identityAgent, variables, platform, place] of rows) {
    it(`is ${place ?? 'none'} for IdentityAgent ${identityAgent ?? 'not set'} with ${JSON.stringify(variables)} on ${platform}`, () => {
      assert.equal(agentSocket(identityAgent, { ...variables }, platform), place);
    });
  }
});

describe('an SSH agent', () => {
  const answers: readonly (readonly [name: string, answer: Buffer | undefined, error: RegExp])[] = [
    ['that is locked or refuses', Buffer.of(0, 0, 0, 1, 5), /refused/],
    ['that speaks another protocol', Buffer.from('HTTP/1.1 400 Bad Request'), /not an SSH agent/],
    ['that announces more keys than it sends', Buffer.of(0, 0, 0, 5, 12, 0, 0, 0, 9), /./],
    ['that sends an empty answer', Buffer.of(0, 0, 0, 0), /not an SSH agent/],
    ['that closes the connection', undefined, /hung up|closed the connection|EPIPE|ECONNRESET/],
  ];
  for (const [name, answer, error] of answers) {
    it(`${name} is reported as an error at once`, async () => {
      await using dir = await tempDir('agent-');
      const server = createServer((socket) => {
        socket.on('error', () => undefined);
        if (answer) {
          socket.write(answer);
        } else {
          socket.destroy();
        }
      });
      server.listen(socketPath(dir, 'socket'));
      await once(server, 'listening');
      try {
        using agent = new Agent(socketPath(dir, 'socket'));
        await assert.rejects(agent.list(), error);
      } finally {
        server.close();
      }
    });
  }
});

/** Fakes: agents of others, which OpenSSH's own can't stand in for. */
describe('an SSH agent during a login', () => {
  const blob = wireString('ssh-ed25519');
  const keys = Buffer.concat([Buffer.of(12), uint32(1), wireString(blob), wireString('a key')]);
  const noKeys = Buffer.concat([Buffer.of(12), uint32(0)]);
  const signature = Buffer.concat([Buffer.of(14), wireString(wireString('ssh-ed25519'))]);
  const refusal = Buffer.of(5);
  const binding = { hostKey: blob, sessionId: Buffer.from('id'), signature: blob };
  const [list, sign, extension] = [11, 13, 27];

  interface FakeAgent extends AsyncDisposable {
    readonly path: string;
    /** The types of the requests, of each connection. */
    readonly requests: readonly number[][];
  }

  /** @param answer to a request, by its type and its number on its connection. undefined: the connection is closed */
  async function fakeAgent(
    answer: (type: number, request: number) => Buffer | undefined,
    onConnection: (socket: Socket) => void = () => undefined,
  ): Promise<FakeAgent> {
    const dir = await tempDir('agent-');
    const requests: number[][] = [];
    const server = createServer((socket) => {
      const own: number[] = [];
      requests.push(own);
      onConnection(socket);
      socket.on('error', () => undefined);
      socket.on('data', (data) => {
        const type = data.readUInt8(4);
        const bytes = answer(type, own.push(type) - 1);
        if (bytes) {
          socket.write(wireString(bytes));
        } else {
          socket.destroy();
        }
      });
    });
    server.listen(socketPath(dir, 'socket'));
    await once(server, 'listening');
    return {
      path: socketPath(dir, 'socket'),
      requests,
      async [Symbol.asyncDispose]() {
        server.close();
        await dir.remove();
      },
    };
  }

  const signBy = (agent: Agent): Promise<Buffer> => agent.sign(blob, Buffer.from('data'), 'ssh-ed25519');

  for (const [name, toBinding] of [
    ['refuses with a failure', refusal],
    ['refuses with an extension failure', Buffer.of(28)],
    ['closes the connection at', undefined],
  ] as const) {
    it(`signs although it ${name} session-bind@openssh.com`, async () => {
      await using fake = await fakeAgent((type) =>
        type === list ? keys : type === sign ? signature : toBinding,
      );
      using agent = new Agent(fake.path, binding);
      const { usable, elsewhere } = await agent.list();
      assert.deepEqual([usable.length, elsewhere.length, agent.isBound], [1, 0, false]);
      await signBy(agent);
      assert.deepEqual(fake.requests.flat(), [list, extension, sign]);
    });
  }

  it('is connected to and bound again if it has closed the connection before it is to sign', async () => {
    const server = { close: (): void => undefined };
    await using fake = await fakeAgent(
      (type) => (type === list ? keys : type === sign ? signature : Buffer.of(6)),
      (socket) => (server.close = () => socket.destroy()),
    );
    using agent = new Agent(fake.path, binding);
    await agent.list();
    assert.ok(agent.isBound);
    server.close();
    await eventually('the end is noticed', () => !agent.isConnected);
    await signBy(agent);
    assert.deepEqual(fake.requests, [
      [list, extension, list],
      [extension, sign],
    ]);
  });

  it('that lists the key no longer after it has refused is missing it', async () => {
    await using fake = await fakeAgent((type, request) =>
      type === list ? (request === 0 ? keys : noKeys) : refusal,
    );
    using agent = new Agent(fake.path);
    await agent.list();
    await assert.rejects(signBy(agent), { fault: 'missing' });
  });

  it('that still lists the key has refused', async () => {
    await using fake = await fakeAgent((type) => (type === list ? keys : refusal));
    using agent = new Agent(fake.path);
    await agent.list();
    await assert.rejects(signBy(agent), { fault: 'refused' });
  });

  it('that signs with another algorithm is reported', async () => {
    const other = Buffer.concat([Buffer.of(14), wireString(wireString('ssh-rsa'))]);
    await using fake = await fakeAgent((type) => (type === list ? keys : other));
    using agent = new Agent(fake.path);
    await agent.list();
    await assert.rejects(signBy(agent), { fault: 'algorithm', message: /ssh-rsa instead of ssh-ed25519/ });
  });

  it('no longer waits for a signature once the login is over', async () => {
    await using fake = await fakeAgent((type) => (type === list ? keys : Buffer.alloc(0)));
    const agent = new Agent(fake.path);
    await agent.list();
    const signing = assert.rejects(signBy(agent), { fault: 'gone' });
    agent[Symbol.dispose]();
    await signing;
  });
});

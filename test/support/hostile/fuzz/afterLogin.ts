// One client of a server that misbehaves after the login: while forwards of every kind are in use, it sends random
// messages and changes its own.
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerChannel } from 'ssh2';
import { OwnSockets } from '../../../../src/tunnels/forwards/local/ownSockets';
import { TunnelForwards } from '../../../../src/tunnels/daemon/tunnel/tunnelForwards';
import type { Forward } from '../../../../src/tunnels/config/forward';
import type { SshSession } from '../../../../src/tunnels/ssh/session/session';
import type { Random } from '../../random';
import { hostileServer } from '../hostileServer';
import type { HostilePeer } from '../hostileServer';
import { connectTo } from '../sessionUnderTest';
import { change, someMessage } from './messages';
import { complaintOf, within } from './oracle';
import { forwardOptions } from '../../forwardOptions';

/** Milliseconds, on a busy machine, for what should take one or two seconds. */
const timeoutMs = 40_000;

const anyPort = { bind: '127.0.0.1', port: 0 };
const common = { ifPortBusy: 'fail' } as const;
const target = { host: '127.0.0.1', port: 9 };

/** @returns what went wrong; undefined: nothing */
export async function afterLogin(random: Random, folder: string): Promise<string | undefined> {
  let peer: HostilePeer | undefined;
  const server = await hostileServer({
    ...(random.chance(0.3) && { algorithms: { compress: ['zlib@openssh.com'] } }),
    onReady: (each) => {
      peer = each;
      behave(random.fork(), each);
    },
  });
  const session = await connectTo(server.port, {
    host: {
      compression: true,
      connectTimeout: 60,
      ...(random.chance(0.2) && { ciphers: [random.pick(['aes128-ctr', 'chacha20-poly1305@openssh.com'])] }),
    },
  });
  const forwards = new TunnelForwards(someForwards(random), {
    ...forwardOptions({ ownSockets: new OwnSockets(folder) }),
    rememberedPort: () => undefined,
    maxDelay: 1,
    onClient: () => undefined,
  });
  session.onClosed(() => forwards.sessionLost());
  forwards.sessions.set(session);
  const clients: Socket[] = [];
  const raving = random.fork();
  try {
    const opening = forwards.open(session);
    await Promise.race([opening, sleep(30)]);
    clients.push(...someClients(random, forwards));
    for (let round = random.int(1, 6); round > 0 && peer; round--) {
      const each = peer;
      attempt(() => sendGarbage(raving, each));
      await sleep(random.pick([0, 1, 5, 20]));
    }
    return await end(random, { server, session, forwards, opening });
  } finally {
    clients.forEach((socket) => socket.destroy());
    await server[Symbol.asyncDispose]();
  }
}

interface Scene {
  readonly server: { readonly open: ReadonlySet<Socket> };
  readonly session: SshSession;
  readonly forwards: TunnelForwards;
  readonly opening: Promise<unknown>;
}

/** One side ends it, and nothing may remain. */
async function end(
  random: Random,
  { server, session, forwards, opening }: Scene,
): Promise<string | undefined> {
  if (random.chance(0.5)) {
    const side = random.pick(['end', 'destroy'] as const);
    server.open.forEach((socket) => socket[side]());
  }
  const parts: Readonly<Record<string, () => Promise<unknown>>> = {
    'the forwards do not close': () => forwards.close(),
    'the session does not close': () => session.close(),
    'what was being opened never is, nor fails': () => opening,
  };
  for (const [complaint, part] of Object.entries(parts)) {
    if ((await within(timeoutMs, part())) === 'late') {
      return complaint;
    }
  }
  return session.ended ? complaintOf(session.ended) : 'the session lives on after its close';
}

function someForwards(random: Random): readonly Forward[] {
  const all: readonly Forward[] = [
    { ...common, kind: 'local', label: 'local', listen: anyPort, target },
    { ...common, kind: 'dynamic', label: 'dynamic', listen: anyPort },
    { ...common, kind: 'remote', label: 'remote', listen: { bind: undefined, port: 4000 }, target },
    { ...common, kind: 'remote', label: 'proxy', listen: { bind: undefined, port: 0 }, target: undefined },
    { ...common, kind: 'remote', label: 'socket', listen: { path: '/tmp/s' }, target },
  ];
  const chosen = all.filter(() => random.chance(0.5));
  return chosen.length > 0 ? chosen : all.slice(0, 1);
}

function someClients(random: Random, forwards: TunnelForwards): readonly Socket[] {
  return Object.values(forwards.states).flatMap((state) => {
    const [bound] = state.status === 'listening' ? state.bound : [];
    if (!bound || !('port' in bound) || bound.host !== '127.0.0.1') {
      return [];
    }
    return Array.from({ length: random.int(1, 3) }, () => {
      const socket = connect(bound.port, bound.host);
      socket.on('error', () => undefined).resume();
      socket.write(Buffer.from([5, 1, 0, 5, 1, 0, 1, 127, 0, 0, 1, 0, 80]));
      socket.write(Buffer.alloc(random.pick([0, 10, 100_000, 1_000_000]), 'c'));
      if (random.chance(0.3)) {
        socket.end();
      }
      return socket;
    });
  });
}

/** Mostly behaves like a normal server. */
function behave(random: Random, { connection, intercept }: HostilePeer): void {
  const channels = random.fork();
  const answers = random.fork();
  connection.on('tcpip', (accept, reject) => {
    if (channels.chance(0.15)) {
      reject();
    } else if (channels.chance(0.9)) {
      serve(channels, accept());
    }
  });
  connection.on('request', (accept, reject, name) => {
    if (answers.chance(0.1)) {
      reject?.();
    } else if (answers.chance(0.95)) {
      accept?.(name === 'tcpip-forward' ? 4000 : 0);
    }
  });
  if (random.chance(0.5)) {
    intercept((message) => (random.chance(0.15) ? [change(random, message)] : [message]));
  }
}

function serve(random: Random, channel: ServerChannel): void {
  channel.on('error', () => undefined);
  switch (random.pick(['echo', 'echo', 'talk', 'end', 'close', 'silence'] as const)) {
    case 'echo':
      channel.on('data', (data: Buffer) => attempt(() => channel.write(data)));
      channel.on('end', () => attempt(() => channel.end()));
      return;
    case 'talk':
      channel.write(Buffer.alloc(random.pick([1, 10_000, 300_000]), 't'));
      channel.resume();
      return;
    case 'end':
      channel.end();
      return;
    case 'close':
      channel.close();
      return;
    case 'silence':
      return;
  }
}

/** ssh2's server throws if its connection has gone. */
function attempt(act: () => unknown): void {
  try {
    act();
  } catch {
    // The client has gone.
  }
}

/** A burst of random messages; now and then the same one many times. */
function sendGarbage(random: Random, { send, connection, socket }: HostilePeer): void {
  if (socket.destroyed) {
    return;
  }
  switch (random.pick(['some', 'some', 'some', 'many', 'rekey', 'bytes'] as const)) {
    case 'some':
      for (let count = random.int(1, 20); count > 0; count--) {
        send(someMessage(random, 'use'));
      }
      return;
    case 'many': {
      const message = someMessage(random, 'use');
      for (let count = random.chance(0.005) ? 12_000 : random.pick([50, 200]); count > 0; count--) {
        send(message);
      }
      return;
    }
    case 'rekey':
      connection.rekey();
      return;
    case 'bytes':
      if (random.chance(0.2)) {
        socket.write(random.bytes(random.int(1, 500)));
      }
      return;
  }
}

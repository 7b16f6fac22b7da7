// One client of a server that misbehaves before the login: changed bytes; changed, omitted, repeated and inserted
// messages; invented key exchanges and logins.
import { setTimeout as sleep } from 'node:timers/promises';
import type { AuthContext } from 'ssh2';
import type { EffectiveHost } from '../../../../src/tunnels/ssh/config/effectiveHost';
import type { Random } from '../../random';
import { hostileServer } from '../hostileServer';
import type { HostilePeer, HostileServerOptions } from '../hostileServer';
import { connectTo } from '../sessionUnderTest';
import { complaintOf, within } from './oracle';
import { change, someMessage } from './messages';
import type { Phase } from './messages';

const methods = ['publickey', 'password', 'keyboard-interactive', 'hostbased', 'none'] as const;

/** Milliseconds, on a busy machine, for the handshake, a disconnect and the end of a channel. */
const timeoutMs = 15_000;

/** @returns what went wrong; undefined: nothing */
export async function beforeLogin(random: Random, identityFile: string): Promise<string | undefined> {
  const server = await hostileServer(somePlan(random));
  const host: Partial<EffectiveHost> = {
    connectTimeout: 0.5,
    identityFiles: random.chance(0.5) ? [identityFile] : [],
    compression: random.chance(0.2),
    ...(random.chance(0.3) && { noHostAuthenticationForLocalhost: false, strictHostKeyChecking: 'ask' }),
    ...(random.chance(0.2) && {
      kexAlgorithms: [
        random.pick([
          'diffie-hellman-group-exchange-sha256',
          'ecdh-sha2-nistp521',
          'diffie-hellman-group14-sha256',
        ]),
      ],
    }),
    ...(random.chance(0.2) && {
      ciphers: [random.pick(['aes128-ctr', 'chacha20-poly1305@openssh.com', 'aes256-gcm@openssh.com'])],
    }),
  };
  const wait = random.pick([0, 0, 5, 30]);
  const answer = random.pick(['yes', 'yes', 'secret', '', undefined]);
  const giveUp = new AbortController();
  const login = connectTo(server.port, {
    host,
    signal: giveUp.signal,
    ...(random.chance(0.8) && { ask: () => sleep(wait, answer) }),
  });
  // A server whose login hangs is disconnected after half a minute: too long for most cases.
  const timer = setInterval(
    () => server.open.forEach((socket) => socket.destroy()),
    random.pick([50, 150, 400, 800]),
  );
  try {
    const outcome = await within(
      timeoutMs,
      login.catch((error: unknown) => ({ error })),
    );
    if (outcome === 'late') {
      return `it hangs after ${timeoutMs} ms`;
    }
    if ('error' in outcome) {
      return complaintOf(outcome.error);
    }
    const closed = await within(timeoutMs, outcome.close());
    return closed === 'late' ? 'it does not close' : outcome.ended && complaintOf(outcome.ended);
  } finally {
    clearInterval(timer);
    giveUp.abort(new Error('over'));
    await server[Symbol.asyncDispose]();
  }
}

function somePlan(random: Random): HostileServerOptions {
  const ways = [wire, messages, thrownIn, impatient, wildLogin] as const;
  const plan = random.pick(ways)(random.fork());
  return random.chance(0.3) ? { ...wildLogin(random.fork()), ...plan } : plan;
}

/** Changes a few bytes of its output, wherever packets begin and end. */
function wire(random: Random): HostileServerOptions {
  const nth = random.int(0, 8);
  return {
    onWire: (piece, at) => {
      if (at !== nth) {
        return piece;
      }
      return random.chance(0.1) ? Buffer.alloc(0) : change(random, piece);
    },
  };
}

/** The payload of a message, correctly packed. */
function messages(random: Random): HostileServerOptions {
  let left = random.int(0, 6);
  return {
    onClient: ({ intercept }) =>
      intercept((message) => {
        if (left-- !== 0) {
          return [message];
        }
        return random.pick([[change(random, message)], [change(random, message)], [], [message, message]]);
      }),
  };
}

/** Messages out of turn. */
function thrownIn(random: Random): HostileServerOptions {
  const nth = random.int(0, 5);
  return {
    onClient: ({ intercept, send }) => {
      let at = 0;
      intercept((message) => {
        if (at++ === nth) {
          setImmediate(() => throwIn(random, { send }, 'login'));
          return random.chance(0.5) ? [someMessage(random, 'handshake'), message] : [message];
        }
        return [message];
      });
    },
  };
}

/** It uses its keys before the client has checked its host key. */
function impatient(random: Random): HostileServerOptions {
  return {
    onClient: ({ intercept, useKeys, send }) =>
      intercept((message) => {
        if (message[0] === 21) {
          setImmediate(() => {
            useKeys();
            throwIn(random, { send }, random.pick(['login', 'use', 'handshake']));
          });
        }
        return [message];
      }),
  };
}

function wildLogin(random: Random): HostileServerOptions {
  return {
    authenticate: (context: AuthContext, { send }) => {
      const accepted = methods.filter(() => random.chance(0.5));
      switch (random.pick(['accept', 'reject', 'reject', 'partial', 'throw', 'silence'] as const)) {
        case 'accept':
          context.accept();
          return;
        case 'reject':
          context.reject(accepted);
          return;
        case 'partial':
          context.reject(accepted, true);
          return;
        case 'throw':
          throwIn(random, { send }, 'login');
          return;
        case 'silence':
          return;
      }
    },
  };
}

function throwIn(random: Random, { send }: Pick<HostilePeer, 'send'>, phase: Phase): void {
  for (let count = random.pick([1, 1, 3, 10]); count > 0; count--) {
    send(someMessage(random, phase));
  }
}

// Servers that disconnect with a reason and a text, or are cut off by the network, before, during and after the login. A
// fake, because OpenSSH's sshd sends hardly any text, and no network fails on demand.
import assert from 'node:assert/strict';
import type { AuthContext } from 'ssh2';
import { afterEach, describe, it } from 'mocha';
import { isRetryable } from '../../../src/tunnels/errors/errors';
import { NeedsAnswer } from '../../../src/tunnels/ssh/auth/prompter';
import { packed, string, uint32 } from '../../support/hostile/fields';
import { hostileServer } from '../../support/hostile/hostileServer';
import type { HostilePeer, HostileServer, HostileServerOptions } from '../../support/hostile/hostileServer';
import { connectTo, endOf, failureOf } from '../../support/hostile/sessionUnderTest';
import { messageOf } from '../../support/errorWords';

const words = 'Your session has been ended by the administrator';
const reasons = [1, 2, 7, 10, 11, 12, 14, 99];

function disconnect(reason: number, text = words): (peer: HostilePeer) => void {
  return ({ send, socket }) => {
    send(packed(1, uint32(reason), string(text), string('')));
    socket.end();
  };
}

/** Acts when a password arrives. */
function onPassword(
  act: (peer: HostilePeer, context: AuthContext) => void,
): Pick<HostileServerOptions, 'authenticate'> {
  return {
    authenticate(context, peer) {
      if (context.method === 'password') {
        act(peer, context);
      } else {
        context.reject(['password']);
      }
    },
  };
}

describe('a server that disconnects', () => {
  let server: HostileServer | undefined;

  afterEach(async () => {
    await server?.[Symbol.asyncDispose]();
    server = undefined;
  });

  async function connect(options: HostileServerOptions): ReturnType<typeof connectTo> {
    server = await hostileServer(options);
    return connectTo(server.port, { ask: () => Promise.resolve('secret') });
  }

  for (const reason of reasons) {
    it(`with the reason ${reason} before anything is offered is told by its words`, async () => {
      const error = await failureOf(connect({ authenticate: (_context, peer) => disconnect(reason)(peer) }));
      const codes: Readonly<Record<number, string>> = { 10: 'ConnectionLost', 12: 'ServerBusy' };
      assert.equal(error.code, codes[reason] ?? 'LoginRefused');
      assert.equal(error.detail, words);
    });

    it(`with the reason ${reason} after a password was offered is a refusal with its words`, async () => {
      const error = await failureOf(connect(onPassword(disconnect(reason))));
      assert.equal(error.code, 'LoginRefused');
      assert.ok(messageOf(error).includes(`"${words}"`));
      assert.equal(isRetryable(error), false);
    });

    it(`with the reason ${reason} when it is up is a lost connection with its words`, async () => {
      let peer: HostilePeer | undefined;
      const session = await connect({ onReady: (each) => (peer = each) });
      if (peer) {
        disconnect(reason)(peer);
      }
      const error = await endOf(session);
      assert.equal(error.code, 'ConnectionLost');
      assert.ok(messageOf(error).includes(`"${words}"`));
    });
  }

  for (const text of ['Too many authentication failures', 'Too many bad authentication attempts!']) {
    it(`instead of refusing a password counts it as a wrong one: ${text}`, async () => {
      const error = await failureOf(connect(onPassword(disconnect(11, text))));
      assert.match(messageOf(error), /^Wrong password for me@/);
    });
  }

  it('as it is asked for a forward is a lost connection with its words', async () => {
    const session = await connect({
      onReady: (peer) => peer.connection.on('tcpip', () => disconnect(11)(peer)),
    });
    await assert.rejects(
      session.open({ host: 'db', port: 5432 }, { host: '127.0.0.1', port: 0 }),
      ({ message }: Error) => message.includes(`"${words}"`),
    );
  });

  it('by a reset while it checks a password is not asked again without the person', async () => {
    const error: unknown = await connect(onPassword(({ socket }) => socket.resetAndDestroy())).catch(
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof NeedsAnswer, String(error));
    assert.ok(error.error.code === 'AuthenticationCancelled' && error.error.needs === 'again');
  });

  it('by a reset before anything is offered is retried', async () => {
    const error = await failureOf(
      connect({ authenticate: (_context, { socket }) => socket.resetAndDestroy() }),
    );
    assert.ok(isRetryable(error), error.code);
  });

  it('in silence while it checks a password is not retried', async () => {
    const error = await failureOf(connect(onPassword(({ socket }) => socket.end())));
    assert.ok(error.code === 'LoginRefused' && error.reason === 'closed');
  });
});

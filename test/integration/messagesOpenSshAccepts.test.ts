// Messages that few servers send and OpenSSH accepts, judged by `ssh` itself. The server is a fake, because no server
// at hand sends them when it should.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { afterEach, describe, it } from 'mocha';
import type { ServerChannel } from 'ssh2';
import { connectTo, failureOf } from '../support/hostile/sessionUnderTest';
import { byte, packed, string, uint32 } from '../support/hostile/fields';
import { hostileServer } from '../support/hostile/hostileServer';
import type { HostilePeer, HostileServer, HostileServerOptions } from '../support/hostile/hostileServer';
import { TunnelFailure } from '../../src/tunnels/errors/errors';
import { ssh } from '../support/openssh';
import { messageOf } from '../support/errorWords';

const ignore = packed(2, string('padding'));
const withoutEffect = [
  ignore,
  packed(3, uint32(1)),
  packed(4, byte(0), string('a debug message'), string('')),
];
const kexReply = 31;
const newKeys = 21;

interface ServerInternals {
  readonly _protocol: { rekey(): void; readonly _decipher: { readonly inSeqno: number } };
}

describe('messages of a server that OpenSSH accepts', () => {
  let server: HostileServer | undefined;
  let log: string[] = [];

  afterEach(async () => {
    await server?.[Symbol.asyncDispose]();
    server = undefined;
  });

  /** @param speak sends something on each channel, and ends it */
  async function serve(
    speak: (peer: HostilePeer, say: (text: string) => Buffer, channel: ServerChannel) => void,
    options: HostileServerOptions = {},
  ): Promise<HostileServer> {
    server = await hostileServer({
      ...options,
      onReady: (peer) => {
        peer.connection.on('tcpip', (accept) => {
          const channel = accept().on('error', () => undefined);
          const { id } = (channel as unknown as { outgoing: { id: number } }).outgoing;
          speak(peer, (text) => packed(94, uint32(id), string(text)), channel);
        });
      },
    });
    log = [];
    return server;
  }

  function sshArguments(port: number): string[] {
    const options = ['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'LogLevel=ERROR'];
    return ['-F', 'none', '-p', `${port}`, ...options.flatMap((option) => ['-o', option]), 'me@127.0.0.1'];
  }

  /** What a program would read from a forward by ssh. */
  async function heardBySsh({ port }: HostileServer): Promise<string> {
    const { stdout, stderr } = await ssh(['-W', '127.0.0.1:80', ...sshArguments(port)]);
    return `${stdout}${stderr}`;
  }

  async function heardByUs({ port }: HostileServer, compression = false): Promise<string> {
    const session = await connectTo(port, { log: (line) => log.push(line), host: { compression } });
    const channel = await session.open({ host: '127.0.0.1', port: 80 }, { host: '127.0.0.1', port: 0 });
    let heard = '';
    channel.on('data', (data: Buffer) => (heard += data.toString()));
    await once(channel, 'close');
    assert.equal(session.ended, undefined);
    await session.close();
    return heard;
  }

  /** Rekeys, and sends messages meanwhile: after its first message, and before each of the others. */
  function rekeyWith(messages: (say: (text: string) => Buffer) => readonly Buffer[], isCompressed: boolean) {
    return (peer: HostilePeer, say: (text: string) => Buffer, channel: ServerChannel): void => {
      let isOver = false;
      if (!isCompressed) {
        peer.intercept((message) =>
          !isOver && (message[0] === kexReply || message[0] === newKeys)
            ? [...messages(say), message]
            : [message],
        );
      }
      peer.send(say('before '));
      (peer.connection as unknown as ServerInternals)._protocol.rekey();
      messages(say).forEach((message) => peer.send(message));
      peer.connection.once('rekey', () => {
        isOver = true;
        peer.send(say('after'));
        channel.end();
      });
    };
  }

  for (const [what, messages, text] of [
    ['SSH_MSG_IGNORE, UNIMPLEMENTED and DEBUG', () => withoutEffect, /^before after$/],
    ['data', (say) => [say('during ')], /^before (during )+after$/],
    ['global requests', () => [packed(80, string('keepalive@openssh.com'), byte(1))], /^before after$/],
  ] as readonly [string, (say: (text: string) => Buffer) => readonly Buffer[], RegExp][]) {
    for (const compression of [false, true]) {
      it(`may be ${what} during a rekey${compression ? ', compressed' : ''}`, async () => {
        const rekeying = await serve(rekeyWith(messages, compression), {
          algorithms: { compress: [compression ? 'zlib@openssh.com' : 'none'] },
        });
        if (!compression) {
          assert.match(await heardBySsh(rekeying), text);
        }
        assert.match(await heardByUs(rekeying, compression), text);
      });
    }
  }

  it('may not be SSH_MSG_IGNORE in the first key exchange, if that is strict', async () => {
    const early = await serve(() => undefined, {
      onClient: ({ intercept }) =>
        intercept((message) => (message[0] === kexReply ? [ignore, message] : [message])),
    });
    const { stderr } = await ssh(['-o', 'LogLevel=INFO', ...sshArguments(early.port)]);
    assert.match(stderr, /strict KEX violation: unexpected packet type 2/);
    const error = await failureOf(connectTo(early.port));
    assert.match(error.detail ?? '', /unexpected packet type 2/);
  });

  // As tinysshd does, which knows no global requests.
  it('may be SSH_MSG_UNIMPLEMENTED for a remote forward, which is refused then', async () => {
    server = await hostileServer({
      onReady: ({ connection, send }) => {
        connection.on('request', () => {
          // About another packet first: that is no answer.
          const { inSeqno } = (connection as unknown as ServerInternals)._protocol._decipher;
          send(packed(3, uint32(1)));
          send(packed(3, uint32(inSeqno - 1)));
        });
      },
    });
    const session = await connectTo(server.port);
    for (const port of [0, 9000]) {
      await assert.rejects(
        session.listen({ bind: undefined, port }, (incoming) => incoming.refuse()),
        (error) => error instanceof TunnelFailure && !messageOf(error.error).includes('did not answer'),
      );
    }
    assert.equal(session.ended, undefined);
    await session.close();
  });
});

// A server that gives every channel a window of gigabytes and reads nothing more: what is sent to it is bounded, in every
// way in which a channel is written. With a fake server, because sshd reads and has small windows.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { RemoteForward } from '../../../src/tunnels/forwards/remote/remoteForward';
import { SessionSource } from '../../../src/tunnels/forwards/waitForSession';
import type { SshSession } from '../../../src/tunnels/ssh/session/session';
import { FairLimit } from '../../../src/tunnels/util/fairLimit';
import { eventually } from '../../support/eventually';
import { packed, string, uint32 } from '../../support/hostile/fields';
import { hostileServer } from '../../support/hostile/hostileServer';
import type { HostilePeer, HostileServer } from '../../support/hostile/hostileServer';
import { connectTo } from '../../support/hostile/sessionUnderTest';
import { forwardOptions } from '../../support/forwardOptions';
import { target } from '../../support/targetAndClient';

const mebibyte = 1024 * 1024;
const hugeWindow = 2 ** 31;

describe('a server that stops reading', () => {
  let server: HostileServer;
  let peer: HostilePeer;
  let session: SshSession;
  /** Our number for the channel that the server has opened. */
  let ours: number | undefined;

  beforeEach(async () => {
    ours = undefined;
    let ready: () => void = () => undefined;
    const isReady = new Promise<void>((resolve) => (ready = resolve));
    server = await hostileServer({
      onReady: (each) => {
        peer = each;
        each.connection.on('request', (accept) => accept?.());
        each.connection.on('tcpip', (accept) => {
          const channel = accept() as unknown as { readonly incoming: { readonly id: number } } & Duplex;
          channel.on('error', () => undefined);
          each.send(packed(93, uint32(0), uint32(hugeWindow)));
        });
        const { _handlers: handlers } = (
          each.connection as unknown as { _protocol: { _handlers: Record<string, unknown> } }
        )._protocol;
        handlers['CHANNEL_OPEN_CONFIRMATION'] = (_: unknown, { sender }: Record<string, number>) =>
          (ours = sender ?? -1);
        ready();
      },
    });
    session = await connectTo(server.port);
    await isReady;
  });
  afterEach(async () => {
    session.fail(new Error('enough'));
    await server[Symbol.asyncDispose]();
  });

  /** Bytes that were taken, when nothing more is taken. */
  async function takenOf(written: () => number): Promise<number> {
    let before = -1;
    let same = 0;
    await eventually('nothing more is taken', () => {
      const now = written();
      same = now > 0 && now === before ? same + 1 : 0;
      before = now;
      return same === 25 || now > 200 * mebibyte;
    });
    return before;
  }

  const block = Buffer.alloc(64 * 1024);
  function writeOn(sink: Duplex, isLeft: () => boolean): void {
    const write = (): void => {
      while (isLeft() && !sink.destroyed && sink.write(block));
    };
    sink.on('drain', write);
    write();
  }

  it('gets a bounded part of an answer of the reverse proxy', async () => {
    let written: () => number = () => 0;
    await using endless = await target((socket) => {
      written = () => socket.bytesWritten - socket.writableLength;
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        writeOn(socket, () => written() < 250 * mebibyte);
      });
    });
    const sessions = new SessionSource();
    sessions.set(session);
    const forward = new RemoteForward(
      { kind: 'remote', listen: { path: '/proxy' }, target: undefined, label: 'proxy', ifPortBusy: 'fail' },
      forwardOptions({ sessions, sockets: new FairLimit(16) }),
    );
    assert.equal(await forward.open(session), undefined);
    peer.send(
      packed(
        90,
        string('forwarded-streamlocal@openssh.com'),
        uint32(0),
        uint32(hugeWindow),
        uint32(32_768),
        string('/proxy'),
        string(''),
      ),
    );
    await eventually('it is accepted', () => ours !== undefined);
    const get = `GET http://127.0.0.1:${endless.port}/ HTTP/1.1\r\nHost: x\r\n\r\n`;
    peer.send(packed(94, uint32(ours ?? -1), string(get)));
    peer.socket.pause();
    const taken = await takenOf(() => written());
    assert.ok(taken < 64 * mebibyte, `${Math.round(taken / mebibyte)} MiB`);
  });

  it('gets a bounded part of what is written to a channel, as by an SSH session through a jump host', async () => {
    const channel = await session.open({ host: 'h', port: 1 }, { host: '127.0.0.1', port: 1 });
    channel.on('error', () => undefined).resume();
    peer.socket.pause();
    let written = 0;
    const write = (): void => {
      if (written < 250 * mebibyte) {
        channel.write(block, () => {
          written += block.length;
          setImmediate(write);
        });
      }
    };
    write();
    const taken = await takenOf(() => written);
    assert.ok(taken < 64 * mebibyte, `${Math.round(taken / mebibyte)} MiB`);
    const closed = once(channel, 'close');
    session.fail(new Error('enough'));
    await closed;
  });
});

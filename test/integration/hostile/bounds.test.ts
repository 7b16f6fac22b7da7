// Who floods one forward, or the display, at a server: the others are served on. With a fake server, which opens channels
// and keeps them as no sshd does.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterEach, describe, it } from 'mocha';
import { ListeningForward } from '../../../src/tunnels/forwards/local/listeningForward';
import { RemoteForward } from '../../../src/tunnels/forwards/remote/remoteForward';
import { SessionSource } from '../../../src/tunnels/forwards/waitForSession';
import { CookieSwap } from '../../../src/tunnels/forwards/x11/cookieSwap';
import { cookieProtocol, writeClientSetup } from '../../../src/tunnels/forwards/x11/x11Setup';
import type { ForwardOptions } from '../../../src/tunnels/forwards/forwardRunner';
import type { SshSession } from '../../../src/tunnels/ssh/session/session';
import type { Address, SocketPath } from '../../../src/tunnels/util/address';
import { FairLimit } from '../../../src/tunnels/util/fairLimit';
import { logTo } from '../../../src/tunnels/util/log';
import { eventually } from '../../support/eventually';
import { packed, string, uint32 } from '../../support/hostile/fields';
import type { Field } from '../../support/hostile/fields';
import { hostileServer } from '../../support/hostile/hostileServer';
import type { HostilePeer, HostileServer } from '../../support/hostile/hostileServer';
import { connectTo } from '../../support/hostile/sessionUnderTest';
import { client, target } from '../../support/targetAndClient';
import { forwardOptions } from '../../support/forwardOptions';

const opening = (type: string, id: number, ...rest: readonly Field[]): Buffer =>
  packed(90, string(type), uint32(id), uint32(1024 * 1024), uint32(32_768), ...rest);
const toPath = (path: string, id: number): Buffer =>
  opening('forwarded-streamlocal@openssh.com', id, string(path), string(''));
const toDisplay = (id: number): Buffer => opening('x11', id, string('127.0.0.1'), uint32(1));

describe('a flood at a server', () => {
  let server: HostileServer;
  let peer: HostilePeer;
  let session: SshSession;
  /** Of each channel that the server has opened: our number for it, or why it was refused. */
  const answers = new Map<number, { readonly ours: number } | 'refused'>();
  const log: string[] = [];

  afterEach(async () => {
    await session.close();
    await server[Symbol.asyncDispose]();
  });

  /** @param confirms whether it answers when we open a channel */
  async function connect(confirms = true): Promise<void> {
    answers.clear();
    log.length = 0;
    let ready: () => void = () => undefined;
    const isReady = new Promise<void>((resolve) => (ready = resolve));
    server = await hostileServer({
      onReady: (each) => {
        peer = each;
        each.connection.on('request', (accept) => accept?.());
        each.connection.on('session', (accept) =>
          accept()
            .on('x11', (acceptX11) => acceptX11())
            .on('exec', (acceptExec) => void acceptExec()),
        );
        if (confirms) {
          each.connection.on('tcpip', (accept) => void accept().on('error', () => undefined));
        } else {
          each.connection.on('tcpip', () => undefined);
        }
        const { _handlers: handlers } = (
          each.connection as unknown as { _protocol: { _handlers: Record<string, unknown> } }
        )._protocol;
        handlers['CHANNEL_OPEN_CONFIRMATION'] = (_: unknown, { recipient, sender }: Record<string, number>) =>
          answers.set(recipient ?? -1, { ours: sender ?? -1 });
        handlers['CHANNEL_OPEN_FAILURE'] = (_: unknown, id: number) => answers.set(id, 'refused');
        const closed = handlers['CHANNEL_CLOSE'] as (protocol: unknown, id: number) => void;
        handlers['CHANNEL_CLOSE'] = (protocol: unknown, id: number) => {
          const each = answers.get(id);
          if (each === undefined || each === 'refused') {
            closed(protocol, id);
          } else {
            peer.send(packed(97, uint32(each.ours)));
          }
        };
        ready();
      },
    });
    session = await connectTo(server.port);
    await isReady;
  }

  const count = (what: 'accepted' | 'refused'): number =>
    [...answers.values()].filter((each) => (each === 'refused') === (what === 'refused')).length;

  function send(number: number, message: (id: number) => Buffer, from = 0): void {
    for (let id = from; id < from + number; id++) {
      peer.send(message(id));
    }
  }

  function options(sockets: FairLimit): ForwardOptions {
    const sessions = new SessionSource();
    sessions.set(session);
    return forwardOptions({ sessions, sockets, log: logTo((_level, line) => log.push(line)) });
  }

  async function remoteForward(
    path: string,
    sockets: FairLimit,
    to: Address | undefined,
  ): Promise<RemoteForward> {
    const forward = new RemoteForward(
      { kind: 'remote', listen: { path }, target: to, label: path, ifPortBusy: 'fail' },
      options(sockets),
    );
    assert.equal(await forward.open(session), undefined);
    return forward;
  }

  it('with connections to one remote forward is refused, and another forward of the session is served', async () => {
    await connect();
    const served: Record<string, number> = {};
    const listen = (path: string): Promise<unknown> =>
      session.listen({ path } satisfies SocketPath, (incoming) => {
        incoming.accept().on('error', () => undefined);
        served[path] = (served[path] ?? 0) + 1;
      });
    await listen('/flooded');
    await listen('/other');
    send(3000, (id) => toPath('/flooded', id));
    await eventually('all are answered', () => answers.size === 3000);
    assert.equal(served['/flooded'], 2048);
    send(500, (id) => toPath('/other', id), 3000);
    await eventually('all are answered', () => answers.size === 3500);
    assert.equal(served['/other'], 500);

    // What is closed may be opened again.
    const first = answers.get(0);
    assert.ok(first && first !== 'refused');
    peer.send(packed(97, uint32(first.ours)));
    send(1, (id) => toPath('/other', id), 4000);
    await eventually('it is served', () => served['/other'] === 501);
    assert.equal(session.ended, undefined);
  });

  it('with connections to the display is refused at 2,048', async () => {
    await connect();
    let taken = 0;
    session.commands.x11Listener = (incoming) => {
      incoming.accept().on('error', () => undefined);
      taken++;
    };
    await session.commands.run('xclock', { cookie: '07'.repeat(16), screen: 0 });
    send(2500, toDisplay);
    await eventually('all are answered', () => answers.size === 2500);
    assert.equal(taken, 2048);
    assert.equal(count('refused'), 452);
  });

  it('with connections to the display that show no cookie delays no program that shows one', async () => {
    await connect();
    const cookie = Buffer.alloc(16, 7);
    let shown = 0;
    CookieSwap.of(
      session,
      logTo((_level, line) => log.push(line)),
    ).expect({ cookie, onClient: () => shown++ });
    await session.commands.run('xclock', { cookie: cookie.toString('hex'), screen: 0 });
    for (let from = 5000; from < 20_000; from += 5000) {
      const before = answers.size;
      send(2400, toDisplay, from);
      await eventually('all are answered', () => answers.size === before + 2400);
      const program = from + 3000;
      send(1, toDisplay, program);
      await eventually('a program is answered', () => answers.has(program));
      const channel = answers.get(program);
      assert.ok(channel && channel !== 'refused', 'a program was refused');
      const setup = writeClientSetup({ name: cookieProtocol, data: cookie });
      peer.send(packed(94, uint32(channel.ours), string(setup)));
      await eventually('the program is shown', () => shown === from / 5000);
    }
    assert.match(log.join('\n'), /too many without a cookie/);
  });

  it('with connections of one program to the display leaves room for another program', async () => {
    await connect();
    const cookies = [Buffer.alloc(16, 1), Buffer.alloc(16, 2)];
    const shown = [0, 0];
    const swap = CookieSwap.of(
      session,
      logTo((_level, line) => log.push(line)),
    );
    cookies.forEach((cookie, nth) =>
      swap.expect({ cookie, onClient: () => (shown[nth] = (shown[nth] ?? 0) + 1) }),
    );
    await session.commands.run('xclock', { cookie: '01'.repeat(16), screen: 0 });
    const show = async (id: number, nth: number): Promise<void> => {
      send(1, toDisplay, id);
      await eventually('it is answered', () => answers.has(id));
      const channel = answers.get(id);
      assert.ok(channel && channel !== 'refused');
      const setup = writeClientSetup({ name: cookieProtocol, data: cookies[nth] ?? Buffer.alloc(0) });
      peer.send(packed(94, uint32(channel.ours), string(setup)));
    };
    for (let id = 5000; id < 5600; id++) {
      await show(id, 0);
    }
    await eventually('the surplus is rejected', () => log.join().includes('too many connections of this'));
    await show(6000, 1);
    await eventually('the other program is shown', () => shown[1] === 1);
    assert.equal(shown[0], 512);
  });

  it('with connections whose target never answers has a bounded number under way, each with a time-out', async function () {
    this.timeout(90_000);
    await connect();
    await using hole = await blackHole();
    await using echo = await target((socket) => socket.pipe(socket));
    const sockets = new FairLimit(16);
    const flooded = await remoteForward('/flooded', sockets, hole.address);
    const other = await remoteForward('/other', sockets, echo.address);
    send(100, (id) => toPath('/flooded', id));
    await eventually('the surplus is refused', () => count('refused') === 92);
    assert.equal(count('accepted'), 0);
    send(1, (id) => toPath('/other', id), 200);
    await eventually('another forward is served', () => answers.get(200) !== undefined);
    assert.notEqual(answers.get(200), 'refused');

    await eventually('the others are refused after their time-out', () => count('refused') === 100);
    assert.match(log.join('\n'), /TargetUnreachable/);
    send(10, (id) => toPath('/flooded', id), 300);
    await eventually('again, only the surplus is refused', () => count('refused') > 100);
    assert.ok(count('refused') < 105, `${count('refused')} are refused`);
    await Promise.all([flooded.close(), other.close()]);
  });

  it('with clients that leave while the server still connects is bounded, and another forward is served', async () => {
    await connect(false);
    const sockets = new FairLimit(16);
    const make = (label: string): ListeningForward =>
      new ListeningForward(
        {
          kind: 'local',
          listen: { bind: '127.0.0.1', port: 0 },
          target: { host: 'h', port: 1 },
          label,
          ifPortBusy: 'fail',
        },
        async (socket, far) => far.join(socket, await far.dial({ host: 'h', port: 1 })),
        options(sockets),
      );
    const [flooded, other] = [make('flooded'), make('other')];
    await Promise.all([flooded.open(), other.open()]);
    const portOf = ({ state }: ListeningForward): number => {
      const bound = state.status === 'listening' ? state.bound[0] : undefined;
      assert.ok(bound && 'port' in bound);
      return bound.port;
    };
    const clientsOf = ({ state }: ListeningForward): number =>
      state.status === 'listening' ? state.connections : -1;
    const early = Array.from({ length: 8 }, () => client(portOf(flooded)));
    await eventually('they are connected', () => clientsOf(flooded) === 8);
    early.forEach(({ socket }) => socket.resetAndDestroy());
    await eventually('they have gone', () => clientsOf(flooded) === 0);
    client(portOf(flooded));
    await eventually('the next one is refused', () => log.join().includes('too many are connected'));
    const { socket } = client(portOf(other));
    await eventually('the other forward has its client', () => clientsOf(other) === 1);
    assert.ok(!socket.destroyed);
    socket.destroy();
    session.fail(new Error('enough'));
    await Promise.all([flooded.close(), other.close()]);
  });

  it('does not keep the target of a client that the server has closed', async () => {
    await connect();
    await using silent = await target((socket) => socket.on('end', () => socket.end()).resume());
    const forward = await remoteForward('/proxy', new FairLimit(16), undefined);
    send(1, (id) => toPath('/proxy', id));
    await eventually('it is accepted', () => count('accepted') === 1);
    const channel = answers.get(0);
    assert.ok(channel && channel !== 'refused');
    const get = `GET http://127.0.0.1:${silent.port}/ HTTP/1.1\r\nHost: x\r\n\r\n`;
    peer.send(packed(94, uint32(channel.ours), string(get.repeat(500))));
    await eventually('the target is dialled', () => silent.open.size === 1);
    peer.send(packed(97, uint32(channel.ours)));
    await eventually('the target is disconnected', () => silent.open.size === 0, 9000);
    await forward.close();
  });
});

interface BlackHole extends AsyncDisposable {
  readonly address: Address;
}

/** Listens, but its queue is full: the system drops further connections without an answer. */
async function blackHole(): Promise<BlackHole> {
  const script = `
import socket, sys
s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen(0)
filling = [socket.socket() for _ in range(4)]
for each in filling:
    each.setblocking(False); each.connect_ex(s.getsockname())
print(s.getsockname()[1], flush=True)
sys.stdin.read()
`;
  const python = spawn('python3', ['-c', script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [port] = (await once(createInterface(python.stdout), 'line')) as [string];
  return {
    address: { host: '127.0.0.1', port: Number(port) },
    async [Symbol.asyncDispose]() {
      python.stdin.end();
      await once(python, 'exit');
    },
  };
}

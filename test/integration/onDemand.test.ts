// autoStart "onConnect": the tunnel listens at once, connects for the first client, and disconnects when it was idle
// for a while.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, it } from 'mocha';
import { eventually } from '../support/eventually';
import { ListenerRegistry } from '../../src/tunnels/forwards/listenerRegistry';
import { FairLimit } from '../../src/tunnels/util/fairLimit';
import { OwnSockets } from '../../src/tunnels/forwards/local/ownSockets';
import { Tunnel } from '../../src/tunnels/daemon/tunnel/tunnel';
import { SessionPool } from '../../src/tunnels/ssh/session/sessionPool';
import { freePort } from '../support/freePort';
import { define, TestWindow } from '../support/testWindow';
import { client, target, exchange } from '../support/targetAndClient';
import { everythingPermitted } from '../support/socketGuard';
import { useTunnelFixture } from '../support/tunnelFixture';
import { logTo } from '../../src/tunnels/util/log';

describe('an on-demand tunnel', () => {
  const fixture = useTunnelFixture();

  const logins = (): number => fixture.sshd.log().match(/Accepted publickey/g)?.length ?? 0;
  async function listenFor(keys: object = {}): Promise<number> {
    const port = await freePort();
    const tunnel = { host: 'test-sshd', localForward: `${port}:127.0.0.1:${fixture.echo.port}`, ...keys };
    await fixture.window.lease();
    await fixture.window.lease({ id: 'user:t', tunnel, onDemand: true });
    await fixture.window.untilStatus('idle');
    await fixture.window.until(() => fixture.window.forwards()[0]?.status === 'listening', 'listening');
    return port;
  }

  it('listens, and logs in only for the first client', async () => {
    const before = logins();
    const port = await listenFor();
    await sleep(300);
    assert.equal(logins(), before);
    assert.equal((await exchange(port, 'hello')).received.toString(), 'hello');
    assert.equal(fixture.window.state().status, 'up');
    assert.equal(logins(), before + 1);
  });

  it('connects once for many simultaneous clients', async () => {
    const before = logins();
    const port = await listenFor();
    const exchanges = await Promise.all(Array.from({ length: 50 }, (_, n) => exchange(port, `client ${n}`)));
    exchanges.forEach(({ received }, n) => assert.equal(received.toString(), `client ${n}`));
    assert.equal(logins(), before + 1);
  });

  it('prompts for the first client, and keeps clients waiting meanwhile', async () => {
    const port = await listenFor({ host: `me@127.0.0.1:${fixture.sshd.port}` });
    fixture.window.questions.length = 0;
    let answer: (text: string | undefined) => void = () => undefined;
    fixture.window.answer = () => new Promise((resolve) => (answer = resolve));
    const { socket, done } = client(port);
    await fixture.window.until(() => {
      const state = fixture.window.state();
      return fixture.window.questions.length > 0 && state.status === 'connecting' && state.asking === true;
    }, 'asked');
    // The first prompt is about the host key, because this name is unknown.
    assert.equal(socket.destroyed, false);
    answer(undefined);
    socket.on('end', () => socket.end());
    await done;
    await fixture.window.untilStatus('failed');
    fixture.window.answer = () => undefined;
  });

  it('connects at once when the user starts it', async () => {
    await listenFor();
    await fixture.window.client.start('user:t');
    assert.equal(fixture.window.state().status, 'up');
  });

  it('connects as soon as another window wants the tunnel without "on demand"', async () => {
    const port = await listenFor();
    const other = await TestWindow.open(fixture.daemon, fixture.sshd, 'other');
    const tunnel = { host: 'test-sshd', localForward: `${port}:127.0.0.1:${fixture.echo.port}` };
    await other.lease({ id: 'workspace:t', tunnel });
    await fixture.window.untilStatus('up');
    await other.lease();
    other.disconnect();
  });

  it('can be stopped before the first client', async () => {
    const port = await listenFor();
    await fixture.window.client.stop('user:t');
    assert.equal(fixture.window.state().status, 'stopped');
    assert.equal((await exchange(port)).error, 'ECONNREFUSED');
  });

  it('listens on a port in use as soon as it is free', async () => {
    await using portGrabber = await target((socket) => socket.end());
    const tunnel = { host: 'test-sshd', localForward: `${portGrabber.port}:127.0.0.1:${fixture.echo.port}` };
    await fixture.window.lease();
    await fixture.window.lease({ id: 'user:t', tunnel, onDemand: true });
    await fixture.window.until(() => fixture.window.forwards()[0]?.status === 'failed', 'in use');
    const { port } = portGrabber;
    await portGrabber[Symbol.asyncDispose]();
    await fixture.window.until(() => fixture.window.forwards()[0]?.status === 'listening', 'listening');
    assert.equal((await exchange(port, 'mine')).received.toString(), 'mine');
  });

  describe('with a short idle time-out', () => {
    /** Without the daemon process, because five minutes are long. */
    function start(): { tunnel: Tunnel; port: () => number } {
      const definition = define({ host: 'test-sshd', localForward: `0:127.0.0.1:${fixture.echo.port}` });
      const settings = { sshConfigFile: fixture.sshd.configFile, reconnectMaxDelay: 1 };
      const tunnel = new Tunnel(
        { definition, settings },
        {
          name: 't',
          log: logTo(() => undefined),
          onChange: () => undefined,
          env: () => process.env,
          permissions: everythingPermitted,
          secrets: { recall: () => Promise.resolve(undefined), judged: () => undefined },
          pool: new SessionPool(),
          rememberedPort: () => undefined,
          ownSockets: new OwnSockets(fixture.sshd.dir),
          sockets: new FairLimit(100),
          lookups: new FairLimit(24),
          ports: new ListenerRegistry({ isReserved: () => false, onFree: () => undefined }),
          holder: () => ({ tunnel: 't' }),
          isOnDemand: () => true,
          askAnyone: () => Promise.resolve(undefined),
          idleTime: 300,
          privateFolder: fixture.sshd.dir,
          onProgramsEnded: () => undefined,
        },
      );
      return {
        tunnel,
        port: () => {
          const [state] = Object.values(tunnel.forwards);
          const bound = state?.status === 'listening' ? state.bound[0] : undefined;
          return bound && 'port' in bound ? bound.port : 0;
        },
      };
    }

    it('disconnects when idle, keeps its port, and reconnects for the next client', async () => {
      const { tunnel, port } = start();
      await tunnel.listen();
      const first = port();
      const { socket, done } = client(first);
      socket.write('x');
      await once(socket, 'data');
      await sleep(700);
      assert.equal(tunnel.state.status, 'up', 'somebody is connected');
      socket.end();
      socket.on('end', () => socket.end());
      await done;
      await eventually('idle', () => tunnel.state.status === 'idle');
      await eventually(
        'no session of it is left',
        () => fixture.sshd.sessionPids().length === 0 || fixture.window.state().status === 'up',
      );
      assert.equal(port(), first);
      assert.equal((await exchange(first, 'again')).received.toString(), 'again');
      assert.equal(tunnel.state.status, 'up');
      await tunnel.stop();
      assert.equal(tunnel.state.status, 'stopped');
    });

    it('goes back to listening when its connection is lost while idle', async () => {
      const { tunnel, port } = start();
      await tunnel.listen();
      assert.equal((await exchange(port(), 'x')).received.toString(), 'x');
      await sleep(50);
      fixture.sshd.dropSessions();
      await eventually('idle', () => tunnel.state.status === 'idle');
      assert.equal((await exchange(port(), 'y')).received.toString(), 'y');
      await tunnel.stop();
    });
  });
});

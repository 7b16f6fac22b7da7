// The setup of a fault test: a server behind a breakable link, a daemon, a running tunnel and its clients.
import assert from 'node:assert/strict';
import type { ConnectionSettings } from '../../../src/tunnels/daemon/protocol/protocol';
import { TestWindow, testDaemon } from '../testWindow';
import { target } from '../targetAndClient';
import type { TargetServer } from '../targetAndClient';
import { startSshd } from '../sshd';
import type { Sshd, SshdOptions } from '../sshd';
import { FaultyLink } from './faultyLink';
import { redirectClients } from './redirectClients';
import { serveDownload, PortGrabber } from './trafficChecks';

export interface FaultSetup extends AsyncDisposable {
  readonly sshd: Sshd;
  readonly link: FaultyLink;
  readonly window: TestWindow;
  readonly echo: TargetServer;
  /** Serves an endless download. */
  readonly endless: TargetServer;
  /** Local ports that are forwarded to them. */
  readonly ports: { readonly echo: number; readonly endless: number };
  /** Leases the tunnel; it only starts if it is wanted. */
  lease(more?: object, settings?: Partial<ConnectionSettings>, want?: boolean): Promise<void>;
  /** Leases and starts it, with forwards to both targets and whatever else is given. */
  bringUp(more?: object): Promise<void>;
  /** Its states since it was last up, as reported to the window: 'up waiting connecting up'. */
  states(): string;
  /** Resolves when it has been down and is up again. */
  back(): Promise<void>;
}

/** Notices a dead connection within three seconds, and retries within one. */
const hasty = { serverAliveInterval: 1, serverAliveCountMax: 2 };

/**
 * Its disposal checks what must hold under every fault: no prompt was shown, and no other program could take the
 * port.
 */
export async function setUpFaults(options?: SshdOptions): Promise<FaultSetup> {
  const parts: AsyncDisposable[] = [];
  const keep = <T extends AsyncDisposable>(part: T): T => {
    parts.push(part);
    return part;
  };
  const sshd = keep(await startSshd(options));
  const link = keep(await FaultyLink.open({ host: sshd.host, port: sshd.port }));
  await redirectClients(sshd, { host: '127.0.0.1', port: link.port });
  const echo = keep(await target((socket) => socket.pipe(socket)));
  const endless = keep(await target(serveDownload()));
  const daemon = keep(await testDaemon());
  const window = await TestWindow.open(daemon, sshd);
  let portGrabber: PortGrabber | undefined;
  const lease: FaultSetup['lease'] = (more = {}, settings = {}, want = false) => {
    const localForward = [echo, endless].map(({ port }, n) => ({
      listen: 0,
      target: `127.0.0.1:${port}`,
      label: `${n}`,
    }));
    const tunnel = { host: 'test-sshd', localForward, ...hasty, ...more };
    return window.lease({
      id: 'user:t',
      tunnel,
      want,
      settings: { reconnectMaxDelay: 1, ...settings },
    });
  };
  return {
    sshd,
    link,
    window,
    echo,
    endless,
    get ports() {
      return { echo: window.port(0), endless: window.port(1) };
    },
    lease,
    async bringUp(more) {
      await lease(more);
      await window.client.start('user:t');
      portGrabber = new PortGrabber(window.port(0));
    },
    states: () => window.history().slice(window.history().indexOf('up')).join(' '),
    back: () =>
      window.until(() => window.history().join(' ').endsWith('connecting up') && wasDown(window), 'back'),
    async [Symbol.asyncDispose]() {
      await portGrabber?.[Symbol.asyncDispose]();
      window.disconnect();
      for (const part of parts.reverse()) {
        await part[Symbol.asyncDispose]();
      }
      assert.deepEqual(window.questions, []);
      assert.equal(portGrabber?.grabbed ?? 0, 0, 'the port was free at times');
    },
  };
}

function wasDown(window: TestWindow): boolean {
  const history = window.history();
  return history.includes('waiting') && history.lastIndexOf('waiting') > history.indexOf('up');
}

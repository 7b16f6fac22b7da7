// A tunnel from a laptop to a server on another machine, for the faults that need addresses and cables of their own.
import assert from 'node:assert/strict';
import { readEndpointFile } from '../../../src/tunnels/daemon/endpoint/endpointFile';
import { endpointFolder } from '../../../src/tunnels/daemon/endpoint/endpointFolder';
import { eventually } from '../eventually';
import { TestWindow, testDaemon, daemonScript } from '../testWindow';
import type { TestDaemon } from '../testWindow';
import { target } from '../targetAndClient';
import { spawnGroup } from '../processGroup.mjs';
import { startSshd } from '../sshd';
import type { Sshd } from '../sshd';
import { sshdProgram } from '../sshdSetup';
import { redirectClients } from './redirectClients';
import { addresses, serverName, TwoMachines } from './twoMachines';
import type { Machine } from './twoMachines';
import { openEchoConnection } from './trafficChecks';
import type { EchoConnection } from './trafficChecks';

export interface Laptop extends AsyncDisposable {
  readonly machines: TwoMachines;
  readonly window: TestWindow;
  /** Opens a connection through the tunnel to an echo on the server. */
  openEchoConnection(): Promise<EchoConnection>;
  /** Starts it, and waits until it is up. */
  bringUp(): Promise<void>;
  /** Wants the tunnel up, without waiting. */
  want(): Promise<void>;
  /** Resolves when it has been down and is up again. */
  back(): Promise<void>;
}

export async function startLaptop(): Promise<Laptop> {
  const parts: AsyncDisposable[] = [];
  const keep = <T extends AsyncDisposable>(part: T): T => {
    parts.push(part);
    return part;
  };
  const machines = keep(await TwoMachines.start());
  const sshd = keep(await serverOn(machines));
  // Unix sockets, because both machines share the file system.
  const [here, there] = [machines.folder.file('here'), machines.folder.file('there')];
  keep(await target((socket) => socket.pipe(socket), { path: there }));
  const daemon = keep(await testDaemon());
  keep(await daemonOn(machines.laptop, daemon));
  const window = await TestWindow.open(daemon, sshd);
  // No keep-alive: only a network change can reveal the fault.
  const tunnel = { host: 'test-sshd', localForward: `${here}:${there}`, serverAliveInterval: 3600 };
  const lease = (want: boolean): Promise<void> => window.lease({ id: 'user:t', tunnel, want });
  return {
    machines,
    window,
    openEchoConnection: () => openEchoConnection(here),
    async bringUp() {
      await machines.name(addresses.server);
      await lease(false);
      await window.client.start('user:t');
    },
    want: () => lease(true),
    back: () => window.until(() => window.history().join(' ').endsWith('waiting connecting up'), 'back'),
    async [Symbol.asyncDispose]() {
      window.disconnect();
      for (const part of parts.reverse()) {
        await part[Symbol.asyncDispose]();
      }
      assert.deepEqual(window.questions, []);
    },
  };
}

/** Its clients know it by its name, as soon as the laptop can resolve it. */
export async function serverOn(machines: TwoMachines): Promise<Sshd> {
  const sshd = await startSshd({
    program: await machines.onServer(sshdProgram()),
    alsoListen: [addresses.server, addresses.serverElsewhere],
  });
  await redirectClients(sshd, { host: serverName, port: sshd.port });
  return sshd;
}

/** Starts a daemon on that machine, for the windows of this test daemon. */
export async function daemonOn(machine: Machine, { env }: TestDaemon): Promise<AsyncDisposable> {
  const [program, ...enter] = machine.enter;
  const daemonProcess = spawnGroup(program, [...enter, process.execPath, daemonScript], {
    env,
    stdio: 'ignore',
  });
  await untilItIsReady(env);
  return { [Symbol.asyncDispose]: () => daemonProcess.end() };
}

/** Otherwise a window would start its own daemon, on this machine. */
function untilItIsReady(env: NodeJS.ProcessEnv): Promise<void> {
  return eventually(
    'the daemon has started',
    async () => (await readEndpointFile(endpointFolder(env))) !== undefined,
  );
}

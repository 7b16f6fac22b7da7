// The setup of a fault: a server, the network to it, and the contenders. Either behind a breakable link, or on two
// virtual machines with their own addresses and cable.
import { FaultyLink } from '../../support/faults/faultyLink';
import { daemonOn, serverOn } from '../../support/faults/laptop';
import { redirectClients } from '../../support/faults/redirectClients';
import { addresses, TwoMachines } from '../../support/faults/twoMachines';
import { serveDownload, serveTrickle } from '../../support/faults/trafficChecks';
import { freePort } from '../../support/freePort';
import { target } from '../../support/targetAndClient';
import { startSshd } from '../../support/sshd';
import type { Sshd } from '../../support/sshd';
import { startFaultContender } from './faultContender';
import type { Machine, FaultContender, FaultContenderName, ContenderPorts } from './faultContender';

export interface ContenderSetup extends AsyncDisposable {
  readonly sshd: Sshd;
  readonly contenders: readonly FaultContender[];
  /** Starts all contenders. */
  startContenders(): Promise<void>;
}

export interface LinkSetup extends ContenderSetup {
  readonly link: FaultyLink;
}

export interface LaptopSetup extends ContenderSetup {
  readonly machines: TwoMachines;
}

export async function setUpLink(names: readonly FaultContenderName[]): Promise<LinkSetup> {
  const parts = new Parts();
  const sshd = parts.keep(await startSshd());
  const link = parts.keep(await FaultyLink.open({ host: sshd.host, port: sshd.port }));
  await redirectClients(sshd, { host: '127.0.0.1', port: link.port });
  const targets = [
    parts.keep(await target((socket) => socket.pipe(socket))),
    parts.keep(await target(serveTrickle)),
    parts.keep(await target(serveDownload())),
  ].map(({ port }) => port);
  const allocatePorts = async (name: FaultContenderName): Promise<ContenderPorts> => {
    const ports = await Promise.all(targets.map(() => freePort()));
    const [echo = NaN, trickle = NaN, endless = NaN] = ports;
    const remote = await freePort();
    return {
      name,
      echo,
      trickle,
      endless,
      remote,
      localForward: targets.map((to, n) => `127.0.0.1:${ports[n] ?? NaN}:127.0.0.1:${to}`),
      remoteForward: [`127.0.0.1:${remote}:127.0.0.1:${targets[0] ?? NaN}`],
    };
  };
  const here: Machine = { enter: [], startDaemon: () => Promise.resolve(undefined) };
  const { contenders } = parts;
  const startContenders = (): Promise<void> => parts.startContenders(names, allocatePorts, sshd, here);
  return { sshd, link, contenders, startContenders, [Symbol.asyncDispose]: () => parts.stop() };
}

export async function setUpLaptop(names: readonly FaultContenderName[]): Promise<LaptopSetup> {
  const parts = new Parts();
  const machines = parts.keep(await TwoMachines.start());
  const sshd = parts.keep(await serverOn(machines));
  await machines.name(addresses.server);
  // Unix sockets, because both machines share the file system.
  const there = machines.folder.file('there');
  parts.keep(await target((socket) => socket.pipe(socket), { path: there }));
  const allocatePorts = (name: FaultContenderName): Promise<ContenderPorts> => {
    const echo = machines.folder.file(name);
    return Promise.resolve({ name, echo, localForward: [`${echo}:${there}`], remoteForward: [] });
  };
  const { laptop } = machines;
  const machine: Machine = { enter: laptop.enter, startDaemon: (daemon) => daemonOn(laptop, daemon) };
  const { contenders } = parts;
  const startContenders = (): Promise<void> => parts.startContenders(names, allocatePorts, sshd, machine);
  return { sshd, machines, contenders, startContenders, [Symbol.asyncDispose]: () => parts.stop() };
}

class Parts {
  readonly contenders: FaultContender[] = [];
  readonly #parts: AsyncDisposable[] = [];

  keep<T extends AsyncDisposable>(part: T): T {
    this.#parts.push(part);
    return part;
  }

  async startContenders(
    names: readonly FaultContenderName[],
    allocatePorts: (name: FaultContenderName) => Promise<ContenderPorts>,
    sshd: Sshd,
    machine: Machine,
  ): Promise<void> {
    for (const name of names) {
      this.contenders.push(this.keep(await startFaultContender(await allocatePorts(name), sshd, machine)));
    }
  }

  async stop(): Promise<void> {
    for (const part of this.#parts.reverse()) {
      await part[Symbol.asyncDispose]();
    }
  }
}

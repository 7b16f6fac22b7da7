// Where a fault takes place: a server, the way to it, and the riders. Either behind a link that can break, or on two
// machines of their own, whose addresses and cables can go and come.
import { FaultyLink } from '../../support/faults/faultyLink';
import { daemonOn, serverOn } from '../../support/faults/laptop';
import { leadThrough } from '../../support/faults/redirectClients';
import { addresses, TwoMachines } from '../../support/faults/twoMachines';
import { serveDownload, serveTrickle } from '../../support/faults/trafficChecks';
import { freePort } from '../../support/freePort';
import { target } from '../../support/targetAndClient';
import { startSshd } from '../../support/sshd';
import type { Sshd } from '../../support/sshd';
import { startRider } from './faultContender';
import type { Machine, Rider, RiderName, Seat } from './faultContender';

export interface Scene extends AsyncDisposable {
  readonly sshd: Sshd;
  readonly riders: readonly Rider[];
  /** Has all of them start. */
  mount(): Promise<void>;
}

export interface LinkScene extends Scene {
  readonly link: FaultyLink;
}

export interface LaptopScene extends Scene {
  readonly machines: TwoMachines;
}

export async function linkScene(names: readonly RiderName[]): Promise<LinkScene> {
  const stage = new Stage();
  const sshd = stage.keep(await startSshd());
  const link = stage.keep(await FaultyLink.open({ host: sshd.host, port: sshd.port }));
  await leadThrough(sshd, { host: '127.0.0.1', port: link.port });
  const targets = [
    stage.keep(await target((socket) => socket.pipe(socket))),
    stage.keep(await target(serveTrickle)),
    stage.keep(await target(serveDownload())),
  ].map(({ port }) => port);
  const takeSeat = async (name: RiderName): Promise<Seat> => {
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
  const { riders } = stage;
  const mount = (): Promise<void> => stage.mount(names, takeSeat, sshd, here);
  return { sshd, link, riders, mount, [Symbol.asyncDispose]: () => stage.strike() };
}

export async function laptopScene(names: readonly RiderName[]): Promise<LaptopScene> {
  const stage = new Stage();
  const machines = stage.keep(await TwoMachines.start());
  const sshd = stage.keep(await serverOn(machines));
  await machines.name(addresses.server);
  // Unix sockets, for they are the same on both machines.
  const there = machines.folder.file('there');
  stage.keep(await target((socket) => socket.pipe(socket), { path: there }));
  const takeSeat = (name: RiderName): Promise<Seat> => {
    const echo = machines.folder.file(name);
    return Promise.resolve({ name, echo, localForward: [`${echo}:${there}`], remoteForward: [] });
  };
  const { laptop } = machines;
  const machine: Machine = { enter: laptop.enter, startDaemon: (place) => daemonOn(laptop, place) };
  const { riders } = stage;
  const mount = (): Promise<void> => stage.mount(names, takeSeat, sshd, machine);
  return { sshd, machines, riders, mount, [Symbol.asyncDispose]: () => stage.strike() };
}

class Stage {
  readonly riders: Rider[] = [];
  readonly #parts: AsyncDisposable[] = [];

  keep<T extends AsyncDisposable>(part: T): T {
    this.#parts.push(part);
    return part;
  }

  async mount(
    names: readonly RiderName[],
    takeSeat: (name: RiderName) => Promise<Seat>,
    sshd: Sshd,
    machine: Machine,
  ): Promise<void> {
    for (const name of names) {
      this.riders.push(this.keep(await startRider(await takeSeat(name), sshd, machine)));
    }
  }

  async strike(): Promise<void> {
    for (const part of this.#parts.reverse()) {
      await part[Symbol.asyncDispose]();
    }
  }
}

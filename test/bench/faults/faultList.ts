// The faults, each made for real: what strikes, for how long, and what mends it.
import { killAll } from '../../support/processTree';
import type { Sshd } from '../../support/sshd';
import { addresses } from '../../support/faults/twoMachines';
import { suspend } from '../../support/faults/suspended';
import { download } from '../../support/faults/trafficChecks';
import type { LaptopScene, LinkScene, Scene } from './setup';

export interface FaultIn<Where extends Scene> {
  readonly what: string;
  /** Seconds between the strike and the mending; 0: nothing mends it but the riders. */
  readonly lasts: number;
  /** Seconds after the mending for which a rider is waited for. */
  readonly patience: number;
  /** Whether there is no tunnel yet. */
  readonly beforeStart?: boolean;
  /** Which port is asked for: the server's, that leads here, instead of this machine's. */
  readonly remote?: boolean;
  /** Whether nobody can notice anything before it is mended. */
  readonly asleep?: boolean;
  /** Whether it is over soon, and shall have the machine for itself. */
  readonly quick?: boolean;
  strike(scene: Where): Promise<void> | void;
  mend?(scene: Where): Promise<void> | void;
}

export type LinkFault = FaultIn<LinkScene> & { readonly scene: 'link' };
export type LaptopFault = FaultIn<LaptopScene> & { readonly scene: 'laptop' };
export type Fault = LinkFault | LaptopFault;

const pidsOf = ({ riders }: LinkScene): readonly number[] => riders.flatMap((rider) => rider.pids());

/** Sessions of a server that nobody listens to any more. */
const ghosts = new WeakMap<Sshd, readonly number[]>();

const onTheLink: readonly LinkFault[] = [
  {
    scene: 'link',
    what: "The server's process for the connection is killed",
    quick: true,
    lasts: 0,
    patience: 20,
    strike: ({ sshd }) => sshd.dropSessions(),
  },
  {
    scene: 'link',
    what: 'The server restarts, and is away for 5 s',
    quick: true,
    lasts: 5,
    patience: 30,
    strike: ({ sshd }) => sshd.halt(),
    mend: ({ sshd }) => sshd.restart(),
  },
  {
    scene: 'link',
    what: 'The machine sleeps for 10 s, the connection lives on',
    asleep: true,
    quick: true,
    lasts: 10,
    patience: 20,
    strike: (scene) => void suspend(pidsOf(scene)),
    mend: (scene) => suspend(pidsOf(scene)).resume(),
  },
  {
    scene: 'link',
    what: 'The machine sleeps for 10 s, the connection dies meanwhile',
    asleep: true,
    lasts: 10,
    patience: 90,
    strike: (scene) => {
      suspend(pidsOf(scene));
      scene.link.forget();
    },
    mend: (scene) => suspend(pidsOf(scene)).resume(),
  },
  {
    scene: 'link',
    what: 'A router forgets the connection',
    lasts: 0,
    patience: 90,
    strike: ({ link }) => link.forget(),
  },
  {
    scene: 'link',
    what: "The server's process for the connection hangs",
    lasts: 0,
    patience: 90,
    strike: ({ sshd }) => void suspend(sshd.sessionPids()),
  },
  {
    scene: 'link',
    what: 'No packet passes for 20 s',
    lasts: 20,
    patience: 40,
    strike: ({ link }) => link.hold(),
    mend: ({ link }) => link.release(),
  },
  {
    scene: 'link',
    what: 'No packet passes for 90 s',
    lasts: 90,
    patience: 60,
    strike: ({ link }) => link.hold(),
    mend: ({ link }) => link.release(),
  },
  {
    scene: 'link',
    what: 'The link carries 150 KB/s, and is full for 60 s',
    lasts: 60,
    patience: 60,
    strike: async ({ link, riders }) => {
      link.bytesPerSecond = 150e3;
      await Promise.all(riders.map(({ endless = NaN }) => download(endless)));
    },
    mend: ({ link }) => {
      link.bytesPerSecond = Infinity;
    },
  },
  {
    scene: 'link',
    what: 'A router forgets the connection, which keeps its port on the server (`-R`) for 90 s',
    remote: true,
    lasts: 90,
    patience: 90,
    strike: ({ sshd, link }) => {
      ghosts.set(sshd, sshd.sessionPids());
      link.forget();
    },
    mend: ({ sshd }) => killAll(ghosts.get(sshd) ?? []),
  },
];

const onTheLaptop: readonly LaptopFault[] = [
  {
    scene: 'laptop',
    what: 'The laptop changes to another network',
    lasts: 0,
    patience: 90,
    strike: ({ machines }) => machines.moveLaptop(),
  },
  {
    scene: 'laptop',
    what: 'The cable is out for 8 s',
    lasts: 8,
    patience: 30,
    strike: ({ machines }) => machines.unplug(),
    mend: ({ machines }) => machines.plugIn(),
  },
  {
    scene: 'laptop',
    what: 'The server moves to another address, and its name follows',
    lasts: 0,
    patience: 90,
    strike: async ({ machines }) => {
      await machines.name(addresses.serverElsewhere);
      machines.server.ip(`addr del ${addresses.server}/24 dev eth0`);
      machines.laptop.ip(`addr add ${addresses.laptopElsewhere}/24 dev eth0`);
    },
  },
  {
    scene: 'laptop',
    what: 'At the start there is no network, for 40 s',
    beforeStart: true,
    lasts: 40,
    patience: 90,
    strike: async ({ machines }) => {
      await machines.name(undefined);
      machines.unplug();
    },
    mend: async ({ machines }) => {
      await machines.name(addresses.server);
      machines.plugIn();
    },
  },
];

export const faults: readonly Fault[] = [...onTheLink, ...onTheLaptop];

// The faults of the fault bench, each a real one: how it starts, how long it lasts, and how it ends.
import { killAll } from '../../support/processTree';
import type { Sshd } from '../../support/sshd';
import { addresses } from '../../support/faults/twoMachines';
import { suspend } from '../../support/faults/suspended';
import { download } from '../../support/faults/trafficChecks';
import type { LaptopSetup, LinkSetup, ContenderSetup } from './setup';

export interface FaultIn<Where extends ContenderSetup> {
  readonly what: string;
  /** Seconds between the start and the end of the fault; 0: only the contenders can recover from it. */
  readonly lasts: number;
  /** Seconds after the end of the fault to wait for a contender. */
  readonly waitSeconds: number;
  /** Whether the tunnel isn't up yet. */
  readonly beforeStart?: boolean;
  /** Whether to use the remote forward's port instead of the local one. */
  readonly remote?: boolean;
  /** Whether the fault can't be noticed before it ends. */
  readonly asleep?: boolean;
  /** Whether it is short and runs alone on the machine. */
  readonly quick?: boolean;
  start(setup: Where): Promise<void> | void;
  end?(setup: Where): Promise<void> | void;
}

export type LinkFault = FaultIn<LinkSetup> & { readonly setup: 'link' };
export type LaptopFault = FaultIn<LaptopSetup> & { readonly setup: 'laptop' };
export type Fault = LinkFault | LaptopFault;

const pidsOf = ({ contenders }: LinkSetup): readonly number[] =>
  contenders.flatMap((contender) => contender.pids());

/** Abandoned sessions of a server. */
const oldSessions = new WeakMap<Sshd, readonly number[]>();

const onTheLink: readonly LinkFault[] = [
  {
    setup: 'link',
    what: "The server's process for the connection is killed",
    quick: true,
    lasts: 0,
    waitSeconds: 20,
    start: ({ sshd }) => sshd.dropSessions(),
  },
  {
    setup: 'link',
    what: 'The server restarts, and is away for 5 s',
    quick: true,
    lasts: 5,
    waitSeconds: 30,
    start: ({ sshd }) => sshd.halt(),
    end: ({ sshd }) => sshd.restart(),
  },
  {
    setup: 'link',
    what: 'The machine sleeps for 10 s, the connection lives on',
    asleep: true,
    quick: true,
    lasts: 10,
    waitSeconds: 20,
    start: (setup) => void suspend(pidsOf(setup)),
    end: (setup) => suspend(pidsOf(setup)).resume(),
  },
  {
    setup: 'link',
    what: 'The machine sleeps for 10 s, the connection dies meanwhile',
    asleep: true,
    lasts: 10,
    waitSeconds: 90,
    start: (setup) => {
      suspend(pidsOf(setup));
      setup.link.forget();
    },
    end: (setup) => suspend(pidsOf(setup)).resume(),
  },
  {
    setup: 'link',
    what: 'A router forgets the connection',
    lasts: 0,
    waitSeconds: 90,
    start: ({ link }) => link.forget(),
  },
  {
    setup: 'link',
    what: "The server's process for the connection hangs",
    lasts: 0,
    waitSeconds: 90,
    start: ({ sshd }) => void suspend(sshd.sessionPids()),
  },
  {
    setup: 'link',
    what: 'No packet passes for 20 s',
    lasts: 20,
    waitSeconds: 40,
    start: ({ link }) => link.hold(),
    end: ({ link }) => link.release(),
  },
  {
    setup: 'link',
    what: 'No packet passes for 90 s',
    lasts: 90,
    waitSeconds: 60,
    start: ({ link }) => link.hold(),
    end: ({ link }) => link.release(),
  },
  {
    setup: 'link',
    what: 'The link carries 150 KB/s, and is full for 60 s',
    lasts: 60,
    waitSeconds: 60,
    start: async ({ link, contenders }) => {
      link.bytesPerSecond = 150e3;
      await Promise.all(contenders.map(({ endless = NaN }) => download(endless)));
    },
    end: ({ link }) => {
      link.bytesPerSecond = Infinity;
    },
  },
  {
    setup: 'link',
    what: 'A router forgets the connection, which keeps its port on the server (`-R`) for 90 s',
    remote: true,
    lasts: 90,
    waitSeconds: 90,
    start: ({ sshd, link }) => {
      oldSessions.set(sshd, sshd.sessionPids());
      link.forget();
    },
    end: ({ sshd }) => killAll(oldSessions.get(sshd) ?? []),
  },
];

const onTheLaptop: readonly LaptopFault[] = [
  {
    setup: 'laptop',
    what: 'The laptop changes to another network',
    lasts: 0,
    waitSeconds: 90,
    start: ({ machines }) => machines.switchLaptopNetwork(),
  },
  {
    setup: 'laptop',
    what: 'The cable is out for 8 s',
    lasts: 8,
    waitSeconds: 30,
    start: ({ machines }) => machines.unplug(),
    end: ({ machines }) => machines.plugIn(),
  },
  {
    setup: 'laptop',
    what: 'The server moves to another address, and its name follows',
    lasts: 0,
    waitSeconds: 90,
    start: async ({ machines }) => {
      await machines.name(addresses.serverElsewhere);
      machines.server.ip(`addr del ${addresses.server}/24 dev eth0`);
      machines.laptop.ip(`addr add ${addresses.laptopElsewhere}/24 dev eth0`);
    },
  },
  {
    setup: 'laptop',
    what: 'At the start there is no network, for 40 s',
    beforeStart: true,
    lasts: 40,
    waitSeconds: 90,
    start: async ({ machines }) => {
      await machines.name(undefined);
      machines.unplug();
    },
    end: async ({ machines }) => {
      await machines.name(addresses.server);
      machines.plugIn();
    },
  },
];

export const faults: readonly Fault[] = [...onTheLink, ...onTheLaptop];

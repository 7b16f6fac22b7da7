// The faults of a soak, caused for real and ended again.
import { createServer } from 'node:net';
import type { Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { suspend } from '../faults/suspended';
import { killAll } from '../processTree';
import type { SoakSetup } from './setup';
import type { Findings } from './findings';
import type { Mutex } from './mutex';
import { chosen } from './plan';
import type { FaultName, Step } from './plan';

/** Milliseconds that a server may take to release a port. */
const releaseTimeoutMs = 8000;

type Fault = (setup: SoakSetup, step: Step<FaultName>, mutex: Mutex) => Promise<void>;

const faults: Readonly<Record<FaultName, Fault>> = {
  kill: (setup, step) => {
    const pid = chosen(serverOf(setup, step).sessionPids(), step.how);
    killAll(pid === undefined ? [] : [pid]);
    return Promise.resolve();
  },
  'kill all': (setup, step) => {
    serverOf(setup, step).dropSessions();
    return Promise.resolve();
  },
  freeze: async (setup, step) => {
    const pids = serverOf(setup, step).sessionPids();
    using frozen = suspend(step.how < 0.5 ? pids : pids.slice(0, Math.ceil(pids.length / 2)));
    await sleep(step.lasts);
    frozen.resume();
  },
  restart: async (setup, step) => {
    const server = serverOf(setup, step);
    await server.halt();
    await sleep(step.lasts * step.how);
    await server.restart();
  },
  hold: async (setup, step) => {
    const link = linkOf(setup, step);
    link.hold();
    await sleep(step.lasts);
    link.release();
  },
  forget: (setup, step) => {
    linkOf(setup, step).forget();
    return Promise.resolve();
  },
  reset: (setup, step) => {
    linkOf(setup, step).reset();
    return Promise.resolve();
  },
  refuse: async (setup, step) => {
    const link = linkOf(setup, step);
    await link.refuse();
    link.reset();
    await sleep(step.lasts);
    await link.accept();
  },
  slow: async (setup, step) => {
    const link = linkOf(setup, step);
    link.bytesPerSecond = 100e3 + 900e3 * step.how;
    await sleep(step.lasts);
    link.bytesPerSecond = Infinity;
  },
  distant: async (setup, step) => {
    const link = linkOf(setup, step);
    link.delay = 20 + 200 * step.how;
    await sleep(step.lasts);
    link.delay = 0;
  },
  sleep: ({ soakDaemon }, step, mutex) =>
    mutex.runExclusive(async () => {
      using asleep = suspend([soakDaemon.pid]);
      await sleep(step.lasts);
      asleep.resume();
    }),
  /** Another program takes one of our ports on the server while the tunnel is down. */
  'port taken': async (setup, step) => {
    const { far } = setup.links;
    await far.refuse();
    far.reset();
    const ports = setup.tunnels
      .flatMap(({ listeners }) => listeners)
      .flatMap(({ side, at }) => (side === 'server' && 'port' in at ? [at.port] : []));
    const otherProgram = await take(chosen(ports, step.whom) ?? 0);
    await far.accept();
    await sleep(step.lasts);
    await giveBack(otherProgram);
  },
};

export async function strike(
  setup: SoakSetup,
  step: Step<FaultName>,
  mutex: Mutex,
  findings: Findings,
): Promise<void> {
  findings.note(`fault: ${describe(step)}`);
  findings.count(`fault: ${step.what}`);
  await faults[step.what](setup, step, mutex);
  findings.note(`mended: ${step.what}`);
}

export function giveBack(taken: Server | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (taken) {
      taken.close(() => resolve());
    } else {
      resolve();
    }
  });
}

function describe({ what, lasts, whom, how }: Step<string>): string {
  return `${what} (${Math.round(lasts)} ms, ${whom.toFixed(2)}, ${how.toFixed(2)})`;
}

function serverOf({ servers }: SoakSetup, { whom }: Step<FaultName>): SoakSetup['servers']['outer'] {
  return whom < 0.7 ? servers.outer : servers.inner;
}

function linkOf({ links }: SoakSetup, { whom }: Step<FaultName>): SoakSetup['links']['near'] {
  return whom < 0.5 ? links.near : links.far;
}

/** @returns undefined if it doesn't become free */
export async function take(port: number): Promise<Server | undefined> {
  const end = performance.now() + releaseTimeoutMs;
  while (performance.now() < end) {
    // Its clients are disconnected without any data that could look like an answer.
    const server = createServer((socket) => socket.on('error', () => undefined).destroy());
    const taken = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen({ port, host: '127.0.0.1' }, () => resolve(true));
    });
    if (taken) {
      return server;
    }
    await sleep(50);
  }
  return undefined;
}

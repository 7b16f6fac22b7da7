// The faults of a soak, made for real, and mended again.
import { createServer } from 'node:net';
import type { Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { suspend } from '../faults/suspended';
import { killAll } from '../processTree';
import type { SoakGround } from './setup';
import type { Judge } from './findings';
import type { Turnstile } from './mutex';
import { chosen } from './plan';
import type { FaultName, Step } from './plan';

/** Milliseconds that a server may take to let go of a port. */
const patience = 8000;

type Fault = (ground: SoakGround, step: Step<FaultName>, turnstile: Turnstile) => Promise<void>;

const faults: Readonly<Record<FaultName, Fault>> = {
  kill: (ground, step) => {
    const pid = chosen(serverOf(ground, step).sessionPids(), step.how);
    killAll(pid === undefined ? [] : [pid]);
    return Promise.resolve();
  },
  'kill all': (ground, step) => {
    serverOf(ground, step).dropSessions();
    return Promise.resolve();
  },
  freeze: async (ground, step) => {
    const pids = serverOf(ground, step).sessionPids();
    using frozen = suspend(step.how < 0.5 ? pids : pids.slice(0, Math.ceil(pids.length / 2)));
    await sleep(step.lasts);
    frozen.resume();
  },
  restart: async (ground, step) => {
    const server = serverOf(ground, step);
    await server.halt();
    await sleep(step.lasts * step.how);
    await server.restart();
  },
  hold: async (ground, step) => {
    const link = linkOf(ground, step);
    link.hold();
    await sleep(step.lasts);
    link.release();
  },
  forget: (ground, step) => {
    linkOf(ground, step).forget();
    return Promise.resolve();
  },
  reset: (ground, step) => {
    linkOf(ground, step).reset();
    return Promise.resolve();
  },
  refuse: async (ground, step) => {
    const link = linkOf(ground, step);
    await link.refuse();
    link.reset();
    await sleep(step.lasts);
    await link.accept();
  },
  slow: async (ground, step) => {
    const link = linkOf(ground, step);
    link.bytesPerSecond = 100e3 + 900e3 * step.how;
    await sleep(step.lasts);
    link.bytesPerSecond = Infinity;
  },
  distant: async (ground, step) => {
    const link = linkOf(ground, step);
    link.delay = 20 + 200 * step.how;
    await sleep(step.lasts);
    link.delay = 0;
  },
  sleep: ({ host }, step, turnstile) =>
    turnstile.alone(async () => {
      using asleep = suspend([host.pid]);
      await sleep(step.lasts);
      asleep.resume();
    }),
  /** Somebody takes a port of ours on the server while we are away. */
  stranger: async (ground, step) => {
    const { far } = ground.links;
    await far.refuse();
    far.reset();
    const ports = ground.tunnels
      .flatMap(({ entrances }) => entrances)
      .flatMap(({ side, at }) => (side === 'server' && 'port' in at ? [at.port] : []));
    const stranger = await take(chosen(ports, step.whom) ?? 0);
    await far.accept();
    await sleep(step.lasts);
    await giveBack(stranger);
  },
};

export async function strike(
  ground: SoakGround,
  step: Step<FaultName>,
  turnstile: Turnstile,
  judge: Judge,
): Promise<void> {
  judge.note(`fault: ${describe(step)}`);
  judge.count(`fault: ${step.what}`);
  await faults[step.what](ground, step, turnstile);
  judge.note(`mended: ${step.what}`);
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

function serverOf({ servers }: SoakGround, { whom }: Step<FaultName>): SoakGround['servers']['outer'] {
  return whom < 0.7 ? servers.outer : servers.inner;
}

function linkOf({ links }: SoakGround, { whom }: Step<FaultName>): SoakGround['links']['near'] {
  return whom < 0.5 ? links.near : links.far;
}

/** @returns undefined where it does not become free */
export async function take(port: number): Promise<Server | undefined> {
  const end = performance.now() + patience;
  while (performance.now() < end) {
    // Who comes to it meanwhile is sent away, with nothing that could be taken for an answer.
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

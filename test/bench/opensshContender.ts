// OpenSSH's own client, `ssh -N -L`.
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../support/freePort';
import { spawnGroup } from '../support/processGroup.mjs';
import type { Contender, Way } from './contender';
import { greeted, timeToStop } from './transfers';

const readyTimeout = 10_000;

interface Running {
  readonly ports: readonly number[];
  readonly pid: number;
  readonly exited: Promise<number>;
  readonly end: () => Promise<void>;
}

export async function startOpenssh(way: Way): Promise<Contender> {
  const { ports, pid, end } = await startReady(way);
  return {
    name: 'OpenSSH',
    pid,
    port: ports[0] ?? NaN,
    greetingPort: ports[1] ?? NaN,
    startAndStop: async () => {
      const start = performance.now();
      const other = await startReady(way);
      const ready = performance.now() - start;
      const stopped = await timeToStop(other.ports[0] ?? NaN, async () => {
        process.kill(other.pid, 'SIGTERM');
        await other.exited;
      });
      await other.end();
      return { ready, stopped };
    },
    [Symbol.asyncDispose]: end,
  };
}

async function startReady({ configFile, targets }: Way): Promise<Running> {
  const ports = await Promise.all(targets.map(() => freePort()));
  const forwards = targets.flatMap((target, n) => ['-L', `127.0.0.1:${ports[n] ?? NaN}:127.0.0.1:${target}`]);
  const args = ['-F', configFile, '-o', 'ExitOnForwardFailure=yes', '-N', ...forwards, 'test-sshd'];
  const { pid, exited, end } = spawnGroup('ssh', args, { stdio: ['ignore', 'ignore', 'inherit'] });
  try {
    await untilGreeted(ports[1] ?? NaN);
  } catch (error) {
    await end();
    throw error;
  }
  return { ports, pid, exited, end };
}

/** It doesn't report when it is ready, so connect again and again. */
async function untilGreeted(port: number): Promise<void> {
  const end = performance.now() + readyTimeout;
  for (;;) {
    try {
      (await greeted(port)).destroy();
      return;
    } catch (error) {
      if (performance.now() > end) {
        throw error;
      }
      await sleep(1);
    }
  }
}

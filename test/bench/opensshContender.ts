// OpenSSH's own client, `ssh -N -L`.
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../support/freePort';
import { spawnGroup } from '../support/processGroup.mjs';
import type { Sshd } from '../support/sshd';
import type { Contender } from './contender';
import { greeted } from './visits';

const readyTimeout = 10_000;

export async function startOpenssh(sshd: Sshd, targetPort: number): Promise<Contender> {
  const { port, group } = await forward(sshd, targetPort);
  await untilGreeted(port);
  return {
    name: 'OpenSSH',
    pid: group.pid,
    port,
    timeToReady: async () => {
      const start = performance.now();
      const other = await forward(sshd, targetPort);
      await untilGreeted(other.port);
      const time = performance.now() - start;
      await other.group.end();
      return time;
    },
    [Symbol.asyncDispose]: () => group.end(),
  };
}

async function forward(
  sshd: Sshd,
  targetPort: number,
): Promise<{ port: number; group: ReturnType<typeof spawnGroup> }> {
  const port = await freePort();
  const where = `127.0.0.1:${port}:127.0.0.1:${targetPort}`;
  const args = ['-F', sshd.configFile, '-o', 'ExitOnForwardFailure=yes', '-N', '-L', where, 'test-sshd'];
  return { port, group: spawnGroup('ssh', args, { stdio: ['ignore', 'ignore', 'inherit'] }) };
}

/** It does not say when it is ready, so it is asked again and again. */
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

// Our own tunnel host: the bundle, in a process and a runtime folder of its own, told what to do as a window does.
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { TunnelHostClient } from '../../src/tunnels/host/client';
import type { LeasedTunnel, TunnelReport } from '../../src/tunnels/host/protocol';
import { define } from '../support/hostWindow';
import { spawnGroup } from '../support/processGroup.mjs';
import type { Sshd } from '../support/sshd';
import { tempDir } from '../support/tempDir';
import type { Contender } from './contender';
import { greeted } from './visits';

const measured = 'user:measured';
/** A second tunnel to the same place, which comes and goes. */
const comingUp = 'user:coming-up';
const startTries = 250;

export interface TunnelHostSetup {
  readonly name: string;
  /** The bundle. */
  readonly script: string;
  /** Where it leaves a CPU profile when it ends. */
  readonly profileDir: string | undefined;
}

export async function startTunnelHost(
  { name, script, profileDir }: TunnelHostSetup,
  sshd: Sshd,
  targetPort: number,
): Promise<Contender> {
  const folder = await tempDir('b-');
  const env = { ...process.env, XDG_RUNTIME_DIR: folder.path };
  const profiling = profileDir === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileDir}`];
  const group = spawnGroup(process.execPath, [...profiling, script], { env, stdio: 'ignore' });
  const stop = async (): Promise<void> => {
    await group.end();
    await folder.remove();
  };
  try {
    const window = await Window.open(env, sshd, targetPort);
    await window.start(measured);
    return {
      name,
      pid: group.pid,
      port: window.port(measured),
      timeToReady: () => window.timeToReady(),
      [Symbol.asyncDispose]: async () => {
        window.close();
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

class Window {
  readonly #reports = new Map<string, TunnelReport>();
  readonly #log: string[] = [];
  #client: TunnelHostClient | undefined;

  static async open(env: NodeJS.ProcessEnv, sshd: Sshd, targetPort: number): Promise<Window> {
    const window = new Window();
    const client = await window.#connect(env);
    window.#client = client;
    const lease = (id: string, keepAlive: number): LeasedTunnel => ({
      id,
      definition: define({
        host: 'test-sshd',
        localForward: `0:127.0.0.1:${targetPort}`,
        // Also what makes it a tunnel of its own.
        serverAliveInterval: keepAlive,
      }),
      settings: { sshConfigFile: sshd.configFile, reconnectMaxDelay: 30 },
      want: false,
      rememberedPorts: {},
    });
    await client.setLease({ env: process.env, tunnels: [lease(measured, 15), lease(comingUp, 16)] });
    return window;
  }

  async start(id: string): Promise<void> {
    try {
      await this.#client?.start(id);
    } catch (error) {
      throw new Error(this.#log.join('\n'), { cause: error });
    }
  }

  port(id: string): number {
    const forward = Object.values(this.#reports.get(id)?.forwards ?? {})[0];
    const bound = forward?.status === 'listening' ? forward.bound[0] : undefined;
    if (!bound || !('port' in bound)) {
      throw new Error(`${id} does not listen`);
    }
    return bound.port;
  }

  async timeToReady(): Promise<number> {
    const start = performance.now();
    await this.start(comingUp);
    (await greeted(this.port(comingUp))).destroy();
    const time = performance.now() - start;
    await this.#client?.stop(comingUp);
    return time;
  }

  close(): void {
    this.#client?.dispose();
  }

  /** The host has just been started. */
  async #connect(env: NodeJS.ProcessEnv): Promise<TunnelHostClient> {
    const events = {
      onReport: (reports: readonly TunnelReport[]) =>
        reports.forEach((report) => this.#reports.set(report.id, report)),
      onStoppedByUser: () => undefined,
      onLog: ({ text }: { readonly text: string }) => void this.#log.push(text),
      onQuestion: () => Promise.resolve(undefined),
      onClosed: () => undefined,
    };
    for (let attempt = 1; ; attempt++) {
      try {
        return await TunnelHostClient.connect({ script: undefined, env }, 'bench', events);
      } catch (error) {
        if (attempt === startTries) {
          throw error;
        }
        await sleep(20);
      }
    }
  }
}

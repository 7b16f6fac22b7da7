// Controls our daemon for the bench, like a window of the editor: with two tunnels to the same host, one that is
// measured and one that is started and stopped.
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { DaemonClient } from '../../src/tunnels/daemon/client/client';
import { leasedEnvironment } from '../../src/tunnels/daemon/protocol/leasedEnvironment';
import type { LeasedTunnel, TunnelReport } from '../../src/tunnels/daemon/protocol/protocol';
import { define } from '../support/testWindow';
import type { StartAndStop, Way } from './contender';
import { greeted, timeToStop } from './transfers';

export const measured = 'user:measured';
const comingUp = 'user:coming-up';
const startTries = 250;

export class BenchWindow {
  readonly #reports = new Map<string, TunnelReport>();
  readonly #log: string[] = [];
  readonly #env: NodeJS.ProcessEnv;
  #client: DaemonClient | undefined;

  /** @param env of a daemon that has just started */
  constructor(env: NodeJS.ProcessEnv) {
    this.#env = env;
  }

  async open({ configFile, targets }: Way): Promise<void> {
    this.#client = await this.#connect();
    const lease = (id: string, keepAlive: number): LeasedTunnel => ({
      id,
      definition: define({
        host: 'test-sshd',
        localForward: targets.map((port) => ({ listen: 0, target: `127.0.0.1:${port}`, label: `${port}` })),
        // It also makes this a separate tunnel.
        serverAliveInterval: keepAlive,
      }),
      settings: { sshConfigFile: configFile, reconnectMaxDelay: 30 },
      want: false,
      rememberedPorts: {},
    });
    await this.#client.setLease({
      env: leasedEnvironment(process.env),
      tunnels: [lease(measured, 15), lease(comingUp, 16)],
    });
  }

  async start(id: string): Promise<void> {
    try {
      await this.#client?.start(id);
    } catch (error) {
      throw new Error(this.#log.join('\n'), { cause: error });
    }
  }

  /** In the order of the targets. */
  ports(id: string): readonly number[] {
    return Object.values(this.#reports.get(id)?.forwards ?? {}).map((forward) => {
      const bound = forward.status === 'listening' ? forward.bound[0] : undefined;
      return bound && 'port' in bound ? bound.port : NaN;
    });
  }

  async startAndStop(): Promise<StartAndStop> {
    const start = performance.now();
    await this.start(comingUp);
    const [port = NaN, greetingPort = NaN] = this.ports(comingUp);
    (await greeted(greetingPort)).destroy();
    const ready = performance.now() - start;
    const stopped = await timeToStop(port, async () => await this.#client?.stop(comingUp));
    return { ready, stopped };
  }

  close(): void {
    this.#client?.dispose();
  }

  async #connect(): Promise<DaemonClient> {
    const events = {
      onReport: (reports: readonly TunnelReport[]) =>
        reports.forEach((report) => this.#reports.set(report.id, report)),
      onStoppedByUser: () => undefined,
      onStartedByUser: () => undefined,
      onTakenOver: () => undefined,
      onLog: ({ text }: { readonly text: string }) => void this.#log.push(text),
      onQuestion: () => Promise.resolve(undefined),
      onClosed: () => undefined,
    };
    for (let attempt = 1; ; attempt++) {
      try {
        return await DaemonClient.connect(
          { script: undefined, env: this.#env },
          { windowId: 'bench' },
          events,
        );
      } catch (error) {
        if (attempt === startTries) {
          throw error;
        }
        await sleep(20);
      }
    }
  }
}

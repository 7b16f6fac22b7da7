// The clients of a soak, of many kinds, connecting all the time.
import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from '../random';
import { download, keeper, leaver, request, upload } from './clients';
import type { ClientContext, ClientSort } from './clients';
import type { Findings } from './findings';
import { chosen } from './plan';
import type { SoakListener, Sort } from './tunnels';

export interface ClientLoadOptions {
  readonly findings: Findings;
  readonly seed: number;
  readonly listeners: readonly SoakListener[];
  readonly filesPort: number;
  readonly size: number;
  /** Milliseconds between two clients of one worker, on average. */
  readonly pause: number;
}

type Sorts = readonly [ClientSort, ...ClientSort[]];

/** What clients can do there; clients that leave early are everywhere. */
const sorts: Readonly<Record<Sort, Sorts>> = {
  echo: [request, request, keeper],
  files: [download, download, download],
  sink: [upload, upload],
  anywhere: [download, download],
};
const leavers = 0.15;
/** Milliseconds that the remaining clients may take to end. */
const lastOrders = 5000;

export class ClientLoad {
  readonly #options: ClientLoadOptions;
  readonly #closing = new AbortController();
  readonly #over = new AbortController();
  readonly #workers: readonly Promise<void>[];

  constructor(options: ClientLoadOptions) {
    this.#options = options;
    // Each worker's pause, and its client's connection.
    setMaxListeners(4 * options.size, this.#closing.signal, this.#over.signal);
    this.#workers = Array.from({ length: options.size }, (_, n) => this.#work(new Random(options.seed + n)));
  }

  /** Stops connecting; resolves when the last client has gone. */
  async leave(): Promise<void> {
    this.#closing.abort();
    const timer = setTimeout(() => this.#over.abort(), lastOrders);
    await Promise.all(this.#workers);
    clearTimeout(timer);
  }

  async #work(random: Random): Promise<void> {
    const { findings, listeners, pause, filesPort } = this.#options;
    const { signal } = this.#closing;
    const context: ClientContext = { findings, random, closing: signal, over: this.#over.signal, filesPort };
    while (!signal.aborted) {
      await sleep(random.int(0, 2 * pause), undefined, { signal }).catch(() => undefined);
      const listener = chosen(listeners, random.next());
      if (!isAborted(signal) && listener) {
        const sort = random.chance(leavers) ? leaver : random.pick(sorts[listener.leadsTo]);
        const served = await sort(listener, context);
        findings.count(`${nameOfSort(sort)} ${served ? 'served' : 'cut off'}`);
      }
    }
  }
}

/** Connects to every listener until each has served a client completely. @returns those that never did */
export async function connectToAll(
  { findings, seed, listeners, filesPort }: Omit<ClientLoadOptions, 'size' | 'pause'>,
  seconds: number,
): Promise<readonly SoakListener[]> {
  const random = new Random(seed);
  const over = AbortSignal.timeout(seconds * 1000);
  const context: ClientContext = { findings, random, closing: over, over, filesPort };
  setMaxListeners(4 * listeners.length, over);
  const results = await Promise.all(
    listeners.map(async (listener) => {
      while (!over.aborted) {
        if (await sorts[listener.leadsTo][0](listener, context)) {
          return [];
        }
        await sleep(300);
      }
      return [listener];
    }),
  );
  return results.flat();
}

/** Checked again: it may have changed during a wait. */
function isAborted({ aborted }: AbortSignal): boolean {
  return aborted;
}

function nameOfSort(sort: ClientSort): string {
  const names = new Map<ClientSort, string>([
    [download, 'downloads'],
    [keeper, 'conversations'],
    [leaver, 'quitters'],
    [request, 'requests'],
    [upload, 'uploads'],
  ]);
  return names.get(sort) ?? 'others';
}

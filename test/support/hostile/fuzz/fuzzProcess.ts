// Runs cases of one kind, many at a time, in its own process, so that an endless loop stops nothing else. Reports to
// its parent which cases run, what it found, and what it held before and after.
import './withoutNativeCode';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeKeyPair } from '../../keyPair';
import { Random } from '../../random';
import { tempDir } from '../../tempDir';
import { afterLogin } from './afterLogin';
import { beforeLogin } from './beforeLogin';
import type { FuzzKind, FuzzMessage, FuzzOrder } from './fuzzRun';

const concurrency = 24;
/** Milliseconds between two heartbeats. */
const heartbeat = 250;
/** Cases before the first measurement: one-time allocations and compilation aren't growth. */
const warmUp = 300;

const sendToParent = (message: FuzzMessage): void => void process.send?.(message);

async function main({ kind, seed, from, to, only }: FuzzOrder): Promise<void> {
  await using dir = await tempDir('fuzz-');
  const { path: key } = await makeKeyPair(dir, 'key', 'ed25519');
  const cases: Readonly<Record<FuzzKind, (random: Random) => Promise<string | undefined>>> = {
    before: (random) => beforeLogin(random, key),
    after: (random) => afterLogin(random, dir.path),
  };
  const underWay = new Set<number>();
  const report = (error: unknown, what: string): void =>
    sendToParent({ type: 'crash', cases: [...underWay], text: `${what} ${textOf(error)}` });
  process.on('uncaughtException', (error) => report(error, 'uncaught'));
  process.on('unhandledRejection', (error) => report(error, 'unhandled'));
  setInterval(() => sendToParent({ type: 'alive', cases: [...underWay] }), heartbeat).unref();

  const run = async (number: number): Promise<void> => {
    underWay.add(number);
    const start = performance.now();
    const complaint = await cases[kind](new Random(seed + number)).catch(
      (error: unknown) => `the case itself failed: ${textOf(error)}`,
    );
    underWay.delete(number);
    sendToParent({
      type: 'done',
      number,
      milliseconds: performance.now() - start,
      ...(complaint !== undefined && { complaint }),
    });
  };
  const runAll = async (
    first: number,
    end: number,
    act: (number: number) => Promise<void>,
  ): Promise<void> => {
    let next = first;
    const lane = async (): Promise<void> => {
      while (next < end) {
        await act(next++);
      }
    };
    await Promise.all(Array.from({ length: concurrency }, lane));
  };

  if (only !== undefined) {
    await run(only);
    return;
  }
  if (to - from <= warmUp) {
    await runAll(from, to, run);
    return;
  }
  await runAll(from, from + warmUp, run);
  const before = await held();
  await runAll(from + warmUp, to, run);
  sendToParent({ type: 'held', before, after: await held() });
}

/** Once all pending output has been sent. */
async function held(): Promise<{ readonly memory: number; readonly resources: readonly string[] }> {
  // Longer than the last disconnect takes.
  await sleep(3000);
  for (let times = 0; times < 3; times++) {
    global.gc?.();
    await sleep(50);
  }
  const { heapUsed, external } = process.memoryUsage();
  return { memory: heapUsed + external, resources: process.getActiveResourcesInfo().sort() };
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

process.once('message', (order: FuzzOrder) => {
  main(order)
    .catch((error: unknown) => sendToParent({ type: 'crash', cases: [], text: textOf(error) }))
    .finally(() => process.exit());
});

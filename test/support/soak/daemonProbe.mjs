// Loaded into a soak's daemon before its own code: on request, reports what the daemon holds after a garbage
// collection. The daemon itself doesn't know about it.
import { setTimeout as sleep } from 'node:timers/promises';

// The parent process has exited.
process.on('disconnect', () => process.exit(0));
process.on('message', () => {
  void report();
});

async function report() {
  // More than once: what one collection finalizes is freed by the next.
  for (let times = 0; times < 4; times++) {
    globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' });
    await sleep(100);
  }
  /** @type {Record<string, number>} */
  const resources = {};
  for (const kind of process.getActiveResourcesInfo()) {
    resources[kind] = (resources[kind] ?? 0) + 1;
  }
  process.send?.({ memory: process.memoryUsage(), resources });
}

// Loaded into the daemon of a soak before its own code: says, when asked, what the host holds once all that nobody
// needs has been collected. The host itself knows nothing of it.
import { setTimeout as sleep } from 'node:timers/promises';

// Whoever started it has gone.
process.on('disconnect', () => process.exit(0));
process.on('message', () => {
  void tell();
});

async function tell() {
  // More than once: what one collection finalizes is free in the next.
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

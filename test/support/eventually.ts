// Waits for conditions: as long as a busy machine may need, but no longer than the condition takes.
import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds after which a test gives up. Far longer than anything takes, even on a busy machine. */
export const longWaitMs = 60_000;

/**
 * Checks again and again until the condition is true.
 * @param what the condition, for the error: "the port is closed"
 * @throws Error when it isn't true in time
 */
export async function eventually(
  what: string,
  reached: () => boolean | Promise<boolean>,
  waitMs = longWaitMs,
): Promise<void> {
  const end = performance.now() + waitMs;
  while (!(await reached())) {
    if (performance.now() > end) {
      throw new Error(`Not within ${waitMs} ms: ${what}`);
    }
    await sleep(20);
  }
}

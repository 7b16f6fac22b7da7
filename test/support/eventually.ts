// Waits for conditions: for as long as a busy machine may need, and no longer than the condition takes.
import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds after which a test gives up. Far longer than anything takes, also on a machine with much else to do. */
export const longWaitMs = 60_000;

/**
 * Asks again and again until the answer is yes.
 * @param what is awaited, for the error: "the port is closed"
 * @throws Error when it has not come true in time
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

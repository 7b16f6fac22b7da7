// Runs jobs in parallel, as many as the processors allow.

/**
 * @typedef {object} Job
 * @property {number} load how many processors it keeps busy, on average; 0 for one that only waits
 * @property {Promise<unknown>} [ready] what it needs before it can start
 * @property {() => Promise<void>} run never rejects
 */

/**
 * Runs all jobs. Starts the first job of the list that is ready and for which there are enough free processors. A job
 * that needs more processors than there are runs alone.
 * @param {readonly Job[]} jobs
 * @param {number} capacity processors
 */
export async function runJobs(jobs, capacity) {
  const waiting = [...jobs];
  /** @type {Set<Promise<void>>} */
  const changes = new Set();
  /** @type {Set<Job>} */
  const notReady = new Set();
  let busy = 0;
  let running = 0;
  /** @param {Promise<unknown>} change */
  const watch = (change) => {
    const seen = change.then(
      () => void changes.delete(seen),
      () => void changes.delete(seen),
    );
    changes.add(seen);
  };
  for (const job of jobs) {
    if (job.ready === undefined) continue;
    notReady.add(job);
    const ready = () => void notReady.delete(job);
    watch(job.ready.then(ready, ready));
  }
  const fits = (/** @type {Job} */ job) =>
    !notReady.has(job) && (job.load === 0 || running === 0 || busy + job.load <= capacity);
  for (;;) {
    const index = waiting.findIndex(fits);
    const [job] = index < 0 ? [] : waiting.splice(index, 1);
    if (job !== undefined) {
      const countsAsRunning = job.load > 0 ? 1 : 0;
      busy += job.load;
      running += countsAsRunning;
      const ended = () => {
        busy -= job.load;
        running -= countsAsRunning;
      };
      watch(job.run().finally(ended));
    } else if (changes.size > 0) {
      await Promise.race(changes);
    } else {
      return;
    }
  }
}

// A minute of the soak (`npm run bench -- soak`): faults and normal use by seed; then nothing is left behind, and no
// client has seen what it must not. SOAK_SEED repeats a run, and SOAK_MINUTES makes it longer.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { planSoak } from '../support/soak/plan';
import { counted, soak } from '../support/soak/soak';
import type { DaemonUsage } from '../support/soak/soakDaemon';

const seed = Number(process.env['SOAK_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const minutes = Number(process.env['SOAK_MINUTES'] ?? 1);
/** Seconds of CPU time in three idle seconds; the daemon checks its state once a second. */
const mostIdle = 0.2;
/** MiB still in use after a garbage collection: compiled code grows for a while, by 3 in a minute. */
const mostGrowth = 10;

function hasGrown(before: DaemonUsage, now: DaemonUsage): boolean {
  return now.heapMib - before.heapMib >= mostGrowth;
}

describe(`the soak test (SOAK_SEED=${seed})`, function () {
  this.timeout(240_000 + minutes * 60_000);

  it('has the same plan for the same seed', () => {
    assert.deepEqual(planSoak(seed, 600_000), planSoak(seed, 600_000));
    assert.notDeepEqual(planSoak(seed, 600_000), planSoak(seed + 1, 600_000));
    assert.equal(planSoak(seed, 600_000).faults.length, 60);
  });

  it('serves many kinds of clients through many kinds of faults, and leaves nothing behind', async () => {
    const steps: string[] = [];
    const note = (line: string): unknown => steps.push(line);
    try {
      const report = await soak({
        seed,
        minutes,
        warmUpMinutes: 0.3,
        clients: 4,
        pause: 1300,
        hasGrown,
        note,
      });
      if (report.violations.length > 0) {
        steps.push(...report.log);
      }
      assert.deepEqual(report.violations, []);
      assert.deepEqual(counted(report.after), counted(report.before));
      assert.ok(report.after.threads <= report.before.threads);
      assert.ok(!hasGrown(report.before, report.after), JSON.stringify(report));
      assert.ok(report.idle < mostIdle, `${report.idle} s`);
      assert.ok(report.served > 20 * minutes, JSON.stringify(report.counts));
    } catch (error) {
      console.log(steps.join('\n'));
      throw error;
    }
  });
});

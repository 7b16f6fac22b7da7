// Mocha's "spec" report. It also writes the counts as JSON to the file in the reporter option `results`, and fails a
// process that doesn't exit after its tests because something is still open.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import Mocha from 'mocha';

const graceMs = 10_000;

// Mocha requires a default export.
export default class CountingReporter extends Mocha.reporters.Spec {
  /**
   * @param {Mocha.Runner} runner
   * @param {Mocha.MochaOptions} options
   */
  constructor(runner, options) {
    super(runner, options);
    const file = options.reporterOptions?.['results'];
    /** @type {import('./stageRuns.mjs').Failure[]} */
    const failures = [];
    // In parallel mode an error comes from a worker, as a plain object.
    runner.on('fail', (test, error) =>
      failures.push({
        title: test.fullTitle(),
        error: String(error?.stack ?? error?.message ?? error),
        ...(test.file === undefined ? {} : { file: path.relative(process.cwd(), test.file) }),
      }),
    );
    const write = () => {
      const { passes, pending } = runner.stats ?? { passes: 0, pending: 0 };
      const counts = { passed: passes, failures, skipped: pending };
      if (typeof file === 'string') writeFileSync(file, JSON.stringify(counts));
    };
    runner.once('end', () => {
      write();
      const endWhatHangs = () => {
        const open = [...new Set(process.getActiveResourcesInfo())].join(', ');
        const error = `The tests are done, but something they opened is not closed: ${open}.`;
        console.error(error);
        failures.push({ title: 'everything is closed after the tests', error });
        write();
        process.exit(1);
      };
      setTimeout(endWhatHangs, graceMs).unref();
    });
  }
}

// Mocha's "spec" report, with the counts written as JSON to the file given as the reporter option `results`, and a
// process that doesn't end after its tests ended: by what is still open, as a failure.
import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';

const graceMs = 10_000;

// Mocha asks for a default export.
export default class CountingReporter extends Mocha.reporters.Spec {
  /**
   * @param {Mocha.Runner} runner
   * @param {Mocha.MochaOptions} options
   */
  constructor(runner, options) {
    super(runner, options);
    const file = options.reporterOptions?.['results'];
    /** @param {number} hanging */
    const write = (hanging) => {
      const { passes, failures } = runner.stats ?? { passes: 0, failures: 1 };
      const counts = { passed: passes, failed: failures + hanging };
      if (typeof file === 'string') writeFileSync(file, JSON.stringify(counts));
    };
    runner.once('end', () => {
      write(0);
      const endWhatHangs = () => {
        const open = [...new Set(process.getActiveResourcesInfo())].join(', ');
        console.error(`The tests are done, but something they opened is not closed: ${open}.`);
        write(1);
        process.exit(1);
      };
      setTimeout(endWhatHangs, graceMs).unref();
    });
  }
}

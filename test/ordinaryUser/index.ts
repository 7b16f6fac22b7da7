// Runs the ordinary user's tests, bundled, with mocha.
// Arguments: the file for the counts; if root has prepared files, their folder, and the checkout.
import Mocha from 'mocha';
import { longWaitMs } from '../support/eventually';
import CountingReporter from '../support/mochaReporter.mjs';

async function main(): Promise<void> {
  // Debian's default.
  process.umask(0o022);
  const [, , results] = process.argv;
  const mocha = new Mocha({
    ui: 'bdd',
    timeout: 2 * longWaitMs,
    reporter: CountingReporter,
    reporterOptions: { results },
  });
  mocha.suite.emit('pre-require', globalThis, '', mocha);
  await import('./isolation.test');
  await import('./homeFolder.test');
  await import('./fileModes.test');
  await import('./daemonFiles.test');
  await import('./listening.test');
  await import('./programs.test');
  mocha.run((failed) => {
    process.exitCode = failed > 0 ? 1 : 0;
  });
}

void main();

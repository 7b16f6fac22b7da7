// Runs a bundle of tests under Wine, with mocha. Arguments: the file for the counts, the user's folder, and the text
// that titles must contain.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Mocha from 'mocha';
import { longWaitMs } from '../eventually';
import CountingReporter from '../mochaReporter.mjs';
import '../vscodeOutsideEditor';
import { entryFor, faultsOfWine, notForWindows } from './exceptions.mjs';

/** What run.mjs is told besides the counts. */
export interface Details {
  readonly passedTitles: readonly string[];
  /** Titles of tests that aren't for Windows. */
  readonly leftOut: readonly string[];
}

/** For a test that may fail, and would then wait for long. */
const faultTimeoutMs = 10_000;

/** A test file of the bundle. */
type Load = readonly [file: string, load: () => Promise<unknown>];

export async function runTests(files: readonly Load[]): Promise<void> {
  const [, , results = '', home = '', grep = ''] = process.argv;
  useHome(home);
  const mocha = new Mocha({
    ui: 'bdd',
    timeout: 3 * longWaitMs,
    reporter: CountingReporter,
    reporterOptions: { results },
    ...(grep === '' ? {} : { fgrep: grep }),
  });
  mocha.suite.emit('pre-require', globalThis, '', mocha);
  for (const [file, load] of files) {
    await load().catch((error: unknown) => {
      // The others run all the same.
      mocha.suite.addTest(
        new Mocha.Test(`${file} can be loaded`, () => {
          throw error;
        }),
      );
    });
  }
  const leftOut = leaveOut(mocha.suite);
  mocha.suite.eachTest((test) => {
    if (entryFor(test.fullTitle(), faultsOfWine) !== undefined) test.timeout(faultTimeoutMs);
  });
  const passedTitles: string[] = [];
  const runner = mocha.run((failed) => {
    writeFileSync(`${results}.details`, JSON.stringify({ passedTitles, leftOut } satisfies Details));
    process.exitCode = failed > 0 ? 1 : 0;
  });
  runner.on('pass', (test) => passedTitles.push(test.fullTitle()));
}

/** Removes the tests that aren't for Windows. @returns their titles */
function leaveOut(suite: Mocha.Suite): readonly string[] {
  const isLeftOut = (test: Mocha.Test): boolean => entryFor(test.fullTitle(), notForWindows) !== undefined;
  const leftOut = suite.tests.filter(isLeftOut).map((test) => test.fullTitle());
  suite.tests = suite.tests.filter((test) => !isLeftOut(test));
  return [...leftOut, ...suite.suites.flatMap(leaveOut)];
}

/** Windows takes a user's folders from the registry, whatever the environment of its first process says. */
function useHome(home: string): void {
  const local = join(home, 'AppData', 'Local');
  const temporary = join(local, 'Temp');
  mkdirSync(temporary, { recursive: true });
  Object.assign(process.env, {
    USERPROFILE: home,
    HOMEDRIVE: home.slice(0, 2),
    HOMEPATH: home.slice(2),
    APPDATA: join(home, 'AppData', 'Roaming'),
    LOCALAPPDATA: local,
    TEMP: temporary,
    TMP: temporary,
  });
}

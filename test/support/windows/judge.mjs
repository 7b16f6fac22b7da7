// What the results of the stage "windows" mean: which failures count, and what has been left out.
import { entryFor, faultsOfWine, filesOf, notForWindows } from './exceptions.mjs';

/** @typedef {import('../stageRuns.mjs').Counts} Counts */
/** @typedef {Counts & import('./runTests').Details} SetResult */

/**
 * A test that fails by a known fault of Wine counts neither as passed nor as failed. Prints what isn't counted.
 * @param {readonly SetResult[]} sets
 * @param {boolean} isWhole whether all tests have run
 * @returns {Counts}
 */
export function judge(sets, isWhole) {
  const failures = sets.flatMap((set) => set.failures);
  const passed = sets.flatMap((set) => set.passedTitles);
  const leftOut = sets.flatMap((set) => set.leftOut);
  const byWine = failures.filter(({ title }) => entryFor(title, faultsOfWine) !== undefined);
  for (const { title } of byWine) console.log(`  fails by a fault of Wine: ${title}`);
  for (const title of passed) {
    if (entryFor(title, faultsOfWine) === undefined) continue;
    console.log(`  passes, although it is listed as a fault of Wine: ${title}`);
  }
  for (const each of notForWindows) {
    const count = leftOut.filter((title) => entryFor(title, [each]) !== undefined).length;
    const files = filesOf([each]).length;
    if (count + files > 0) console.log(`  not for Windows: ${count} tests, ${files} files: ${each.reason}`);
  }
  const titles = [...failures.map(({ title }) => title), ...passed, ...leftOut];
  const unused = isWhole ? unusedEntries(titles) : [];
  return {
    passed: sets.reduce((sum, set) => sum + set.passed, 0),
    failures: [
      ...failures.filter((failure) => !byWine.includes(failure)),
      ...unused.map((entry) => ({ title: `exceptions.mjs names a test: ${entry}`, error: 'There is none.' })),
    ],
  };
}

/** @param {readonly string[]} titles of all tests */
function unusedEntries(titles) {
  const all = [...notForWindows, ...faultsOfWine];
  const used = new Set(titles.map((title) => entryFor(title, all)));
  const files = filesOf(all);
  return all.flatMap(({ entries }) => entries).filter((entry) => !used.has(entry) && !files.includes(entry));
}

// Runs the tests for `npm test`: the set-up, then every stage, or the named stages (`npm test -- unit integration`) or
// test files (`npm test -- test/unit/config/parsing/forwardSpec.test.ts`). `--grep` selects tests by their titles. The
// last line is `N passed, N failed`.
import { parseArgs } from 'node:util';
import { changesOf, realHomeState } from './support/testHome.mjs';
import { endGroupsOnSignals } from './support/processGroup.mjs';
import { runFailedOnceMore, runStages, setUpStages } from './support/runStages.mjs';
import { chooseStages } from './support/stages.mjs';

/** How much of an error stands at the end. */
const maxErrorLines = 15;
const maxLineLength = 500;

endGroupsOnSignals(15_000);
const { passed, failed } = await main().catch((error) => {
  console.error(error instanceof Error ? error.message : error);
  return { passed: 0, failed: 1 };
});
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed > 0 || passed === 0 ? 1 : 0);

async function main() {
  const { values, positionals } = parseArgs({
    options: { grep: { type: 'string' } },
    allowPositionals: true,
  });
  const choices = chooseStages(positionals);
  const homeBefore = realHomeState();
  const { editor } = await setUpStages(choices);
  const options = { editor, grep: values.grep };
  const first = await runStages(choices, options);
  const { total, failedOnce } =
    positionals.length > 0
      ? { total: first, failedOnce: [] }
      : await runFailedOnceMore(first, choices, options);
  const { passed, failures: failed } = total;
  const written = changesOf(homeBefore, realHomeState()).map((name) => `~/${name}`);
  const title = `no test writes in the real home (unless you did meanwhile: ${written.join(', ')})`;
  const failures = written.length === 0 ? failed : [...failed, { stage: 'all', title, error: '' }];
  // A fault all the same: `npm run flakes` tells how often it comes.
  list('Failed at first, and passed alone:', failedOnce);
  list('Failed:', failures);
  return { passed, failed: failures.length };
}

/**
 * Who reads the end of a log learns why, too.
 * @param {string} heading
 * @param {readonly import('./support/runStages.mjs').StageFailure[]} failures
 */
function list(heading, failures) {
  if (failures.length > 0) console.log(`\n${heading}`);
  for (const { stage, title, error } of failures) {
    const lines = error.split('\n').slice(0, maxErrorLines);
    console.log(`  ${stage}: ${title}`);
    console.log(lines.map((line) => `      ${line.slice(0, maxLineLength)}\n`).join(''));
  }
}

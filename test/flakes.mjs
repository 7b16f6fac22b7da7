// Runs stages or test files many times for `npm run flakes`, to find tests that fail sometimes:
// `npm run flakes -- integration test/slow/proxy.test.ts --times 20 --load`. `--load` keeps every processor busy
// meanwhile. Prints how often each test failed. The last line is `N of N runs passed`.
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { endGroupsOnSignals, spawnGroup } from './support/processGroup.mjs';
import { runStages, setUpStages } from './support/runStages.mjs';
import { chooseStages } from './support/stages.mjs';

/** @typedef {import('./support/runStages.mjs').StageFailure} StageFailure */
/** @typedef {StageFailure & { runs: number[] }} Flake */

endGroupsOnSignals(15_000);
try {
  process.exit((await main()) ? 0 : 1);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

async function main() {
  const { values, positionals } = parseArgs({
    options: {
      times: { type: 'string', default: '10' },
      load: { type: 'boolean', default: false },
      grep: { type: 'string' },
    },
    allowPositionals: true,
  });
  const times = Number(values.times);
  if (!Number.isInteger(times) || times < 1)
    throw new Error(`--times ${values.times} is not a number of runs.`);
  const choices = chooseStages(positionals);
  const { editor } = await setUpStages(choices);
  await editor;
  const loads = values.load ? Array.from({ length: availableParallelism() }, startLoad) : [];
  const beside = values.load ? `beside ${loads.length} busy processes` : 'without extra load';
  console.log(`${times} runs of ${choices.map(({ stage }) => stage.name).join(', ')}, ${beside}`);
  /** @type {Map<string, Flake>} */
  const flakes = new Map();
  let passedRuns = 0;
  for (let run = 1; run <= times; run++) {
    const start = performance.now();
    const { passed, failures } = await runStages(choices, { editor, grep: values.grep, quiet: true });
    if (passed === 0 && failures.length === 0) throw new Error('No test ran.');
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    console.log(`run ${run} of ${times}: ${passed} passed, ${failures.length} failed, ${seconds} s`);
    if (failures.length === 0) passedRuns += 1;
    for (const failure of failures) {
      const key = `${failure.stage}: ${failure.title}`;
      // Print the error only for the first failure of a test.
      if (!flakes.has(key)) console.log(`  ✘ ${key}\n${failure.error.replace(/^/gm, '      ')}`);
      const flake = flakes.get(key) ?? { ...failure, runs: [] };
      flake.runs.push(run);
      flakes.set(key, flake);
    }
  }
  for (const load of loads) await load.end();
  if (flakes.size > 0) console.log('\nFailed:');
  for (const [key, { runs }] of [...flakes].sort(
    ([, one], [, other]) => other.runs.length - one.runs.length,
  )) {
    console.log(`  ${runs.length} of ${times}: ${key} (run ${runs.join(', ')})`);
  }
  console.log(`\n${passedRuns} of ${times} runs passed`);
  return passedRuns === times;
}

/** Keeps one processor busy. */
function startLoad() {
  return spawnGroup(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' });
}

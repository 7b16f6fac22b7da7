// Installs what the chosen stages need, and runs them in parallel.
import { availableParallelism } from 'node:os';
import { runJobs } from './schedule.mjs';
import { ensureBuilt, ensureDebianPackages, ensureEditor, ensureNodeModules } from './setup.mjs';
import { Transcript } from './bufferedOutput.mjs';

/** @typedef {import('./stageRuns.mjs').Counts} Counts */
/** @typedef {import('./stages.mjs').Stage} Stage */
/** @typedef {{ stage: Stage, files: readonly string[] }} Choice */
/** @typedef {import('./stageRuns.mjs').Failure & { stage: string }} StageFailure */
/** @typedef {{ passed: number, failures: readonly StageFailure[] }} Total */

/**
 * Installs what the stages need. Doesn't wait for the editor, which takes longest: `editor` resolves when it is there.
 * @param {readonly Choice[]} choices
 * @returns {Promise<{ editor: Promise<unknown> }>}
 * @throws Error that says what is missing
 */
export async function setUpStages(choices) {
  await ensureNodeModules();
  await ensureDebianPackages([...new Set(choices.flatMap(({ stage }) => stage.packages))]);
  const editor = choices.some(({ stage }) => stage.needsEditor) ? ensureEditor() : Promise.resolve();
  // A failure is reported by the stages that need the editor.
  editor.catch(() => undefined);
  // Before all stages: no test may start a bundle that is still being written.
  await ensureBuilt(['--tests']);
  return { editor };
}

/**
 * Runs the stages, and prints their output in the order of the list.
 * @param {readonly Choice[]} choices
 * @param {{ editor: Promise<unknown>, grep?: string | undefined, quiet?: boolean }} options quiet: prints nothing
 * @returns {Promise<Total>}
 */
export async function runStages(choices, { editor, grep, quiet = false }) {
  const transcripts = choices.map(() => new Transcript());
  /** @type {Counts[]} */
  const counts = [];
  let shown = quiet ? choices.length : 0;
  transcripts[shown]?.show();
  const jobs = choices.map(({ stage, files }, index) => ({
    load: stage.load,
    ...(stage.needsEditor ? { ready: editor } : {}),
    run: async () => {
      const transcript = transcripts[index] ?? new Transcript();
      counts[index] = await runStage(stage, { transcript, files, grep }, editor);
      while (shown < choices.length && counts[shown] !== undefined) transcripts[++shown]?.show();
    },
  }));
  await runJobs(jobs, availableParallelism());
  return {
    passed: counts.reduce((sum, { passed }) => sum + passed, 0),
    failures: counts.flatMap(({ failures }, index) =>
      failures.map((failure) => ({ stage: choices[index]?.stage.name ?? '', ...failure })),
    ),
  };
}

/** More failures are no coincidence. */
const mostOnceMore = 3;

/**
 * Runs the files of a few failed tests once more, when nothing else runs: one that the machine's load made fail passes
 * then. A stage that isn't run by file runs whole. What types or rules say doesn't change.
 * @param {Total} total
 * @param {readonly Choice[]} choices
 * @param {{ editor: Promise<unknown>, grep?: string | undefined }} options
 * @returns {Promise<{ total: Total, failedOnce: readonly StageFailure[] }>} failedOnce: what passed this time
 */
export async function runFailedOnceMore(total, choices, options) {
  const failed = total.failures;
  const stages = [...new Set(failed.map(({ stage }) => stage))];
  const again = choices.filter(({ stage }) => stages.includes(stage.name));
  if (failed.length === 0 || failed.length > mostOnceMore || again.some(({ stage }) => stage.runsOnce)) {
    return { total, failedOnce: [] };
  }
  console.log('\nOnce more, alone:');
  /** @type {StageFailure[]} */
  const failures = [];
  for (const { stage } of again) {
    const files = failed.filter((each) => each.stage === stage.name).map(({ file }) => file);
    // A bundle of tests isn't a file of the stage.
    const own = files.filter((file) => stage.folder !== undefined && file?.startsWith(`${stage.folder}/`));
    const choice = {
      stage,
      files: own.length === files.length ? [...new Set(own)].flatMap((file) => file ?? []) : [],
    };
    failures.push(...(await runStages([choice], options)).failures);
  }
  const failedOnce = failed.filter(
    (first) => !failures.some(({ stage, title }) => stage === first.stage && title === first.title),
  );
  return { total: { passed: total.passed + failedOnce.length, failures }, failedOnce };
}

/**
 * @param {Stage} stage
 * @param {import('./stageRuns.mjs').Run} run
 * @param {Promise<unknown>} editor
 * @returns {Promise<Counts>}
 */
async function runStage(stage, run, editor) {
  run.transcript.line(`\n── ${stage.title}`);
  const start = performance.now();
  /** @type {Counts} */
  let counts;
  try {
    if (stage.needsEditor) await editor;
    counts = await stage.run(run);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    run.transcript.line(message);
    counts = { passed: 0, failures: [{ title: 'can be run', error: message }] };
  }
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const { passed, failures, skipped = 0 } = counts;
  const left = skipped > 0 ? `, ${skipped} skipped` : '';
  run.transcript.line(`── ${stage.title}: ${passed} passed, ${failures.length} failed${left}, ${seconds} s`);
  return counts;
}

// What `npm test` runs: the set-up, then every stage, or those named (`npm test -- unit integration`). Stages that
// don't get in each other's way run side by side, and are told in their order. Its last line is the sum,
// `N passed, N failed`.
import { endGroupsOnSignals } from './support/processGroup.mjs';
import { ensureBuilt, ensureDebianPackages, ensureEditor, ensureNodeModules } from './support/setup.mjs';
import { stages } from './support/stages.mjs';
import { Transcript } from './support/transcript.mjs';

/** @typedef {import('./support/stages.mjs').Counts} Counts */
/** @typedef {import('./support/stages.mjs').Stage} Stage */

endGroupsOnSignals(15_000);
const total = await main(process.argv.slice(2)).catch((error) => {
  console.error(error instanceof Error ? error.message : error);
  return { passed: 0, failed: 1 };
});
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed > 0 || total.passed === 0 ? 1 : 0);

/**
 * @param {readonly string[]} names
 * @returns {Promise<Counts>}
 */
async function main(names) {
  const chosen = choose(names);
  const { editor } = await setUp(chosen);
  const sum = { passed: 0, failed: 0 };
  /** @param {Stage['group']} group */
  const start = (group) =>
    chosen
      .filter((stage) => stage.group === group)
      .map((stage) => {
        const transcript = new Transcript();
        return { transcript, counts: runStage(stage, editor, transcript) };
      });
  /** @param {ReturnType<typeof start>} running */
  const tell = async (running) => {
    for (const { transcript, counts } of running) {
      transcript.show();
      const { passed, failed } = await counts;
      sum.passed += passed;
      sum.failed += failed;
    }
  };
  const throughout = start('throughout');
  // What takes all of the processor comes before what has to be in time.
  await tell(start('checks'));
  await tell(start('services'));
  await tell(start('editor'));
  await tell(start('e2e'));
  await tell(throughout);
  return sum;
}

/** @param {readonly string[]} names */
function choose(names) {
  const unknown = names.find((name) => !stages.some((stage) => stage.name === name));
  if (unknown !== undefined) {
    throw new Error(`There is no stage "${unknown}", only: ${stages.map(({ name }) => name).join(', ')}.`);
  }
  return names.length === 0 ? stages : stages.filter(({ name }) => names.includes(name));
}

/**
 * Makes sure of what the stages need. The editor alone is still under way when this returns: it takes longest, and
 * is needed last.
 * @param {readonly Stage[]} chosen
 */
async function setUp(chosen) {
  await ensureNodeModules();
  await ensureDebianPackages([...new Set(chosen.flatMap((stage) => stage.packages))]);
  const editor = chosen.some((stage) => stage.needsEditor) ? ensureEditor() : Promise.resolve();
  // Whether it failed is asked when a stage needs it.
  editor.catch(() => undefined);
  // Once, for all: nobody shall start a host from a file that is half written.
  await ensureBuilt(['--tests']);
  return { editor };
}

/**
 * @param {Stage} stage
 * @param {Promise<unknown>} editor
 * @param {Transcript} transcript
 * @returns {Promise<Counts>}
 */
async function runStage(stage, editor, transcript) {
  transcript.line(`\n── ${stage.title}`);
  const start = performance.now();
  /** @type {Counts} */
  let counts;
  try {
    if (stage.needsEditor) await editor;
    counts = await stage.run(transcript);
  } catch (error) {
    transcript.line(error instanceof Error ? error.message : String(error));
    counts = { passed: 0, failed: 1 };
  }
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  transcript.line(`── ${stage.title}: ${counts.passed} passed, ${counts.failed} failed, ${seconds} s`);
  return counts;
}

// Runs the scenarios inside the editor: all, or those named on the command line.
// `--results FILE` writes the counts and failures there as JSON.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { EditorResults } from '../support/editor/runInEditor';
import { launchChromium } from '../support/editor/chromium';
import { desktopEditor, runInEditor } from '../support/editor/runInEditor';
import type { TestEditor } from '../support/editor/testEditor';
import { startTestEditor } from '../support/editor/testEditor';
import type { Scenario } from './scenarios';
import { scenarios } from './scenarios';

/** An editor waits for its browser as often as it computes: two at once are faster than one after the other. */
const sideBySide = 2;

let stopping = false;
let stop = (): void => process.exit(1);

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { results: { type: 'string' } },
    allowPositionals: true,
  });
  let passed = 0;
  const failures: { title: string; error: string }[] = [];
  const waiting = [...chosen(positionals)];
  const browser = desktopEditor === undefined ? await launchChromium() : undefined;
  stop = () => {
    stopping = true;
    // Ends the tests in it. On the desktop, test-electron passes the interrupt on.
    void browser?.close();
  };
  const worker = async (): Promise<void> => {
    await using editor = browser && (await startTestEditor(browser));
    for (let scenario = waiting.shift(); scenario && !stopping; scenario = waiting.shift()) {
      const results = await runScenario(scenario, editor);
      print(scenario.name, results);
      passed += results.passed.length;
      failures.push(
        ...results.failed.map(({ title, error }) => ({ title: `${scenario.name}: ${title}`, error })),
      );
    }
  };
  await Promise.all(Array.from({ length: Math.min(sideBySide, waiting.length) }, worker));
  await browser?.close();
  if (values.results !== undefined) writeFileSync(values.results, JSON.stringify({ passed, failures }));
  console.log(`In the editor: ${passed} passed, ${failures.length} failed`);
  process.exitCode = failures.length > 0 || passed === 0 || stopping ? 1 : 0;
}

function chosen(names: readonly string[]): readonly Scenario[] {
  const unknown = names.find((name) => !scenarios.some((scenario) => scenario.name === name));
  if (unknown !== undefined) throw new Error(`There is no scenario "${unknown}".`);
  return names.length === 0 ? scenarios : scenarios.filter(({ name }) => names.includes(name));
}

/** A scenario that can't run counts as one failed test. */
async function runScenario(scenario: Scenario, editor: TestEditor | undefined): Promise<EditorResults> {
  try {
    const { dispose, env, ...prepared } = await scenario.prepare();
    try {
      const suite = { SSH_TUNNELS_SUITE: scenario.suite ?? scenario.name };
      return await runInEditor({ ...prepared, env: { ...env, ...suite } }, editor);
    } finally {
      await dispose();
    }
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return { passed: [], failed: [{ title: 'runs in the editor', error: text }] };
  }
}

function print(scenario: string, results: EditorResults): void {
  for (const title of results.passed) console.log(`  ✔ ${scenario}: ${title}`);
  for (const { title, error } of results.failed) {
    console.log(`  ✘ ${scenario}: ${title}\n${error.replace(/^/gm, '      ')}`);
  }
}

// Each scenario removes its folders and ends its servers before the process exits.
process.on('SIGINT', () => stop());
process.on('SIGTERM', () => process.emit('SIGINT'));

main().then(
  // Handles that are still open must not delay the end.
  () => process.exit(),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);

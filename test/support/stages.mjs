// The stages of `npm test`, in their order: what each needs, and how its tests are run and counted.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { spawnGroup } from './processGroup.mjs';
import { ensureBuilt, repoRoot } from './setup.mjs';

/** @typedef {{ passed: number, failed: number }} Counts */
/**
 * @typedef {object} Stage
 * @property {string} name
 * @property {string} title
 * @property {readonly string[]} packages Debian's, for the programs it runs
 * @property {boolean} needsEditor
 * @property {() => Promise<Counts>} run
 */

const ssh = ['openssh-server', 'openssh-client', 'curl'];
const desktop = process.env['SSH_TUNNELS_VSCODE'] !== undefined;
/** Far more than any stage takes; a stage that hangs shall end all the same. */
const stageTimeoutMs = 20 * 60_000;

/** @type {readonly Stage[]} */
export const stages = [
  {
    name: 'types',
    title: 'Types',
    packages: [],
    needsEditor: false,
    run: () =>
      runChecks([
        ['the tunnel service, without the types of VS Code', 'typescript/bin/tsc', '-p', 'src/tunnels'],
        ['everything', 'typescript/bin/tsc', '-p', '.'],
      ]),
  },
  {
    name: 'lint',
    title: 'Lint',
    packages: [],
    needsEditor: false,
    run: () =>
      runChecks([
        ['eslint', 'eslint/bin/eslint.js', '.'],
        ['prettier', 'prettier/bin/prettier.cjs', '--check', '.', '--log-level', 'warn'],
      ]),
  },
  {
    name: 'unit',
    title: 'Unit tests',
    packages: [],
    needsEditor: false,
    run: () => runMocha('test/unit/**/*.test.ts'),
  },
  {
    name: 'integration',
    title: 'Integration tests',
    packages: ssh,
    needsEditor: false,
    run: () => runMocha('test/integration/**/*.test.ts'),
  },
  { name: 'bundle', title: 'Bundles', packages: [], needsEditor: false, run: runBundleChecks },
  {
    name: 'editor',
    title: 'Tests in the editor',
    packages: desktop ? ssh : [...ssh, 'chromium', 'fonts'],
    needsEditor: !desktop,
    run: runEditorTests,
  },
];

/**
 * Runs commands of which each is one test.
 * @param {readonly (readonly [title: string, script: string, ...args: string[]])[]} checks
 * @returns {Promise<Counts>}
 */
async function runChecks(checks) {
  const counts = { passed: 0, failed: 0 };
  for (const [title, script, ...args] of checks) {
    const passed = (await runNode([path.join('node_modules', script), ...args])) === 0;
    counts[passed ? 'passed' : 'failed'] += 1;
    console.log(`  ${passed ? '✔' : '✘'} ${title}`);
  }
  return counts;
}

/**
 * @param {string} files a pattern
 * @returns {Promise<Counts>}
 */
async function runMocha(files) {
  const reporter = path.join(repoRoot, 'test/support/mochaReporter.mjs');
  const mocha = ['--import', 'tsx', 'node_modules/mocha/bin/mocha.js', '--reporter', reporter, files];
  return await runCounted((results) => [...mocha, '--reporter-option', `results=${results}`]);
}

async function runBundleChecks() {
  await ensureBuilt();
  return await runCounted((results) => ['test/support/bundleCheck.mjs', '--results', results]);
}

async function runEditorTests() {
  await ensureBuilt(['--tests']);
  return await runCounted((results) => ['--import', 'tsx', 'test/editor/run.ts', '--results', results]);
}

/**
 * Runs tests that write their counts into a file. An exit code that doesn't fit the counts is a failure too: a
 * module that couldn't be loaded, or something that kept the process from ending.
 * @param {(results: string) => readonly string[]} commandLine
 * @returns {Promise<Counts>}
 */
async function runCounted(commandLine) {
  const folder = await mkdtemp(path.join(tmpdir(), 'st-results-'));
  try {
    const results = path.join(folder, 'results.json');
    const code = await runNode(commandLine(results));
    /** @type {Counts} */
    const counts = await readFile(results, 'utf8').then(
      (text) => JSON.parse(text),
      () => ({ passed: 0, failed: 0 }),
    );
    if (counts.failed > 0) return counts;
    if (code === 0 && counts.passed > 0) return counts;
    console.error(code === 0 ? 'Not one test ran.' : `The tests ended with code ${code}.`);
    return { ...counts, failed: 1 };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @param {readonly string[]} args */
async function runNode(args) {
  const group = spawnGroup(process.execPath, args, {
    cwd: repoRoot,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const timer = setTimeout(() => {
    console.error(`Not done after ${stageTimeoutMs / 60_000} minutes: ended.`);
    void group.end();
  }, stageTimeoutMs);
  try {
    return await group.exited;
  } finally {
    clearTimeout(timer);
    // What it may have left behind in its group.
    await group.end();
  }
}

// The stages of `npm test`, in their order: what each needs, and how its tests are run and counted.
import { readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { spawnGroup } from './processGroup.mjs';
import { repoRoot } from './setup.mjs';

/** @typedef {import('./transcript.mjs').Transcript} Transcript */
/** @typedef {{ passed: number, failed: number }} Counts */
/**
 * @typedef {object} Stage
 * @property {string} name
 * @property {string} title
 * @property {'checks' | 'services' | 'editor' | 'e2e' | 'throughout'} group stages of one group run side by side; what mostly
 * waits runs throughout, beside all of them
 * @property {readonly string[]} packages Debian's, for the programs it runs
 * @property {boolean} needsEditor
 * @property {(transcript: Transcript) => Promise<Counts>} run
 */

/** First, so that none is still at it when all others are done. */
const longest = ['parity', 'openssh', 'matrix', 'faults', 'faultTable', 'auth'];
/** Every folder that there is: none is forgotten. */
const integrationTests = [...new Set([...longest, ...foldersWithTests('test/integration')])].map(
  (folder) => `test/integration/${folder}/*.test.ts`,
);
const ssh = ['openssh-server', 'openssh-client', 'openssl', 'procps', 'curl', 'iproute2'];

/** An X server without a screen, one within another, and programs that show something on them. */
const x11 = ['xvfb', 'xserver-xephyr', 'xauth', 'x11-apps', 'x11-utils'];
const desktop = process.env['SSH_TUNNELS_VSCODE'] !== undefined;
/** Far more than any stage takes; a stage that hangs shall end all the same. */
const stageTimeoutMs = 20 * 60_000;

/** @type {readonly Stage[]} */
export const stages = [
  {
    name: 'types',
    group: 'checks',
    title: 'Types',
    packages: [],
    needsEditor: false,
    run: (transcript) =>
      runChecks(transcript, [
        ['the tunnel service, without the types of VS Code', 'typescript/bin/tsc', '-p', 'src/tunnels'],
        ['everything', 'typescript/bin/tsc', '-p', '.'],
      ]),
  },
  {
    name: 'lint',
    group: 'checks',
    title: 'Lint',
    packages: [],
    needsEditor: false,
    run: (transcript) =>
      runChecks(transcript, [
        ['the rules', 'oxlint/bin/oxlint'],
        ['the format', 'oxfmt/bin/oxfmt', '--check'],
      ]),
  },
  {
    name: 'unit',
    group: 'checks',
    title: 'Unit tests',
    packages: [],
    needsEditor: false,
    run: (transcript) => runMocha(transcript, ['test/unit/**/*.test.ts'], 1),
  },
  {
    name: 'integration',
    group: 'services',
    title: 'Integration tests',
    packages: [...ssh, ...x11],
    needsEditor: false,
    run: (transcript) => runMocha(transcript, integrationTests, 4),
  },
  {
    name: 'bundle',
    group: 'services',
    title: 'Bundles',
    packages: [],
    needsEditor: false,
    run: runBundleChecks,
  },
  {
    name: 'editor',
    group: 'editor',
    title: 'Tests in the editor',
    packages: [...ssh, 'postgresql', ...(desktop ? [] : ['chromium', 'fonts'])],
    needsEditor: !desktop,
    run: runEditorTests,
  },
  {
    name: 'e2e',
    group: 'e2e',
    title: 'The editor as a person sees it',
    packages: [...ssh, ...x11, 'chromium', 'fonts'],
    needsEditor: true,
    // Much of it is waiting: for a page to load, for leases to run out.
    run: (transcript) => runMocha(transcript, ['test/e2e/*.test.ts'], 3),
  },
  {
    name: 'slow',
    group: 'throughout',
    title: 'Tests that wait',
    packages: [...ssh, ...x11],
    needsEditor: false,
    run: (transcript) => runMocha(transcript, ['test/slow/*.test.ts'], 4),
  },
];

/**
 * Runs commands of which each is one test.
 * @param {Transcript} transcript
 * @param {readonly (readonly [title: string, script: string, ...args: string[]])[]} checks
 * @returns {Promise<Counts>}
 */
async function runChecks(transcript, checks) {
  const counts = { passed: 0, failed: 0 };
  for (const [title, script, ...args] of checks) {
    const passed = (await runNode(transcript, [path.join('node_modules', script), ...args])) === 0;
    counts[passed ? 'passed' : 'failed'] += 1;
    transcript.line(`  ${passed ? '✔' : '✘'} ${title}`);
  }
  return counts;
}

/**
 * Those that hold tests themselves, the folder's own among them, the deepest first.
 * @param {string} folder
 * @returns {string[]}
 */
function foldersWithTests(folder) {
  const names = readdirSync(path.join(repoRoot, folder), { recursive: true, encoding: 'utf8' });
  const folders = names.filter((name) => name.endsWith('.test.ts')).map((name) => path.dirname(name));
  return folders.sort().reverse();
}

/**
 * @param {Transcript} transcript
 * @param {readonly string[]} files patterns
 * @param {number} jobs how many files run side by side
 * @returns {Promise<Counts>}
 */
async function runMocha(transcript, files, jobs) {
  const reporter = path.join(repoRoot, 'test/support/mochaReporter.mjs');
  const parallel = jobs > 1 ? ['--parallel', '--jobs', String(jobs)] : [];
  const mocha = [
    '--import',
    'tsx',
    'node_modules/mocha/bin/mocha.js',
    ...parallel,
    '--reporter',
    reporter,
    ...files,
  ];
  return await runCounted(transcript, (results) => [...mocha, '--reporter-option', `results=${results}`]);
}

/** @param {Transcript} transcript */
async function runBundleChecks(transcript) {
  return await runCounted(transcript, (results) => ['test/support/bundleCheck.mjs', '--results', results]);
}

/** @param {Transcript} transcript */
async function runEditorTests(transcript) {
  return await runCounted(transcript, (results) => [
    '--import',
    'tsx',
    'test/editor/run.ts',
    '--results',
    results,
  ]);
}

/**
 * Runs tests that write their counts into a file. An exit code that doesn't fit the counts is a failure too: a
 * module that couldn't be loaded, or something that kept the process from ending.
 * @param {Transcript} transcript
 * @param {(results: string) => readonly string[]} commandLine
 * @returns {Promise<Counts>}
 */
async function runCounted(transcript, commandLine) {
  const folder = await mkdtemp(path.join(tmpdir(), 'st-results-'));
  try {
    const results = path.join(folder, 'results.json');
    const code = await runNode(transcript, commandLine(results));
    /** @type {Counts} */
    const counts = await readFile(results, 'utf8').then(
      (text) => JSON.parse(text),
      () => ({ passed: 0, failed: 0 }),
    );
    if (counts.failed > 0) return counts;
    if (code === 0 && counts.passed > 0) return counts;
    transcript.line(code === 0 ? 'Not one test ran.' : `The tests ended with code ${code}.`);
    return { ...counts, failed: 1 };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * @param {Transcript} transcript
 * @param {readonly string[]} args
 */
async function runNode(transcript, args) {
  const group = spawnGroup(process.execPath, args, {
    cwd: repoRoot,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [group.child.stdout, group.child.stderr]) {
    stream?.on('data', (text) => transcript.write(text));
  }
  const timer = setTimeout(() => {
    transcript.line(`Not done after ${stageTimeoutMs / 60_000} minutes: ended.`);
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

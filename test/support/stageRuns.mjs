// Runs the tests of one stage, and counts the results.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { makeOwnHome } from './testHome.mjs';
import { spawnGroup } from './processGroup.mjs';
import { repoRoot } from './setup.mjs';
import { Transcript } from './bufferedOutput.mjs';

/** @typedef {{ title: string, error: string, file?: string }} Failure file: relative, if the test can be run by it */
/**
 * @typedef {object} Counts
 * @property {number} passed
 * @property {readonly Failure[]} failures
 * @property {number} [skipped] tests that this machine can't run
 */
/**
 * @typedef {object} Run
 * @property {Transcript} transcript receives all output
 * @property {readonly string[]} files the test files to run; if empty, all of the stage
 * @property {string | undefined} grep only runs the tests whose title contains this text
 */

/** Ends a stage that hangs. Far more than any stage takes on a busy machine. */
const stageTimeoutMs = 30 * 60_000;

/**
 * Runs commands, each of which is one test.
 * @param {Run} run
 * @param {readonly (readonly [title: string, script: string, ...args: string[]])[]} commands
 * @returns {Promise<Counts>}
 */
export async function runCommands({ transcript }, commands) {
  /** @type {Failure[]} */
  const failures = [];
  for (const [title, script, ...args] of commands) {
    const code = await runNode(transcript, [path.join('node_modules', script), ...args]);
    if (code !== 0) failures.push({ title, error: `ended with code ${code}` });
    transcript.line(`  ${code === 0 ? '✔' : '✘'} ${title}`);
  }
  return { passed: commands.length - failures.length, failures };
}

/**
 * @param {Run} run
 * @param {readonly string[]} patterns of all its files
 * @param {number} jobs how many files run side by side
 * @returns {Promise<Counts>}
 */
export async function runMocha(run, patterns, jobs) {
  const files = run.files.length > 0 ? run.files : patterns;
  return await runCounted(run, (results) => [
    ...['--import', 'tsx', 'node_modules/mocha/bin/mocha.js'],
    ...(jobs > 1 ? ['--parallel', '--jobs', String(jobs)] : []),
    ...(run.grep === undefined ? [] : ['--fgrep', run.grep]),
    ...['--reporter', path.join(repoRoot, 'test/support/mochaReporter.mjs')],
    ...['--reporter-option', `results=${results}`],
    ...files,
  ]);
}

/**
 * Distributes the files over several parallel processes. Files of one process share what is slow to start.
 * @param {Run} run
 * @param {readonly string[]} files of the stage
 * @param {number} processes
 * @returns {Promise<Counts>}
 */
export async function runMochaShares(run, files, processes) {
  const chosen = run.files.length > 0 ? run.files : files;
  const shares = Array.from({ length: processes }, (_, n) =>
    chosen.filter((_file, at) => at % processes === n),
  ).filter((share) => share.length > 0);
  const counts = await Promise.all(
    shares.map(async (share) => {
      const transcript = new Transcript();
      const found = await runMocha({ ...run, transcript, files: share }, share, 1);
      run.transcript.write(transcript.kept);
      return found;
    }),
  );
  return {
    passed: counts.reduce((sum, { passed }) => sum + passed, 0),
    failures: counts.flatMap(({ failures }) => failures),
    skipped: counts.reduce((sum, { skipped = 0 }) => sum + skipped, 0),
  };
}

/**
 * Runs tests that write their counts into a file. An exit code that doesn't match the counts is a failure too: a
 * module that couldn't be loaded, or something that kept the process from exiting.
 * @param {Run} run
 * @param {(results: string) => readonly string[]} commandLine
 * @returns {Promise<Counts>}
 */
export async function runCounted(run, commandLine) {
  const { transcript } = run;
  const folder = await mkdtemp(path.join(tmpdir(), 'st-results-'));
  try {
    const results = path.join(folder, 'results.json');
    const code = await runNode(transcript, commandLine(results));
    /** @type {Counts} */
    const counts = await readFile(results, 'utf8').then(
      (text) => JSON.parse(text),
      () => ({ passed: 0, failures: [] }),
    );
    const ran = counts.passed > 0 || run.grep !== undefined;
    if (counts.failures.length > 0 || (code === 0 && ran)) return counts;
    const error = code === 0 ? 'Not one test ran.' : `The tests ended with code ${code}.`;
    transcript.line(error);
    return { ...counts, failures: [{ title: 'runs and ends', error }] };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * @param {Transcript} transcript
 * @param {readonly string[]} args
 */
async function runNode(transcript, args) {
  const home = makeOwnHome();
  const group = spawnGroup(process.execPath, args, {
    cwd: repoRoot,
    env: home.env,
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
    // Processes of the group that still run.
    await group.end();
    home.remove();
  }
}

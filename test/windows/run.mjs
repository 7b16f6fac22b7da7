// Runs tests on Windows: under Wine, with the real Node for Windows. `npm test -- windows` starts this. For single
// files: `node test/windows/run.mjs test/unit/util/glob.test.ts`. `--results FILE` writes the counts there as JSON.
import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { endGroupsOnSignals, spawnGroup } from '../support/processGroup.mjs';
import { ensureBuilt, ensureDebianPackages, ensureNodeModules, repoRoot } from '../support/setup.mjs';
import { bundleTests } from '../support/windows/bundleTests.mjs';
import { ensureWine, windowsPath } from '../support/windows/wine.mjs';
import { judge } from '../support/windows/judge.mjs';
import { filesOf, notForWindows } from '../support/windows/exceptions.mjs';

/** @typedef {import('../support/windows/wine.mjs').Wine} Wine */
/** @typedef {import('../support/windows/judge.mjs').SetResult} SetResult */

endGroupsOnSignals(3000);
process.exitCode = await main();

async function main() {
  const { values, positionals } = parseArgs({
    options: { results: { type: 'string' }, grep: { type: 'string' } },
    allowPositionals: true,
  });
  if (values.results === undefined) {
    await ensureNodeModules();
    await ensureDebianPackages(['wine', 'wine64']);
    await ensureBuilt();
  }
  const wine = await ensureWine();
  const isWhole = positionals.length === 0;
  const sets = isWhole ? [testFiles('test/windows'), testFiles('test/unit')] : [positionals];
  const results = await Promise.all(
    sets.filter((files) => files.length > 0).map((files) => runSet(wine, files, values.grep)),
  );
  const counts = judge(results, isWhole && values.grep === undefined);
  if (values.results !== undefined) writeFileSync(values.results, JSON.stringify(counts));
  else console.log(`\n${counts.passed} passed, ${counts.failures.length} failed`);
  return counts.failures.length > 0 ? 1 : 0;
}

/**
 * Runs test files in one process.
 * @param {Wine} wine
 * @param {readonly string[]} files
 * @param {string | undefined} grep
 * @returns {Promise<SetResult>}
 */
async function runSet(wine, files, grep = '') {
  const folder = await mkdtemp(path.join(tmpdir(), 'st-windows-'));
  const user = `st-${randomBytes(3).toString('hex')}`;
  const home = path.join(wine.drive, 'users', user);
  try {
    await mkdir(home);
    const bundle = path.join(folder, 'tests.cjs');
    await bundleTests(files, bundle);
    const results = path.join(folder, 'results.json');
    const args = ['--enable-source-maps', windowsPath(bundle), windowsPath(results)];
    const { code, output } = await runNode(wine, [...args, `C:\\users\\${user}`, grep], folder);
    process.stdout.write(output);
    /** @type {SetResult} */
    const found = {
      ...{ passed: 0, failures: [], passedTitles: [], leftOut: [] },
      ...readJson(results),
      ...readJson(`${results}.details`),
    };
    if (code === 0 || found.failures.length > 0) return found;
    const error = `The tests ended with code ${code}.`;
    return { ...found, failures: [{ title: 'runs and ends under Wine', error }] };
  } finally {
    await rm(home, { recursive: true, force: true });
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Runs node.exe. Its output goes to a file: Node for Windows loses some of it in a pipe of Wine's.
 * @param {Wine} wine
 * @param {readonly string[]} args
 * @param {string} folder for the output
 */
async function runNode({ node, env }, args, folder) {
  const file = path.join(folder, 'output');
  const output = openSync(file, 'a');
  const group = spawnGroup('wine', [node, ...args], {
    cwd: repoRoot,
    env,
    stdio: ['ignore', output, output],
  });
  try {
    const code = await group.exited;
    return { code, output: readFileSync(file, 'utf8') };
  } finally {
    await group.end();
    closeSync(output);
  }
}

/**
 * @param {string} file
 * @returns {object}
 */
function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return {};
  }
}

/**
 * The test files of a folder that are for Windows, relative to the checkout.
 * @param {string} folder
 */
function testFiles(folder) {
  const names = readdirSync(path.join(repoRoot, folder), { recursive: true, encoding: 'utf8' });
  const leftOut = filesOf(notForWindows);
  return names
    .filter((name) => name.endsWith('.test.ts'))
    .sort()
    .map((name) => `${folder}/${name}`)
    .filter((file) => !leftOut.includes(file));
}

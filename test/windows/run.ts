// Runs tests on Windows: under Wine, with the real Node for Windows. `npm test -- windows` starts this. For single
// files: `npx tsx test/windows/run.ts test/unit/util/glob.test.ts`. `--results FILE` writes the counts there as JSON.
import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { link, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { eventually } from '../support/eventually';
import { killAll } from '../support/processTree';
import { leftProcesses, runVariable } from '../support/windows/leftProcesses';
import { endGroupsOnSignals, spawnGroup } from '../support/processGroup.mjs';
import { ensureBuilt, ensureDebianPackages, ensureNodeModules, repoRoot } from '../support/setup.mjs';
import { bundleSshStandIn, bundleTests } from '../support/windows/bundleTests.mjs';
import { ensureWine, windowsPath } from '../support/windows/wine.mjs';
import { judge } from '../support/windows/judge.mjs';
import { filesOf, notForWindows } from '../support/windows/exceptions.mjs';

import { linuxPortFile, linuxPortVariable } from '../support/windows/linux';
import { serveLinuxSide } from '../support/windows/linuxSide';
import type { SetResult } from '../support/windows/judge.mjs';
import type { Wine } from '../support/windows/wine.mjs';

endGroupsOnSignals(3000);
main().then(
  // Not process.exit(), which would cut the output.
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: { results: { type: 'string' }, grep: { type: 'string' } },
    allowPositionals: true,
  });
  if (values.results === undefined) {
    await ensureNodeModules();
    await ensureDebianPackages(['wine', 'wine64']);
    await ensureBuilt(['--tests']);
  }
  const installed = await ensureWine();
  await using linux = await serveLinuxSide();
  const wine = { ...installed, env: { ...installed.env, [linuxPortVariable]: String(linux.port) } };
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

/** A real ssh.exe with its script, see wine.mjs. */
async function placeSsh({ program, env }: Wine, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await link(program, path.join(folder, 'ssh.exe'));
  await bundleSshStandIn(path.join(folder, 'ssh.cjs'));
  // By its library a program of MSYS2 is known.
  if (folder.endsWith('usr/bin')) await writeFile(path.join(folder, 'msys-2.0.dll'), '');
  await writeFile(path.join(folder, linuxPortFile), env[linuxPortVariable] ?? '');
}

/** Runs test files in one process. */
async function runSet(wine: Wine, files: readonly string[], grep = ''): Promise<SetResult> {
  const folder = await mkdtemp(path.join(tmpdir(), 'st-windows-'));
  const user = `st-${randomBytes(3).toString('hex')}`;
  const home = path.join(wine.drive, 'users', user);
  const clean = (): void => {
    killAll([...leftProcesses(user).keys()]);
    for (const each of [home, folder]) rmSync(each, { recursive: true, force: true, maxRetries: 3 });
  };
  // Also on an interrupt: endGroupsOnSignals() ends this process then.
  process.once('exit', clean);
  await mkdir(home);
  for (const name of ['OpenSSH', 'Git/usr/bin']) await placeSsh(wine, path.join(home, name));
  const bundle = path.join(folder, 'tests.cjs');
  await bundleTests(files, bundle);
  const results = path.join(folder, 'results.json');
  const args = ['--enable-source-maps', windowsPath(bundle), windowsPath(results)];
  const env = { ...wine.env, [runVariable]: user };
  const { code, output } = await runNode({ ...wine, env }, [...args, `C:\\users\\${user}`, grep], folder);
  process.stdout.write(output);
  const found: SetResult = {
    ...{ passed: 0, failures: [], passedTitles: [], leftOut: [] },
    ...readJson(results),
    ...readJson(`${results}.details`),
  };
  const left = await stillRunning(user);
  const failures = [
    ...found.failures,
    ...(code === 0 || found.failures.length > 0
      ? []
      : [{ title: 'runs and ends under Wine', error: `The tests ended with code ${code}.` }]),
    ...left.map((error) => ({ title: 'leaves no program behind', error })),
  ];
  for (const each of left) console.log(`  ✘ leaves no program behind: ${each}`);
  return { ...found, failures };
}

/** Programs of the run that have not ended some seconds after it. */
async function stillRunning(run: string): Promise<readonly string[]> {
  await eventually('all programs have ended', () => leftProcesses(run).size === 0, 10_000).catch(
    () => undefined,
  );
  return [...leftProcesses(run).values()];
}

/**
 * Runs node.exe. Its output goes to a file: Node for Windows loses some of it in a pipe of Wine's.
 * @param folder for the output
 */
async function runNode(
  { node, env }: Wine,
  args: readonly string[],
  folder: string,
): Promise<{ readonly code: number; readonly output: string }> {
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

function readJson(file: string): Partial<SetResult> {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return value as Partial<SetResult>;
  } catch {
    return {};
  }
}

/** The test files of a folder that are for Windows, relative to the checkout. */
function testFiles(folder: string): readonly string[] {
  const names = readdirSync(path.join(repoRoot, folder), { recursive: true, encoding: 'utf8' });
  const leftOut = filesOf(notForWindows);
  return names
    .filter((name) => name.endsWith('.test.ts'))
    .sort()
    .map((name) => `${folder}/${name}`)
    .filter((file) => !leftOut.includes(file));
}

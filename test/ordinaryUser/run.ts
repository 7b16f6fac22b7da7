// Runs the tests of this folder as an ordinary user: a temporary one with its own home, if root runs this. `--results
// FILE` writes the counts there as JSON.
//
// They run from a bundle in a folder that every user can read: the checkout may be where that user has no access
// (/root), and a bind mount is denied in many containers.
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { chmod, lstat, readdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { eventually } from '../support/eventually';
import { makeKeyPair } from '../support/keyPair';
import { endGroupsOnSignals, spawnGroup } from '../support/processGroup.mjs';
import { ensureBuilt, repoRoot } from '../support/setup.mjs';
import { keepsPrivilegedPorts } from '../support/privilegedPorts';
import { processesOf, temporaryUserWithHome } from '../support/temporaryUser';
import type { UserWithHome } from '../support/temporaryUser';

/** The result of a stage: see stageRuns.mjs. */
interface Counts {
  readonly passed: number;
  readonly failures: readonly { readonly title: string; readonly error: string }[];
}

/** The user that runs the tests. */
interface Runner {
  readonly name: string;
  readonly home: string;
  readonly shell: string;
  /** The command prefix for this user's rights, without further groups. */
  readonly become: readonly string[];
  readonly throwAway: UserWithHome | undefined;
}

/** Not root's temporary folder, which other users may not be able to read. */
const base = process.getuid?.() === 0 ? '/tmp' : tmpdir();
const folder = mkdtempSync(join(base, `st-user-${process.pid}-`));
const removals: (() => void)[] = [() => rmSync(folder, { recursive: true, force: true })];
// Also on an interrupt: endGroupsOnSignals() ends this process then.
process.on('exit', () => {
  for (const remove of removals.splice(0).reverse()) remove();
});
endGroupsOnSignals(3000);

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { results: { type: 'string' } } });
  if (values.results === undefined) await ensureBuilt(['--tests']);
  removeLeftFolders();
  const runner = chooseRunner();
  makeReadable();
  const node = nodeFor(runner);
  const planted = runner.throwAway && (await plant(runner.throwAway));
  const counts = await runTests(runner, node, planted);
  const left = runner.throwAway ? await leftOvers(runner.throwAway) : [];
  for (const what of left) console.log(`  ✘ leaves nothing behind: ${what}`);
  const leaves = left.map((error) => ({ title: 'leaves nothing behind', error }));
  const sum: Counts = { passed: counts.passed, failures: [...counts.failures, ...leaves] };
  if (values.results !== undefined) writeFileSync(values.results, JSON.stringify(sum));
  console.log(`As ${runner.name}: ${sum.passed} passed, ${sum.failures.length} failed`);
  return sum.failures.length > 0 || sum.passed === 0 ? 1 : 0;
}

/** Left by runs that were killed. */
function removeLeftFolders(): void {
  for (const name of readdirSync(base)) {
    const maker = /^st-user-(\d+)-/.exec(name)?.[1];
    if (maker !== undefined && existsSync('/proc/self') && !existsSync(`/proc/${maker}`)) {
      rmSync(join(base, name), { recursive: true, force: true });
    }
  }
}

function chooseRunner(): Runner {
  if (process.getuid?.() === 0) {
    const user = temporaryUserWithHome();
    removals.push(() => user[Symbol.dispose]());
    const { name, home, uid, gid } = user;
    // setpriv finds and starts its command with root's rights still; env does it without them.
    const become = ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--init-groups', '--', 'env'];
    return { name, home, shell: '/bin/bash', become, throwAway: user };
  }
  const { username, shell } = userInfo();
  const home = join(folder, 'home');
  mkdirSync(home, { mode: 0o700 });
  return { name: username, home, shell: shell ?? '/bin/sh', become: [], throwAway: undefined };
}

/** Everything that the tests need besides Node. */
function makeReadable(): void {
  mkdirSync(join(folder, 'dist'));
  for (const name of ['tunnelDaemon', 'keyWorker'].flatMap((bundle) => [
    `${bundle}.js`,
    `${bundle}.js.map`,
  ])) {
    copyFileSync(join(repoRoot, 'dist', name), join(folder, 'dist', name));
    chmodSync(join(folder, 'dist', name), 0o644);
  }
  cpSync(join(repoRoot, 'dist-test/ordinaryUser'), join(folder, 'tests'), { recursive: true });
  for (const name of ['index.js', 'index.js.map']) chmodSync(join(folder, 'tests', name), 0o644);
  for (const name of ['', 'dist', 'tests']) chmodSync(join(folder, name), 0o755);
}

/** The Node that runs this, which a version manager may have put where that user has no access. */
function nodeFor({ become }: Runner): string {
  const [command, ...args] = [...become, process.execPath, '--version'];
  if (spawnSync(command, args, { cwd: '/' }).status === 0) return process.execPath;
  const copy = join(folder, 'node');
  copyFileSync(process.execPath, copy);
  chmodSync(copy, 0o755);
  return copy;
}

/** Files owned by root, for tests of files that belong to another user. */
async function plant({ uid }: UserWithHome): Promise<string> {
  const planted = join(folder, 'planted');
  const file = (name: string): string => join(planted, name);
  mkdirSync(planted);
  // Like /tmp: every user can create files, and only remove their own.
  await chmod(planted, 0o1777);
  mkdirSync(file('tmp'));
  await chmod(file('tmp'), 0o1777);
  mkdirSync(file(`tmp/ssh-tunnels-${uid}`));
  await chmod(file(`tmp/ssh-tunnels-${uid}`), 0o777);
  await makeKeyPair({ file }, 'key', 'ed25519');
  await chmod(file('key'), 0o644);
  await chmod(file('key.pub'), 0o644);
  const server = createServer((socket) => socket.destroy());
  server.unref().listen(file('root.sock'));
  await once(server, 'listening');
  await chmod(file('root.sock'), 0o600);
  return planted;
}

async function runTests(runner: Runner, node: string, planted: string | undefined): Promise<Counts> {
  const results = join(runner.home, 'results.json');
  const arguments_ = [results, ...(planted === undefined ? [] : [planted, repoRoot])];
  const command = [node, '--enable-source-maps', join(folder, 'tests/index.js'), ...arguments_];
  const [program = '', ...args] = [...network(runner), ...runner.become, ...command];
  const { name, home, shell } = runner;
  const env = {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    ...{ HOME: home, USER: name, LOGNAME: name, SHELL: shell, LANG: 'C.UTF-8' },
    ...(runner.throwAway ? {} : { TMPDIR: process.env['TMPDIR'] }),
  };
  const group = spawnGroup(program, args, { cwd: folder, env, stdio: ['ignore', 'inherit', 'inherit'] });
  const code = await group.exited;
  await group.end();
  const counts = readCounts(results);
  rmSync(results, { force: true });
  if (code !== 0 && counts.failures.length === 0) {
    const error = `The tests ended with code ${code}.`;
    console.log(error);
    return { ...counts, failures: [{ title: 'runs and ends', error }] };
  }
  return counts;
}

/** If every user may listen on low ports, as in many containers: a network namespace in which none may. */
function network({ throwAway }: Runner): readonly string[] {
  const unshare = ['unshare', '--net', '--'];
  if (!throwAway || keepsPrivilegedPorts() || spawnSync('unshare', ['--net', '--', 'true']).status !== 0)
    return [];
  return [...unshare, 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh'];
}

function readCounts(file: string): Counts {
  try {
    const counts: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return counts as Counts;
  } catch {
    return { passed: 0, failures: [] };
  }
}

/** Processes that still run, and other users' files in the user's home. */
async function leftOvers({ uid, home }: UserWithHome): Promise<readonly string[]> {
  const processes = (): readonly string[] =>
    processesOf(uid).map(({ pid, command }) => `process ${pid}, ${command}`);
  await eventually('all processes of the user have ended', () => processes().length === 0, 10_000).catch(
    () => undefined,
  );
  const names = await readdir(home, { recursive: true });
  const owners = await Promise.all(
    names.map(async (name) => ({ name, owner: (await lstat(join(home, name))).uid })),
  );
  const foreign = owners
    .filter(({ owner }) => owner !== uid)
    .map(({ name, owner }) => `~/${name} belongs to user ${owner}`);
  return [...processes(), ...foreign];
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);

// Every script of package.json works on a fresh clone: it installs what it needs, or says in one line what is
// missing.
// Its npm is a fake: it links the packages of this checkout instead of downloading them.
import assert from 'node:assert/strict';
import { chmod, cp, readFile, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it } from 'mocha';
import { eventually } from '../support/eventually';
import { spawnGroup } from '../support/processGroup.mjs';
import { repoRoot } from '../support/setup.mjs';
import { tempDir } from '../support/tempDir';
import type { TempDir } from '../support/tempDir';

interface Expected {
  readonly args?: readonly string[];
  /** What it prints when it has worked. */
  readonly prints?: RegExp;
  readonly code?: number;
  /** It runs until it is ended. */
  readonly endless?: boolean;
  /** It reads every file, so it runs on a part of the checkout. */
  readonly readsAll?: boolean;
}

/** Long-running ones get an unknown argument: they can only report it once all packages are installed. */
const scripts: Readonly<Record<string, Expected>> = {
  start: { args: ['--check'], prints: /^· A picture of it: /m },
  test: { args: ['bundle'], prints: /^\d+ passed, 0 failed$/m },
  flakes: { args: ['bundle', '--times', '1'], prints: /^1 of 1 runs passed$/m },
  build: {},
  watch: { prints: /watching for changes/, endless: true },
  l10n: {},
  package: { prints: /Packaged: .*\.vsix/ },
  bench: { args: ['nonsense'], prints: /There is no part "nonsense"/, code: 2 },
  screenshots: { args: ['nonsense'], prints: /nonsense/, code: 1 },
  // Last, because they make the checkout smaller.
  typecheck: { readsAll: true },
  format: { readsAll: true },
  // Its last command reports as unused what only the removed tests use. The stage "lint" runs it on all files.
  lint: {
    readsAll: true,
    prints: /All matched files use the correct format[^]*Unused (files|exports)/,
    code: 1,
  },
};

const notCloned = /^(node_modules|dist|dist-test|test-results|\.vscode-test|\.git)$|\.vsix$/;
/** Already checked by other stages. The scripts' own set-up is in test/support. */
const tests = [
  'bench',
  'demo',
  'e2e',
  'editor',
  'integration',
  'ordinaryUser',
  'scripts',
  'servers',
  'slow',
  'unit',
  'windows',
];
const notReadToo = tests.map((name) => `test/${name}`);

describe('package.json scripts on a fresh clone:', function () {
  this.timeout(300_000);
  let clone: TempDir;
  let tools: TempDir;

  before(async () => {
    [clone, tools] = await Promise.all([tempDir('clone-'), tempDir('tools-')]);
    await cp(repoRoot, clone.path, {
      recursive: true,
      filter: (source) => !notCloned.test(path.relative(repoRoot, source)),
    });
    await symlink(path.join(repoRoot, '.vscode-test'), clone.file('.vscode-test'), 'dir');
    const lines = [
      '#!/bin/sh',
      'test "$1" = ci || exit 9',
      'mkdir node_modules',
      `for each in '${repoRoot}'/node_modules/* '${repoRoot}'/node_modules/.bin '${repoRoot}'/node_modules/.package-lock.json`,
      'do ln -s "$each" node_modules/; done',
    ];
    await chmod(await tools.write('npm', `${lines.join('\n')}\n`), 0o755);
  });

  after(async () => {
    await clone.remove();
    await tools.remove();
  });

  it("every script is in this test's list", async () => {
    assert.deepEqual(Object.keys(scripts).sort(), Object.keys(await readScripts()).sort());
  });

  for (const [name, expected] of Object.entries(scripts)) {
    const { args = [], prints, code = 0, endless = false, readsAll = false } = expected;
    it(`npm run ${[name, ...args].join(' ')} works`, async () => {
      for (const folder of ['node_modules', ...(readsAll ? notReadToo : [])]) {
        await rm(clone.file(folder), { recursive: true, force: true });
      }
      const command = (await readScripts())[name] ?? '';
      const bin = path.join(clone.path, 'node_modules/.bin');
      const group = spawnGroup('sh', ['-c', `${command} ${args.join(' ')}`], {
        cwd: clone.path,
        env: { ...process.env, PATH: [bin, tools.path, process.env['PATH']].join(path.delimiter) },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let output = '';
      group.child.stdout?.on('data', (text) => (output += String(text)));
      group.child.stderr?.on('data', (text) => (output += String(text)));
      if (endless) {
        await eventually('it prints that it works', () => prints?.test(output) ?? true);
        await group.end();
        return;
      }
      assert.equal(await group.exited, code, output);
      assert.match(output, prints ?? /^/);
    });
  }
});

async function readScripts(): Promise<Readonly<Record<string, string>>> {
  const manifest = JSON.parse(await readFile(path.join(repoRoot, 'package.json'), 'utf8')) as {
    scripts: Readonly<Record<string, string>>;
  };
  return manifest.scripts;
}

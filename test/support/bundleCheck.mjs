// Checks the bundles as they ship: each loads from a folder that contains nothing else, only the daemon contains ssh2,
// and the licences of all bundled packages are included. `--results FILE` writes the counts to that file as JSON.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { repoRoot } from './setup.mjs';

const extension = path.join(repoRoot, 'dist/extension.js');
const tunnelDaemon = path.join(repoRoot, 'dist/tunnelDaemon.js');
const keyWorker = path.join(repoRoot, 'dist/keyWorker.js');
/** A message of ssh2's client. */
const markOfSsh2 = 'Timed out while waiting for handshake';

/** Matches the comment that esbuild writes before each module: `// node_modules/ssh2/lib/client.js`. */
const packageMark = /^ *\/\/ \S*node_modules\/((?:@[^/]+\/)?[^/\s]+)\//gm;

/** A module `vscode` whose every property but `l10n` can be called, constructed and read: enough to load the bundle. */
const vscodeStub = `
  const Module = require('node:module');
  const anything = () => new Proxy(class {}, {
    get: (target, key) => (key in target || typeof key === 'symbol' ? target[key] : anything()),
    apply: () => anything(),
  });
  const vscode = Object.assign(anything(), { l10n: { t: String } });
  const load = Module._load;
  Module._load = (id, ...rest) => (id === 'vscode' ? vscode : load(id, ...rest));
`;

/** @type {Readonly<Record<string, () => Promise<void>>>} */
const checks = {
  'the daemon loads from an empty folder, and only loads': async () => {
    await inEmptyFolder(tunnelDaemon, async (folder) => {
      await runNode(['-e', 'require("./tunnelDaemon.js")'], folder);
      assert.deepEqual(await readdir(path.join(folder, 'run')), []);
    });
  },
  'the thread that opens keys loads from an empty folder, and answers': async () => {
    await inEmptyFolder(keyWorker, async (folder) => {
      const script = `
        const { Worker } = require('node:worker_threads');
        new Worker('./keyWorker.js', { workerData: { bytes: Buffer.from('no key'), passphrase: '' } })
          .once('message', ({ result }) => process.exit(result === 'unusable' ? 0 : 3));
      `;
      await runNode(['-e', script], folder);
    });
  },
  'the extension loads from an empty folder': async () => {
    await inEmptyFolder(extension, async (folder) => {
      const script = `${vscodeStub} process.exit(typeof require('./extension.js').activate === 'function' ? 0 : 3);`;
      await writeFile(path.join(folder, 'load.cjs'), script);
      await runNode([path.join(folder, 'load.cjs')], folder);
    });
  },
  'ssh2 is in the daemon': async () => {
    assert.ok((await readFile(tunnelDaemon, 'utf8')).includes(markOfSsh2));
  },
  'of the names of ports the extension has those that it shows': async () => {
    const text = await readFile(extension, 'utf8');
    assert.match(text, /"873\/tcp": ?\["rsync"\]/);
    assert.match(text, /"27017\/tcp": ?\["mongodb"\]/);
    assert.doesNotMatch(text, /"3000\/tcp"/);
  },
  'ssh2 is not in the extension': async () => {
    assert.ok(!(await readFile(extension, 'utf8')).includes(markOfSsh2));
  },
  'every package in them has its licence in the notices': async () => {
    const notices = await readFile(path.join(repoRoot, 'dist/ThirdPartyNotices.txt'), 'utf8');
    const folders = await bundledPackages();
    for (const folder of folders) {
      const manifest = path.join(repoRoot, 'node_modules', folder, 'package.json');
      const { name, version } = JSON.parse(await readFile(manifest, 'utf8'));
      const [, text] = notices.split(`\n${name} ${version} (`);
      assert.match(text?.split('-'.repeat(80))[0] ?? '', /AS IS|public domain/i, `no licence of ${name}`);
    }
  },
  'the packages in them are those that `npm audit --omit=dev` looks at': async () => {
    const folders = await bundledPackages();
    const { packages } = JSON.parse(await readFile(path.join(repoRoot, 'package-lock.json'), 'utf8'));
    for (const folder of folders) {
      assert.equal(packages[`node_modules/${folder}`]?.dev, undefined, `${folder} is a devDependency`);
    }
    const unused = Object.keys(packages[''].dependencies).filter((name) => !folders.has(name));
    assert.deepEqual(unused, [], 'dependencies that do not ship');
  },
  'the package holds the notices, the scripts of the webview pages, and the texts': async () => {
    await inEmptyFolder(extension, async (folder) => {
      const file = path.join(folder, 'package.vsix');
      const vsce = path.join(repoRoot, 'node_modules/@vscode/vsce/vsce');
      const flags = ['--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links'];
      await runNode([vsce, 'package', ...flags, '--out', file], repoRoot, folder);
      // A zip contains its file names in plain text.
      const zip = await readFile(file);
      const names = ['dist/ThirdPartyNotices.txt', 'dist/pages/details.js', 'dist/pages/consent.js'];
      for (const name of [...names, 'package.nls.json', 'l10n/bundle.l10n.json']) {
        assert.ok(zip.includes(`extension/${name}`), name);
      }
    });
  },
};

const { values } = parseArgs({ options: { results: { type: 'string' } } });
let passed = 0;
/** @type {import('./stageRuns.mjs').Failure[]} */
const failures = [];
for (const [title, check] of Object.entries(checks)) {
  try {
    await check();
    passed += 1;
    console.log(`  ✔ ${title}`);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    failures.push({ title, error: message });
    console.log(`  ✘ ${title}: ${message}`);
  }
}
if (values.results !== undefined) writeFileSync(values.results, JSON.stringify({ passed, failures }));
process.exitCode = failures.length > 0 ? 1 : 0;

/** @returns {Promise<ReadonlySet<string>>} their folders in node_modules */
async function bundledPackages() {
  /** @type {Set<string>} */
  const folders = new Set();
  for (const bundle of [extension, tunnelDaemon, keyWorker]) {
    // The comments with the modules' paths are missing in a minified bundle.
    for (const [, folder = ''] of (await readFile(bundle, 'utf8')).matchAll(packageMark)) folders.add(folder);
  }
  assert.ok(folders.has('ssh2') && folders.has('jsonc-parser'), [...folders].join());
  return folders;
}

/**
 * @param {string} bundle
 * @param {(folder: string) => Promise<void>} check
 */
async function inEmptyFolder(bundle, check) {
  const folder = await mkdtemp(path.join(tmpdir(), 'st-bundle-'));
  try {
    await cp(bundle, path.join(folder, path.basename(bundle)));
    await mkdir(path.join(folder, 'run'), { mode: 0o700 });
    await check(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * @param {readonly string[]} args
 * @param {string} folder to run it in
 */
async function runNode(args, folder, home = folder) {
  await promisify(execFile)(process.execPath, [...args], {
    cwd: folder,
    env: { HOME: home, XDG_RUNTIME_DIR: path.join(home, 'run') },
    timeout: 600_000,
    killSignal: 'SIGKILL',
  });
}

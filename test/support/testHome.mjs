// Creates a home folder for the programs that tests start, and detects changes in the user's real home.
//
// OpenSSH ignores HOME: it reads the password database. Tests start it with -F and a configuration that names all files.
import { randomBytes } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { homedir, tmpdir, userInfo } from 'node:os';
import path from 'node:path';

/** @typedef {{ env: NodeJS.ProcessEnv, remove: () => void }} OwnHome */
/** @typedef {ReadonlyMap<string, string>} HomeState */

/** Variables with the folders of a user's files. */
const homeVariables = /^XDG_\w+_HOME$/;

/**
 * Creates a home folder. npm still uses the configuration and cache of the real one.
 * @returns {OwnHome}
 */
export function makeOwnHome() {
  // In lower case, as those of tempDir.ts.
  const folder = path.join(tmpdir(), `st-home-${randomBytes(3).toString('hex')}`);
  mkdirSync(folder, { mode: 0o700 });
  return {
    env: { ...npmSettings(), ...envWithHome(process.env, folder) },
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }),
  };
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {string} folder is created if it doesn't exist
 * @returns {NodeJS.ProcessEnv}
 */
export function envWithHome(env, folder) {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const kept = Object.entries(env).filter(([name]) => !homeVariables.test(name));
  return { ...Object.fromEntries(kept), HOME: folder, USERPROFILE: folder };
}

/** For tests that install packages: npm's configuration and cache. */
function npmSettings() {
  return {
    npm_config_userconfig: path.join(homedir(), '.npmrc'),
    npm_config_cache: path.join(homedir(), '.npm'),
  };
}

/** Files and folders that a test could change by mistake. Those of npm and Node may change. */
const watched = [
  '.ssh',
  '.Xauthority',
  '.bash_history',
  '.bashrc',
  '.profile',
  '.pki',
  '.ssh-tunnels',
  '.vscode',
  '.vscode-server',
  '.vscode-test',
  '.config/code-server',
  '.config/ssh-tunnels',
  '.cache/ssh-tunnels',
  '.local/share/code-server',
];

/**
 * The watched files of the real home, each with its modification time, size and inode.
 * @param {string} [home]
 * @returns {HomeState}
 */
export function realHomeState(home = userInfo().homedir) {
  /** @type {Map<string, string>} */
  const state = new Map();
  /** @param {string} name */
  const look = (name) => {
    const facts = lstatSync(path.join(home, name), { throwIfNoEntry: false });
    if (facts === undefined) return;
    state.set(name, facts.isDirectory() ? 'folder' : `${facts.mtimeMs} ${facts.size} ${facts.ino}`);
    if (facts.isDirectory()) for (const entry of readdirSync(path.join(home, name))) look(`${name}/${entry}`);
  };
  for (const name of watched) look(name);
  return state;
}

/**
 * The names of files that were created, changed or removed.
 * @param {HomeState} before
 * @param {HomeState} after
 * @returns {readonly string[]}
 */
export function changesOf(before, after) {
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((name) => before.get(name) !== after.get(name))
    .sort();
}

// A home for programs that tests start, so that none reads or writes the real one; and a look at the real one, to see
// that it stays unchanged.
//
// OpenSSH ignores HOME: it asks the password database. Tests give it -F and a configuration that names its files.
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { homedir, tmpdir, userInfo } from 'node:os';
import path from 'node:path';

/** @typedef {{ env: NodeJS.ProcessEnv, remove: () => void }} OwnHome */
/** @typedef {ReadonlyMap<string, string>} HomeState */

/** Variables that may tell a program where its user's files are. */
const placesOfFiles = /^XDG_\w+_HOME$/;

/**
 * A new folder as HOME. What npm needs stays where it is.
 * @returns {OwnHome}
 */
export function makeOwnHome() {
  const folder = mkdtempSync(path.join(tmpdir(), 'st-home-'));
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
  const kept = Object.entries(env).filter(([name]) => !placesOfFiles.test(name));
  return { ...Object.fromEntries(kept), HOME: folder, USERPROFILE: folder };
}

/** Where npm finds its registry and its cache, in case a test has to install something. */
function npmSettings() {
  return {
    npm_config_userconfig: path.join(homedir(), '.npmrc'),
    npm_config_cache: path.join(homedir(), '.npm'),
  };
}

/** What tests could write by mistake. Folders with all their content; not what belongs to npm and Node. */
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
 * The files in such places of the real home, each with its modification time.
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
 * Names of what was created, written or removed between two looks.
 * @param {HomeState} before
 * @param {HomeState} after
 * @returns {readonly string[]}
 */
export function changesOf(before, after) {
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((name) => before.get(name) !== after.get(name))
    .sort();
}

// Starts child processes as process groups, so that the processes that they start end with them, with us, and on Ctrl-C.
import { spawn } from 'node:child_process';
import { onEndRequest } from './stopSignals.mjs';

/** @typedef {import('node:child_process').ChildProcess} ChildProcess */
/** @typedef {{ child: ChildProcess, pid: number, exited: Promise<number>, end: () => Promise<void> }} ProcessGroup */

/** @type {Set<number>} */
const running = new Set();
let hooked = false;

/**
 * Starts a command as the leader of a new process group.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {ProcessGroup}
 */
export function spawnGroup(command, args, options = {}) {
  hookExit();
  const child = spawn(command, args, { ...options, detached: true });
  const pid = child.pid ?? 0;
  if (pid > 0) running.add(pid);
  /** @type {Promise<number>} */
  const exited = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
  // Not every caller waits for the exit: a command that can't start must not be an unhandled rejection.
  exited.catch(() => undefined);
  return { child, pid, exited, end: () => endGroup(pid) };
}

/**
 * On a signal to end: ends all running groups, then this process.
 * @param {number} [graceMs] how long the groups may take
 * @returns {() => void} stops doing so
 */
export function endGroupsOnSignals(graceMs = 8000) {
  return onEndRequest(() => {
    void Promise.all([...running].map((pid) => endGroup(pid, graceMs))).then(() => process.exit(130));
  });
}

/**
 * @param {number} pid
 * @param {number} [graceMs]
 */
async function endGroup(pid, graceMs = 5000) {
  if (!running.has(pid)) return;
  signalGroup(pid, 'SIGTERM');
  if (!(await gone(pid, graceMs))) {
    signalGroup(pid, 'SIGKILL');
    await gone(pid, 2000);
  }
  running.delete(pid);
}

/**
 * @param {number} pid
 * @param {number} withinMs
 */
async function gone(pid, withinMs) {
  const deadline = Date.now() + withinMs;
  while (signalGroup(pid, 0)) {
    if (Date.now() > deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return true;
}

/**
 * @returns whether the group has a process
 * @param {number} pid
 * @param {NodeJS.Signals | 0} signal
 */
function signalGroup(pid, signal) {
  try {
    process.kill(-pid, signal);
    return true;
  } catch {
    return false;
  }
}

function hookExit() {
  if (hooked) return;
  hooked = true;
  process.on('exit', () => {
    for (const pid of running) signalGroup(pid, 'SIGKILL');
  });
}

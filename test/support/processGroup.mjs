// Child processes started as groups of their own, so that nothing they start outlives them: not after their end, our
// end or a Ctrl-C.
import { spawn } from 'node:child_process';
import { onToldToEnd } from './stopSignals.mjs';

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
  // A caller that doesn't wait for the exit must not be ended by a command that can't start.
  exited.catch(() => undefined);
  return { child, pid, exited, end: () => endGroup(pid) };
}

/**
 * Ends all groups that still run when this process is told to end, and then this process.
 * @param {number} [graceMs] how long the groups may take
 * @returns {() => void} stops doing so
 */
export function endGroupsOnSignals(graceMs = 8000) {
  return onToldToEnd(() => {
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
 * Whether there was a process to signal.
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

// The ways in which a user, a terminal or a supervisor tells a program to end.
import { readFileSync } from 'node:fs';

const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
const watchIntervalMs = 100;

/**
 * Calls back when this process is told to end, maybe more than once; it doesn't exit automatically then.
 *
 * npm starts us in a shell, and only passes a signal on to that shell: so the end of either counts as the signal.
 * @param {() => void} told
 * @returns {() => void} stops listening
 */
export function onToldToEnd(told) {
  for (const signal of signals) process.on(signal, told);
  const timer = process.env['npm_lifecycle_event'] === undefined ? undefined : watchAncestors(told);
  return () => {
    clearInterval(timer);
    for (const signal of signals) process.off(signal, told);
  };
}

/** @param {() => void} changed */
function watchAncestors(changed) {
  const before = ancestors();
  return setInterval(() => {
    if (ancestors() !== before) changed();
  }, watchIntervalMs).unref();
}

/** The shell and, if /proc shows it, npm. */
function ancestors() {
  const parent = process.ppid;
  try {
    return `${parent} ${/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${parent}/status`, 'utf8'))?.[1] ?? ''}`;
  } catch {
    return `${parent}`;
  }
}

// Notices that this process should end: signals, and the end of the npm that started it.
import { readFileSync } from 'node:fs';

const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
const watchIntervalMs = 100;

/**
 * Calls back when this process should end, perhaps several times. Node's own exit on these signals is off then.
 *
 * npm starts scripts in a shell, and passes a signal only to that shell. So the end of npm or the shell counts, too.
 * @param {() => void} onEnd
 * @returns {() => void} stops listening
 */
export function onEndRequest(onEnd) {
  for (const signal of signals) process.on(signal, onEnd);
  const timer = process.env['npm_lifecycle_event'] === undefined ? undefined : watchAncestors(onEnd);
  return () => {
    clearInterval(timer);
    for (const signal of signals) process.off(signal, onEnd);
  };
}

/** @param {() => void} changed */
function watchAncestors(changed) {
  const before = ancestors();
  return setInterval(() => {
    if (ancestors() !== before) changed();
  }, watchIntervalMs).unref();
}

/** The process ids of the shell and of npm (the latter only if there is /proc). */
function ancestors() {
  const parent = process.ppid;
  try {
    return `${parent} ${/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${parent}/status`, 'utf8'))?.[1] ?? ''}`;
  } catch {
    return `${parent}`;
  }
}

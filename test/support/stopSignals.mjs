// The ways in which a person, a terminal or a supervisor tells a program to end.

const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
const watchIntervalMs = 100;

/**
 * Calls back when this process is told to end, maybe more than once; it doesn't end by itself then.
 *
 * npm hands a signal on to the shell it started us by, and no further: there the shell's end is the signal.
 * @param {() => void} told
 * @returns {() => void} stops listening
 */
export function onToldToEnd(told) {
  for (const signal of signals) process.on(signal, told);
  const parent = process.ppid;
  const watch = () => {
    if (process.ppid !== parent) told();
  };
  const startedByNpm = process.env['npm_lifecycle_event'] !== undefined && parent > 1;
  const timer = startedByNpm ? setInterval(watch, watchIntervalMs).unref() : undefined;
  return () => {
    clearInterval(timer);
    for (const signal of signals) process.off(signal, told);
  };
}

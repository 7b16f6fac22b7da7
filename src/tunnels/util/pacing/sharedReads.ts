// Reads that several callers share, for example one run of a system program for many ports.

/**
 * At most one read runs at a time. Callers share the next one, but none that had begun before they asked: its result
 * could be out of date.
 */
export function shareReads<T>(read: () => Promise<T>): () => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  let next: Promise<T> | undefined;
  return () => {
    next ??= last.then(() => {
      next = undefined;
      return read();
    });
    last = next.catch(() => undefined);
    return next;
  };
}

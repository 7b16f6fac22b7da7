// The ways in which a person, a terminal or a supervisor tells a program to end.

/** Resolves at the first of them; from then on, as from now, none ends this process by itself. */
export async function waitForStop(): Promise<void> {
  // A terminal that was closed takes no more output.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
  });
}

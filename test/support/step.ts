// Named steps of one long test: a failure says in which step it happened.

/** Runs one step. @throws what the step throws, with the step's name before its message */
export async function step<T>(name: string, run: () => T | Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof Error) {
      const { message, stack } = error;
      error.message = `In the step "${name}": ${message}`;
      // Reporters print the stack, which begins with the message.
      if (stack !== undefined) {
        error.stack = stack.replace(message, () => error.message);
      }
    }
    throw error;
  }
}

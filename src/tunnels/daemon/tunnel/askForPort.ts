// How a forward of one attempt asks the person who asked for it which port to take instead of one that is taken.
import type { AskForPort } from '../../forwards/local/portBinding';
import type { Ask } from '../../model/prompt';

/**
 * @param ask undefined after an automatic start, which asks nobody
 * @param tell a question is open, or no longer
 */
export function askForPort(
  ask: Ask | undefined,
  signal: AbortSignal,
  tell: (asking: boolean) => void,
): AskForPort | undefined {
  return (
    ask &&
    (async (question) => {
      tell(true);
      try {
        return await ask(question, signal);
      } finally {
        tell(false);
      }
    })
  );
}

// Asks the user who started a tunnel which port a forward should use when its own is taken.
import type { AskForPort } from '../../forwards/forwardRunner';
import type { Ask } from '../../model/prompt';

/**
 * @param ask undefined after an automatic start, which never prompts
 * @param onPromptOpen called when a question opens (true) and closes (false)
 */
export function askForPort(
  ask: Ask | undefined,
  signal: AbortSignal,
  onPromptOpen: (open: boolean) => void,
): AskForPort | undefined {
  return (
    ask &&
    (async (question) => {
      onPromptOpen(true);
      try {
        return await ask(question, signal);
      } finally {
        onPromptOpen(false);
      }
    })
  );
}

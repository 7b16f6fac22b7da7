// Prompts the user during a login, or fails with NeedsAnswer when prompts are not allowed.
import { TunnelFailure } from '../../errors/errors';
import type { TunnelError } from '../../errors/errors';
import { authenticationCancelled } from '../../errors/ssh/authenticationCancelled';
import type { Ask, LoginQuestion, SavedSecrets, SecretQuestion } from '../../model/prompt';
import type { LoginWait, Need } from '../../model/state';

/** Thrown when a prompt is needed but not allowed: the tunnel becomes `blocked`. */
export class NeedsAnswer extends TunnelFailure {
  readonly need: Need;

  constructor(need: Need, error: TunnelError) {
    super(error);
    this.name = 'NeedsAnswer';
    this.need = need;
  }
}

export interface Prompter {
  /** undefined: an automatic start, which never shows a prompt. */
  readonly ask: Ask | undefined;
  /** Called when a prompt opens and closes: time-outs are paused while it is open. */
  readonly onPromptOpen: (open: boolean) => void;
  readonly signal: AbortSignal;
}

/** Asks what windows have saved before it prompts. */
export interface LoginPrompter extends Prompter {
  readonly secrets: SavedSecrets;
  /** Called when the login begins and ceases to wait for somebody or something outside of VS Code. */
  readonly onWaitsFor: (waitsFor: LoginWait | undefined) => void;
  /** The server says something outside of its prompts. */
  readonly onServerText: (text: string) => void;
}

/**
 * @throws NeedsAnswer when prompts are not allowed
 * @throws TunnelFailure AuthenticationCancelled, or the error `refused`, when the user cancels
 */
export async function promptUser(
  question: LoginQuestion,
  prompter: Prompter,
  refused?: TunnelError,
): Promise<string> {
  const error = refused ?? authenticationCancelled(question);
  if (!prompter.ask) {
    throw new NeedsAnswer(question.kind, error);
  }
  prompter.onPromptOpen(true);
  try {
    const answer = await prompter.ask(question, prompter.signal);
    prompter.signal.throwIfAborted();
    if (answer === undefined) {
      throw new TunnelFailure(error);
    }
    return answer;
  } finally {
    prompter.onPromptOpen(false);
  }
}

/**
 * The saved secret on the first attempt, otherwise what the user types. The caller tells `secrets` whether it worked.
 * @throws as promptUser()
 */
export async function askSecret(question: SecretQuestion, prompter: LoginPrompter): Promise<string> {
  const saved = question.attempt === 1 ? await prompter.secrets.recall(question, prompter.signal) : undefined;
  prompter.signal.throwIfAborted();
  return saved ?? (await promptUser(question, prompter));
}

// How a login asks a person, or says that nobody may be asked now.
import { TunnelFailure } from '../../errors/errors';
import type { TunnelError } from '../../errors/errors';
import { authenticationCancelled } from '../../errors/auth';
import type { Ask, LoginQuestion, SecretKeeper, SecretQuestion } from '../../model/prompt';
import type { Need } from '../../model/state';

/** Thrown where a question would be needed but nobody may be asked: the tunnel becomes `blocked`. */
export class NeedsAnswer extends TunnelFailure {
  readonly need: Need;

  constructor(need: Need, error: TunnelError) {
    super(error);
    this.name = 'NeedsAnswer';
    this.need = need;
  }
}

/** What is missing, for a sentence. */
function nounOf(question: LoginQuestion): string {
  switch (question.kind) {
    case 'hostKey':
      return 'your word that its host key is right';
    case 'password':
      return 'your password';
    case 'passphrase':
      return `the passphrase of the key ${question.keyFile}`;
    case 'code':
      return 'an answer from you';
  }
}

export interface Asking {
  /** undefined: an automatic start, which never opens a box. */
  readonly ask: Ask | undefined;
  readonly secrets: SecretKeeper;
  /** Told while a question is open: time-outs stand still. */
  readonly onAsking: (asking: boolean) => void;
  readonly signal: AbortSignal;
}

/**
 * @throws NeedsAnswer when nobody may be asked
 * @throws TunnelFailure AuthenticationCancelled, or `refused`, when the person said no
 */
export async function askPerson(
  question: LoginQuestion,
  asking: Asking,
  refused?: TunnelError,
): Promise<string> {
  const error = refused ?? authenticationCancelled(question.who, nounOf(question));
  if (!asking.ask) {
    throw new NeedsAnswer(question.kind, error);
  }
  asking.onAsking(true);
  try {
    const answer = await asking.ask(question, asking.signal);
    asking.signal.throwIfAborted();
    if (answer === undefined) {
      throw new TunnelFailure(error);
    }
    return answer;
  } finally {
    asking.onAsking(false);
  }
}

/**
 * A secret that is kept, at the first attempt, or else what a person types. Whoever uses it tells `secrets` how it went.
 * @throws as askPerson()
 */
export async function askSecret(question: SecretQuestion, asking: Asking): Promise<string> {
  const kept = question.attempt === 1 ? await asking.secrets.recall(question, asking.signal) : undefined;
  asking.signal.throwIfAborted();
  return kept ?? (await askPerson(question, asking));
}

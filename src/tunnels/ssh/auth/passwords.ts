// Password authentication (RFC 4252 §8), with as many attempts as NumberOfPasswordPrompts allows.
import { TunnelFailure } from '../../errors/errors';
import { passwordExpired } from '../../errors/ssh/auth';
import type { Attempt } from '../../errors/ssh/auth';
import type { PasswordQuestion } from '../../model/prompt';
import { askSecret } from './prompter';
import type { Reply } from './userauthExchange';
import { askIfAllowed } from './method';
import type { Login, Method } from './method';

export class Passwords implements Method {
  readonly name = 'password';
  readonly lastAttempt: Attempt = { method: this.name };
  readonly #login: Login;
  readonly #counter: PasswordCounter;
  #requests = 0;

  constructor(login: Login, counter: PasswordCounter) {
    this.#login = login;
    this.#counter = counter;
  }

  async attempt(): Promise<Reply | undefined> {
    const { prompter, exchange, host, noteOffer, who, log } = this.#login;
    if (this.#requests++ >= host.numberOfPasswordPrompts) {
      return undefined;
    }
    const question = this.#counter.next();
    const password = await askIfAllowed(this.#login, () => askSecret(question, prompter));
    if (password === undefined) {
      return undefined;
    }
    noteOffer(this.lastAttempt);
    const reply = await exchange.password(password);
    log.debug(`${who}: the server ${wasAccepted(reply) ? 'accepts' : 'refuses'} the password`);
    if (reply.kind === 'newPassword') {
      prompter.secrets.judged(question, true);
      throw new TunnelFailure(passwordExpired(who, reply.prompt.trim()));
    }
    prompter.secrets.judged(question, wasAccepted(reply));
    return reply;
  }
}

/** Numbers the password prompts across methods: a saved password is used for the first attempt only. */
export class PasswordCounter {
  readonly #context: Pick<PasswordQuestion, 'who' | 'hostKey'>;
  #asked = 0;

  constructor(context: Pick<PasswordQuestion, 'who' | 'hostKey'>) {
    this.#context = context;
  }

  /** The next prompt, without counting it. */
  get upcoming(): PasswordQuestion {
    return { kind: 'password', ...this.#context, attempt: this.#asked + 1 };
  }

  next(): PasswordQuestion {
    const question = this.upcoming;
    this.#asked++;
    return question;
  }
}

export function wasAccepted(reply: Reply): boolean {
  return reply.kind === 'success' || (reply.kind === 'failure' && reply.partial);
}

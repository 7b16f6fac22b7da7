// Password authentication (RFC 4252 §8), with as many attempts as NumberOfPasswordPrompts allows.
import { TunnelFailure } from '../../errors/errors';
import type { Attempt } from '../../errors/ssh/loginFacts';
import { loginRefused } from '../../errors/ssh/loginRefused';
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
    const { prompter, exchange, host, progress, who, log } = this.#login;
    if (this.#requests++ >= host.numberOfPasswordPrompts) {
      return undefined;
    }
    const question = this.#counter.next(host.numberOfPasswordPrompts - this.#requests + 1);
    const password = await askIfAllowed(this.#login, () => askSecret(question, prompter));
    if (password === undefined) {
      return undefined;
    }
    progress.offered(this.lastAttempt);
    progress.mayHaveAskedPerson = true;
    progress.sendsSecret(password);
    const reply = await exchange.password(password);
    log.debug(`${who}: the server ${wasAccepted(reply) ? 'accepts' : 'refuses'} the password`);
    if (reply.kind === 'newPassword') {
      prompter.secrets.judged(question, true);
      throw new TunnelFailure(loginRefused(who, 'passwordExpired', reply.prompt.trim()));
    }
    prompter.secrets.judged(question, wasAccepted(reply));
    if (!wasAccepted(reply)) {
      this.#counter.wasWrong();
      progress.answeredWrong('password');
    }
    return reply;
  }
}

/** Numbers the password prompts across methods: a saved password is used for the first attempt only. */
export class PasswordCounter {
  readonly #context: Pick<PasswordQuestion, 'who' | 'hostKey'>;
  #asked = 0;
  #wrong = 0;

  constructor(context: Pick<PasswordQuestion, 'who' | 'hostKey'>) {
    this.#context = context;
  }

  /** The next prompt, without counting it. @param left how many prompts are left, with this one */
  upcoming(left: number): PasswordQuestion {
    const again = { attempt: this.#wrong + 1, of: this.#wrong + left };
    return {
      kind: 'password',
      ...this.#context,
      attempt: this.#asked + 1,
      ...(this.#wrong > 0 && { again }),
    };
  }

  next(left: number): PasswordQuestion {
    const question = this.upcoming(left);
    this.#asked++;
    return question;
  }

  /** The last password was wrong. */
  wasWrong(): void {
    this.#wrong++;
  }
}

export function wasAccepted(reply: Reply): boolean {
  return reply.kind === 'success' || (reply.kind === 'failure' && reply.partial);
}

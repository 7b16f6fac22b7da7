// Keyboard-interactive authentication (RFC 4256), with any number of rounds and prompts. A saved password is used if
// the server asks only for the password, as most do. All other prompts are shown to the user each time.
import { TunnelFailure } from '../../errors/errors';
import type { Attempt } from '../../errors/ssh/loginFacts';
import { protocolBroken } from '../../errors/ssh/sshHandshake';
import type { CodeQuestion, PasswordQuestion } from '../../model/prompt';
import { promptUser, askSecret } from './prompter';
import type { Prompt, Prompts, Reply } from './userauthExchange';
import { askIfAllowed } from './method';
import type { Login, Method } from './method';
import { wasAccepted } from './passwords';
import type { PasswordCounter } from './passwords';

/** Matches "Password:", "me@host's password:" and "Password for me:", but not "New password:" or a code. */
const passwordPattern = /^\s*(\([^()]*\) )?(\S+'s )?password( for \S+?)?\s*:?\s*$/i;

/** Per request. A password change takes four rounds, and PAM may start it three times. */
const maxRounds = 32;

export function asksForPassword(prompts: readonly Pick<Prompt, 'prompt' | 'echo'>[]): boolean {
  const [prompt, ...others] = prompts;
  return prompt !== undefined && others.length === 0 && !prompt.echo && passwordPattern.test(prompt.prompt);
}

export class KeyboardInteractive implements Method {
  readonly name = 'keyboard-interactive';
  readonly lastAttempt: Attempt = { method: this.name };
  readonly #login: Login;
  readonly #counter: PasswordCounter;
  readonly #isPasswordNext: () => boolean;
  #requests = 0;
  #wasAsked = false;
  /** Requests with answers that the server did not accept. */
  #wrong = 0;
  /** The answers to the current request. */
  #passwords: PasswordQuestion[] = [];
  #codes = 0;
  /** Whether all that was asked for in the current request was the password, and what stood before the last prompt. */
  #onlyPasswords = true;
  #said = '';

  /** @param isPasswordNext whether the password method may follow */
  constructor(login: Login, counter: PasswordCounter, isPasswordNext: () => boolean) {
    this.#login = login;
    this.#counter = counter;
    this.#isPasswordNext = isPasswordNext;
  }

  async attempt(): Promise<Reply | undefined> {
    const { host, exchange, progress, log, who } = this.#login;
    const first = this.#requests++ === 0;
    // A server that asked nothing the first time won't the next time: userauth_kbdint() in OpenSSH's sshconnect2.c.
    if (this.#requests > host.numberOfPasswordPrompts || (!first && !this.#wasAsked)) {
      return undefined;
    }
    if (!(await this.#mayOffer())) {
      return undefined;
    }
    progress.offered(this.lastAttempt);
    progress.mayHaveAskedPerson = true;
    this.#passwords = [];
    this.#codes = 0;
    this.#onlyPasswords = true;
    this.#said = '';
    let reply = await exchange.keyboardInteractive();
    for (let round = 1; reply.kind === 'prompts'; round++) {
      if (round > maxRounds) {
        throw new TunnelFailure(protocolBroken(host.hostName, 'sends prompts without end'));
      }
      this.#wasAsked = true;
      log.debug(`${who}: keyboard-interactive, round ${round}: prompts: ${reply.prompts.length}`);
      const answers = await this.#answer(reply);
      if (!answers) {
        return undefined;
      }
      reply = await exchange.answer(answers);
    }
    this.#reportSecrets(reply);
    this.#reportWrongAnswers(reply);
    return reply;
  }

  /** The prompts arrive only after the offer. If prompts are not allowed, a saved password is needed at least. */
  async #mayOffer(): Promise<boolean> {
    const { prompter } = this.#login;
    if (prompter.ask) {
      return true;
    }
    const question = this.#counter.upcoming(this.#passwordsLeft);
    const saved =
      question.attempt === 1 ? await prompter.secrets.recall(question, prompter.signal) : undefined;
    prompter.signal.throwIfAborted();
    if (saved !== undefined) {
      return true;
    }
    const isPassword = this.#isPasswordNext() || this.#passwords.length > 0;
    const neededPrompt = isPassword ? question : this.#code('', { prompt: '', echo: false });
    await askIfAllowed(this.#login, () => promptUser(neededPrompt, prompter));
    return false;
  }

  /** @returns undefined when prompts are not allowed */
  async #answer({ name, instruction, prompts }: Prompts): Promise<string[] | undefined> {
    const { prompter, progress, log, who } = this.#login;
    const text = [name, instruction].filter((part) => part.trim() !== '').join('\n');
    if (prompts.length === 0 && text !== '') {
      log.info(`${who} says: ${text}`);
      progress.hear(text);
      prompter.onServerText(text);
    }
    if (asksForPassword(prompts)) {
      const question = this.#counter.next(this.#passwordsLeft);
      const password = await askIfAllowed(this.#login, () => askSecret(question, prompter));
      this.#passwords.push(question);
      if (password === undefined) {
        return undefined;
      }
      progress.sendsSecret(password);
      return [password];
    }
    const answers: string[] = [];
    for (const prompt of prompts) {
      const answer = await askIfAllowed(this.#login, () => promptUser(this.#code(text, prompt), prompter));
      if (answer === undefined) {
        return undefined;
      }
      const { said, asks } = prompt.lines;
      const isPassword = asksForPassword([{ prompt: asks, echo: prompt.echo }]);
      this.#codes++;
      this.#onlyPasswords &&= isPassword;
      this.#said = isPassword ? said : '';
      if (!prompt.echo) {
        progress.sendsSecret(answer);
      }
      answers.push(answer);
    }
    return answers;
  }

  #code(instruction: string, { prompt, echo }: Pick<Prompt, 'prompt' | 'echo'>): CodeQuestion {
    const again = { attempt: this.#wrong + 1, of: this.#wrong + this.#requestsLeft };
    const { who } = this.#login;
    return { kind: 'code', who, prompt, instruction, echo, ...(this.#wrong > 0 && { again }) };
  }

  /** With the current one. */
  get #requestsLeft(): number {
    return this.#login.host.numberOfPasswordPrompts - this.#requests + 1;
  }

  /** How often a password may still be asked for, with this time. */
  get #passwordsLeft(): number {
    return this.#requestsLeft + (this.#isPasswordNext() ? this.#login.host.numberOfPasswordPrompts : 0);
  }

  #reportWrongAnswers(reply: Reply): void {
    if (wasAccepted(reply)) {
      return;
    }
    if (this.#passwords.length > 0) {
      this.#counter.wasWrong();
    }
    if (this.#codes + this.#passwords.length > 0) {
      this.#wrong++;
      this.#login.progress.answeredWrong(this.#onlyPasswords ? 'password' : 'code', this.#said);
    }
  }

  /** If a code was requested as well, it is unknown which of the two was wrong. */
  #reportSecrets(reply: Reply): void {
    const accepted = wasAccepted(reply);
    if (accepted || (this.#codes === 0 && this.#passwords.length === 1)) {
      for (const question of this.#passwords) {
        this.#login.prompter.secrets.judged(question, accepted);
      }
    }
  }
}

// Keyboard-interactive (RFC 4256): whatever the server asks, in as many rounds and prompts as it likes. Where it only
// asks for the password, as most do, the kept one will do; what else it asks is for a person each time.
import { TunnelFailure } from '../../errors/errors';
import { protocolBroken } from '../../errors/connect';
import type { CodeQuestion, PasswordQuestion } from '../../model/prompt';
import { askPerson, askSecret } from './prompter';
import type { Prompt, Prompts, Reply } from './userauthExchange';
import { askIfAllowed, patiently } from './method';
import type { Login, Method } from './method';
import { gotPast } from './passwords';
import type { PasswordCounter } from './passwords';

/** "Password:", "me@host's password:", "Password for me:"; not "New password:", and no code. */
const passwordPattern = /^\s*(\([^()]*\) )?(\S+'s )?password( for \S+?)?\s*:?\s*$/i;

/** In one request: a change of password takes four, and PAM may begin it three times. Each has its time-out anew. */
const mostRounds = 32;

export function asksForPassword(prompts: readonly Prompt[]): boolean {
  const [prompt, ...others] = prompts;
  return prompt !== undefined && others.length === 0 && !prompt.echo && passwordPattern.test(prompt.prompt);
}

export class KeyboardInteractive implements Method {
  readonly name = 'keyboard-interactive';
  readonly #login: Login;
  readonly #counter: PasswordCounter;
  readonly #isPasswordNext: () => boolean;
  #requests = 0;
  #wasAsked = false;
  /** What was answered in the request under way. */
  #passwords: PasswordQuestion[] = [];
  #codes = 0;

  /** @param isPasswordNext whether the password method could follow */
  constructor(login: Login, counter: PasswordCounter, isPasswordNext: () => boolean) {
    this.#login = login;
    this.#counter = counter;
    this.#isPasswordNext = isPasswordNext;
  }

  async attempt(): Promise<Reply | undefined> {
    const { host, conversation, offering } = this.#login;
    const first = this.#requests++ === 0;
    // A server that has not asked anything won't the next time: userauth_kbdint() in OpenSSH's sshconnect2.c.
    if (this.#requests > host.numberOfPasswordPrompts || (!first && !this.#wasAsked)) {
      return undefined;
    }
    if (!(await this.#mayOffer())) {
      return undefined;
    }
    offering(this.name);
    this.#passwords = [];
    this.#codes = 0;
    let reply = await conversation.keyboardInteractive();
    for (let round = 1; reply.kind === 'prompts'; round++) {
      if (round > mostRounds) {
        throw new TunnelFailure(protocolBroken(host.hostName, 'goes on asking without an end'));
      }
      this.#wasAsked = true;
      const answers = await this.#answer(reply);
      if (!answers) {
        return undefined;
      }
      reply = await patiently(this.#login, conversation.answer(answers));
    }
    this.#judge(reply);
    return reply;
  }

  /** The prompts come after the offer: where nobody may be asked, there must be a kept password at least. */
  async #mayOffer(): Promise<boolean> {
    const { asking } = this.#login;
    if (asking.ask) {
      return true;
    }
    const question = this.#counter.upcoming;
    const kept = question.attempt === 1 ? await asking.secrets.recall(question, asking.signal) : undefined;
    asking.signal.throwIfAborted();
    if (kept !== undefined) {
      return true;
    }
    const isPassword = this.#isPasswordNext() || this.#passwords.length > 0;
    const missing = isPassword ? question : this.#code('', { prompt: '', echo: false });
    await askIfAllowed(this.#login, () => askPerson(missing, asking));
    return false;
  }

  /** @returns undefined where nobody may be asked */
  async #answer({ name, instruction, prompts }: Prompts): Promise<string[] | undefined> {
    const { asking, log, who } = this.#login;
    const said = [name, instruction].filter((text) => text.trim() !== '').join('\n');
    if (prompts.length === 0 && said !== '') {
      log(`${who} says: ${said}`);
    }
    if (asksForPassword(prompts)) {
      const question = this.#counter.next();
      const password = await askIfAllowed(this.#login, () => askSecret(question, asking));
      this.#passwords.push(question);
      return password === undefined ? undefined : [password];
    }
    const answers: string[] = [];
    for (const prompt of prompts) {
      const answer = await askIfAllowed(this.#login, () => askPerson(this.#code(said, prompt), asking));
      if (answer === undefined) {
        return undefined;
      }
      this.#codes++;
      answers.push(answer);
    }
    return answers;
  }

  #code(instruction: string, { prompt, echo }: Prompt): CodeQuestion {
    return { kind: 'code', who: this.#login.who, prompt, instruction, echo };
  }

  /** Where a code was asked for besides, nobody knows which of the two was wrong. */
  #judge(reply: Reply): void {
    const right = gotPast(reply);
    if (right || (this.#codes === 0 && this.#passwords.length === 1)) {
      for (const question of this.#passwords) {
        this.#login.asking.secrets.judged(question, right);
      }
    }
  }
}

// Decides what a login offers, one step at a time: `none` first, which tells the methods, then keys, then what a
// person has to type (RFC 4252, RFC 4256).
import type { AnyAuthMethod, Prompt } from 'ssh2';
import type { PassphraseQuestion, PasswordQuestion } from '../model/question';
import { askPerson, askSecret } from './asking';
import type { Asking } from './asking';
import { parsePrivateKey } from './identities';
import type { Identity } from './identities';
import type { ResolvedHost } from './resolvedHost';

/** So that a password still has its turn under the usual MaxAuthTries of 6 (sshd_config(5)). */
const maxPublicKeys = 5;
const maxPassphraseTries = 3;

export class Authentication {
  /** What was offered, for people: "id_ed25519", "password". */
  readonly tried: string[] = [];
  /** What the server said it would still accept. */
  methods: readonly string[] = [];
  readonly #host: ResolvedHost;
  readonly #who: string;
  readonly #server: { readonly fingerprint: string };
  readonly #asking: Asking;
  readonly #steps: AsyncGenerator<AnyAuthMethod, void>;
  /** The password that was offered last, until the server has answered. */
  #offered: PasswordQuestion | undefined;

  /** @param server its host key, judged before the first step */
  constructor(
    host: ResolvedHost,
    who: string,
    server: { readonly fingerprint: string },
    identities: readonly Identity[],
    asking: Asking,
  ) {
    this.#host = host;
    this.#who = who;
    this.#server = server;
    this.#asking = asking;
    this.#steps = this.#plan(identities);
  }

  /**
   * The next thing to offer.
   * @param methods what the server would still accept; undefined before the first step
   * @param partial the last offer was right, but more is wanted (RFC 4252 §5.1)
   * @returns false when there is nothing left
   * @throws NeedsAnswer, TunnelFailure AuthenticationCancelled
   */
  async next(methods: readonly string[] | undefined, partial: boolean): Promise<AnyAuthMethod | false> {
    this.judged(partial);
    this.methods = methods ?? this.methods;
    const step = await this.#steps.next();
    return step.done === true ? false : step.value;
  }

  /** To be told how the last offer went: by the next step, by the end of the login, by a server that has had enough. */
  judged(right: boolean): void {
    const question = this.#offered;
    this.#offered = undefined;
    if (question) {
      this.#asking.secrets.judged(question, right);
    }
  }

  #accepts(method: string): boolean {
    return this.methods.includes(method) && (this.#host.preferredAuthentications?.includes(method) ?? true);
  }

  async *#plan(identities: readonly Identity[]): AsyncGenerator<AnyAuthMethod, void> {
    yield { type: 'none', username: this.#host.user };
    yield* this.#publicKeys(identities);
    yield* this.#keyboardInteractive();
    yield* this.#passwords();
  }

  async *#publicKeys(identities: readonly Identity[]): AsyncGenerator<AnyAuthMethod, void> {
    let left = maxPublicKeys;
    for (const identity of identities) {
      if (left-- === 0 || !this.#accepts('publickey')) {
        return;
      }
      const step = await this.#stepFor(identity);
      if (step) {
        this.tried.push(identity.name);
        yield step;
      }
    }
  }

  async #stepFor(identity: Identity): Promise<AnyAuthMethod | undefined> {
    const username = this.#host.user;
    switch (identity.kind) {
      case 'agent':
        return { type: 'agent', username, agent: identity.agent };
      case 'file':
        return { type: 'publickey', username, key: identity.key };
      case 'encrypted': {
        for (let attempt = 1; attempt <= maxPassphraseTries; attempt++) {
          const question: PassphraseQuestion = {
            kind: 'passphrase',
            who: this.#who,
            keyFile: identity.file,
            keyFingerprint: identity.fingerprint,
            attempt,
          };
          const key = parsePrivateKey(identity.text, await askSecret(question, this.#asking));
          const right = key !== 'encrypted' && !(key instanceof Error);
          this.#asking.secrets.judged(question, right);
          if (right) {
            return { type: 'publickey', username, key };
          }
        }
        return undefined;
      }
    }
  }

  async *#keyboardInteractive(): AsyncGenerator<AnyAuthMethod, void> {
    for (let attempt = 1; attempt <= this.#host.numberOfPasswordPrompts; attempt++) {
      if (!this.#host.kbdInteractiveAuthentication || !this.#accepts('keyboard-interactive')) {
        return;
      }
      // The server's prompts come after the offer, so who may not be asked must not offer.
      if (!this.#asking.ask) {
        await askPerson(
          { kind: 'code', who: this.#who, prompt: '', instruction: '', echo: false },
          this.#asking,
        );
      }
      this.tried.push('keyboard-interactive');
      let refused: Error | undefined;
      yield {
        type: 'keyboard-interactive',
        username: this.#host.user,
        prompt: (_name, instruction, _language, prompts, finish) => {
          this.#answer(instruction, prompts).then(finish, (error: unknown) => {
            refused = error instanceof Error ? error : new Error(String(error));
            finish([]);
          });
        },
      };
      if (refused) {
        throw refused;
      }
    }
  }

  async #answer(instruction: string, prompts: readonly Prompt[]): Promise<string[]> {
    const answers: string[] = [];
    for (const { prompt, echo } of prompts) {
      answers.push(
        await askPerson(
          { kind: 'code', who: this.#who, prompt, instruction, echo: echo ?? false },
          this.#asking,
        ),
      );
    }
    return answers;
  }

  async *#passwords(): AsyncGenerator<AnyAuthMethod, void> {
    for (let attempt = 1; attempt <= this.#host.numberOfPasswordPrompts; attempt++) {
      if (!this.#host.passwordAuthentication || !this.#accepts('password')) {
        return;
      }
      const question: PasswordQuestion = {
        kind: 'password',
        who: this.#who,
        hostKey: this.#server.fingerprint,
        attempt,
      };
      const password = await askSecret(question, this.#asking);
      if (!this.tried.includes('password')) {
        this.tried.push('password');
      }
      this.#offered = question;
      yield { type: 'password', username: this.#host.user, password };
    }
  }
}

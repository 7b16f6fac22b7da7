// Logs in to a server: first `none`, to learn the accepted methods, then each method in turn, like userauth() and
// authmethod_get() in OpenSSH's sshconnect2.c.
import type { Client } from 'ssh2';
import { TunnelFailure } from '../../errors/errors';
import { authenticationFailed, describeAttempt } from '../../errors/ssh/auth';
import type { KeyError } from '../../errors/ssh/keyOrAgent';
import { english } from '../../util/l10n';
import type { LoginPrompter, NeedsAnswer } from './prompter';
import { UserauthExchange } from './userauthExchange';
import type { Failure, Reply } from './userauthExchange';
import { KeyboardInteractive } from './keyboardInteractive';
import { LoginRecord } from './loginProgress';
import { reportLongWait } from './method';
import type { Login, Method, MethodName } from './method';
import { PasswordCounter, Passwords } from './passwords';
import { PublicKeys } from './publicKeys';
import type { Identities } from './identities';
import type { HostConfig } from '../config/hostConfig';
import type { Log } from '../../util/log';
import { readable } from '../../util/untrustedText';

/** OpenSSH's default order, reduced to the supported methods. */
const defaultOrder = ['publickey', 'keyboard-interactive', 'password'];

/** Of a server's list of algorithms in the log. */
const maxListLength = 1000;

export interface AuthenticationParts {
  readonly host: HostConfig;
  /** `user@host:port`, for messages. */
  readonly who: string;
  /** Its host key, verified before the first request. */
  readonly server: { readonly fingerprint: string };
  readonly identities: Identities;
  readonly prompter: LoginPrompter;
  readonly log: Log;
  /** The server is ready for the login. From here on only its own time-outs apply (LoginGraceTime). */
  readonly onReady: () => void;
}

export class Authentication {
  readonly progress: LoginRecord;
  readonly #parts: AuthenticationParts;
  /** Prompts that were needed but not allowed. */
  readonly #neededPrompts: NeedsAnswer[] = [];
  /** Why keys were not offered to this server. */
  readonly #unusableKeys: KeyError[] = [];
  /** Methods with nothing left to try. */
  readonly #exhausted = new Set<MethodName>();
  #isOver = false;
  /** The last request, for the log. */
  #last = 'none';

  constructor(parts: AuthenticationParts) {
    this.#parts = parts;
    this.progress = new LoginRecord(() => [...this.#unusableKeys, ...parts.identities.problems]);
  }

  /**
   * Logs in through a client that has begun to connect. Resolves when the server reports success.
   * @throws NeedsAnswer when the login can't succeed without a prompt, and prompts are not allowed
   * @throws TunnelFailure AuthenticationFailed, AuthenticationCancelled, KeyUnreadable, KeyUnsupported,
   * AgentUnavailable
   */
  async run(client: Client): Promise<void> {
    const { host, onReady, prompter, server } = this.#parts;
    const login = this.#login;
    const exchange = await UserauthExchange.begin(client, host.user, {
      awaitReply: (reply) => reportLongWait(prompter, 'device', reply),
      onDisconnect: () => (this.#isOver ? undefined : this.#neededPrompts[0]),
    });
    onReady();
    let reply = await exchange.none();
    this.progress.beginOffers();
    const { log, who } = this.#parts;
    const list = readable(exchange.server.algorithms?.join(', ') ?? 'not told', maxListLength);
    log.trace(`${who}: signature algorithms of the server: ${list}`);
    const { methods, publicKeys } = this.#methods({ ...login, exchange, hostKey: server.fingerprint });
    while (reply.kind === 'failure') {
      if (reply.methods.join() !== this.progress.accepts.join()) {
        log.debug(`${who}: methods that the server accepts: ${reply.methods.join(', ') || 'none'}`);
      }
      this.progress.accepts = reply.methods;
      reply = await this.#next(methods, publicKeys);
    }
    this.#isOver = true;
    log.debug(`${who}: the login succeeded with ${this.#last}`);
  }

  get #login(): Omit<Login, 'exchange' | 'hostKey'> {
    const { host, who, prompter, log } = this.#parts;
    return {
      host,
      who,
      log,
      prompter,
      progress: this.progress,
      noteUnusableKey: (problem) => this.#unusableKeys.push(problem),
      noteNeededPrompt: (neededPrompt) => this.#neededPrompts.push(neededPrompt),
    };
  }

  #methods(login: Login): { methods: readonly Method[]; publicKeys: PublicKeys } {
    const counter = new PasswordCounter({ who: login.who, hostKey: login.hostKey });
    const publicKeys = new PublicKeys(login, this.#parts.identities.offers, () =>
      defaultOrder.some((name) => name !== 'publickey' && this.#isOpen(name)),
    );
    const methods = [
      publicKeys,
      new KeyboardInteractive(login, counter, () => this.#isOpen('password')),
      new Passwords(login, counter),
    ];
    return { methods, publicKeys };
  }

  /** Makes the next request, with methods in order of preference. @throws when no method has any request left */
  async #next(methods: readonly Method[], publicKeys: PublicKeys): Promise<Reply> {
    for (;;) {
      const name = this.#order.find((candidate) => this.#isOpen(candidate));
      const method = methods.find((candidate) => candidate.name === name);
      if (!method) {
        throw this.#failure();
      }
      const reply = await method.attempt();
      const last = describeAttempt(method.lastAttempt, english);
      this.#last = method === publicKeys ? `publickey (${last})` : last;
      if (reply?.kind === 'failure' && reply.partial) {
        this.#addPartialSuccess(method, publicKeys, reply);
      }
      if (reply) {
        return reply;
      }
      this.#exhausted.add(method.name);
      if (method !== publicKeys && publicKeys.hasMore) {
        // It has more keys: it only paused to let the other methods run.
        this.#exhausted.delete(publicKeys.name);
      }
    }
  }

  /** Records a partial success: one of several required methods is done (AuthenticationMethods in sshd_config(5)). */
  #addPartialSuccess(method: Method, publicKeys: PublicKeys, { methods }: Failure): void {
    const { log, who } = this.#parts;
    const accepted = method.lastAttempt;
    const what = describeAttempt(accepted, english);
    log.info(`${who} accepted ${what} and also requires: ${methods.join(', ')}.`);
    this.progress.accepted.push(accepted);
    publicKeys.startOver();
    this.#exhausted.delete(publicKeys.name);
  }

  get #order(): readonly string[] {
    return this.#parts.host.preferredAuthentications ?? defaultOrder;
  }

  /** Whether the server accepts the method, ssh_config allows it, and it may have something left to try. */
  #isOpen(name: string): boolean {
    const { host } = this.#parts;
    const allowed: Record<string, boolean> = {
      publickey: host.pubkeyAuthentication,
      'keyboard-interactive': host.kbdInteractiveAuthentication,
      password: host.passwordAuthentication,
    } satisfies Record<MethodName, boolean>;
    return (
      this.progress.accepts.includes(name) &&
      this.#order.includes(name) &&
      allowed[name] === true &&
      !(this.#exhausted as ReadonlySet<string>).has(name)
    );
  }

  #failure(): Error {
    const [neededPrompt] = this.#neededPrompts;
    if (neededPrompt) {
      return neededPrompt;
    }
    const { who, identities } = this.#parts;
    const { tried, facts } = this.progress;
    const problem = identities.agentProblem ?? facts.problems[0];
    if (tried.length === 0 && problem) {
      return new TunnelFailure({ ...problem, accepts: facts.accepts });
    }
    return new TunnelFailure(authenticationFailed(who, tried, facts));
  }
}

// Logs in to a server: first `none`, to learn the accepted methods, then each method in turn, like userauth() and
// authmethod_get() in OpenSSH's sshconnect2.c.
import type { Client } from 'ssh2';
import { TunnelFailure } from '../../errors/errors';
import { authenticationFailed } from '../../errors/ssh/auth';
import { describeAttempt } from '../../errors/ssh/loginFacts';
import type { LoginFacts } from '../../errors/ssh/loginFacts';
import { loginRefused } from '../../errors/ssh/loginRefused';
import { protocolBroken } from '../../errors/ssh/sshHandshake';
import { refusalReason } from '../session/failures/loginWords';
import { isSigningProblem, keyErrorOf, mayHideKeys } from '../../errors/ssh/keys/keyProblem';
import type { KeyProblem } from '../../errors/ssh/keys/keyProblem';
import { english } from '../../util/l10n';
import type { LoginStep } from '../../model/protection';
import { NeedsAnswer } from './prompter';
import type { LoginPrompter } from './prompter';
import { UserauthExchange } from './userauthExchange';
import type { Failure, Reply } from './userauthExchange';
import { KeyboardInteractive } from './keyboardInteractive';
import { LoginRecord } from './loginProgress';
import { reportLongWait } from './method';
import type { Login, Method, MethodName } from './method';
import { PasswordCounter, Passwords } from './passwords';
import { PublicKeys } from './publicKeys';
import type { Identities } from './identities';
import { ServerProof } from './sessionBinding';
import type { SessionBinding } from './sessionBinding';
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
  /** Gathers the keys for this session. */
  readonly gatherIdentities: (binding: SessionBinding | undefined) => Promise<Identities>;
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
  /** Why keys were not offered to this server, or didn't sign. */
  readonly #unusableKeys: KeyProblem[] = [];
  #identities: Identities | undefined;
  #proof: ServerProof | undefined;
  /** Methods with nothing left to try. */
  readonly #exhausted = new Set<MethodName>();
  #isOver = false;
  /** The last request, for the log. */
  #last = 'none';

  constructor(parts: AuthenticationParts) {
    this.#parts = parts;
    this.progress = new LoginRecord(() => this.#keyFacts);
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
    const proof = new ServerProof(client);
    this.#proof = proof;
    const exchange = await UserauthExchange.begin(client, proof, host.user, {
      awaitReply: (reply) => reportLongWait(prompter, 'device', reply),
      withoutSecrets: (text) => this.progress.withoutSecrets(text),
      onDisconnect: (tooMany) => (this.#isOver ? undefined : this.#causeOfDisconnect(tooMany)),
    });
    onReady();
    const { log, who } = this.#parts;
    const reply = await exchange.none();
    this.progress.beginOffers();
    const list = readable(exchange.server.algorithms?.join(', ') ?? 'not told', maxListLength);
    log.trace(`${who}: signature algorithms of the server: ${list}`);
    if (reply.kind === 'failure') {
      await this.#tryMethods({ ...login, exchange, hostKey: server.fingerprint }, reply);
    }
    this.#isOver = true;
    this.#proof = undefined;
    log.debug(`${who}: the login succeeded with ${this.#last}`);
  }

  /** Resolves when the server reports success. */
  async #tryMethods(login: Login, refused: Failure): Promise<void> {
    const { log, who, prompter, gatherIdentities } = this.#parts;
    const identities = await gatherIdentities(login.exchange.binding);
    this.#identities = identities;
    const closeAgent = (): void => identities[Symbol.dispose]();
    // No answer arrives on a connection that has ended.
    prompter.signal.addEventListener('abort', closeAgent, { once: true });
    try {
      prompter.signal.throwIfAborted();
      const { methods, publicKeys } = this.#methods(login, identities);
      for (let reply: Reply = refused; reply.kind === 'failure';) {
        if (reply.methods.join() !== this.progress.accepts.join()) {
          log.debug(`${who}: methods that the server accepts: ${reply.methods.join(', ') || 'none'}`);
        }
        this.progress.accepts = reply.methods;
        reply = await this.#next(methods, publicKeys);
        if (reply.kind !== 'failure' && reply.kind !== 'success') {
          // Neither does it let us in, nor will it ever: nothing more is requested.
          throw new TunnelFailure(
            protocolBroken(
              login.host.hostName,
              'answered a request of the login with a message that does not belong to it',
            ),
          );
        }
      }
    } catch (error) {
      throw error instanceof TunnelFailure ? this.#unanswered(error) : error;
    } finally {
      prompter.signal.removeEventListener('abort', closeAgent);
      closeAgent();
    }
  }

  /** Why keys were not used, and what else could have logged in. */
  get #keyFacts(): Pick<LoginFacts, 'problems' | 'unused'> {
    const { pkcs11Provider, hostbasedAuthentication } = this.#parts.host;
    const { problems = [], agentProblem } = this.#identities ?? {};
    return {
      problems: [...this.#unusableKeys, ...(agentProblem ? [agentProblem] : []), ...problems],
      unused: {
        ...(pkcs11Provider === undefined ? {} : { pkcs11Provider }),
        hostbased: hostbasedAuthentication && this.progress.accepts.includes('hostbased'),
      },
    };
  }

  /** Call it with each message of the server. */
  onMessage(bytes: Buffer): void {
    this.#proof?.read(bytes);
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

  #methods(login: Login, identities: Identities): { methods: readonly Method[]; publicKeys: PublicKeys } {
    const counter = new PasswordCounter({ who: login.who, hostKey: login.hostKey });
    const publicKeys = new PublicKeys(login, identities.offers, () =>
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
      if (reply?.kind === 'success' || (reply?.kind === 'failure' && reply.partial)) {
        this.progress.succeededWith.push(stepOf(method, publicKeys));
      }
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

  /** A key that did not sign explains more than the keys that were offered after it. */
  #causeOfDisconnect(tooMany: boolean): Error | undefined {
    const isUnsigned = this.#unusableKeys.some(isSigningProblem);
    return this.#neededPrompts.length > 0 || (tooMany && isUnsigned) ? this.#failure() : undefined;
  }

  /** An unanswered question, with the keys that would have made it unnecessary. */
  #unanswered(failure: TunnelFailure): TunnelFailure {
    const { error } = failure;
    const problems = this.#unusableKeys.filter(isSigningProblem);
    if (error.code !== 'AuthenticationCancelled' || problems.length === 0) {
      return failure;
    }
    return failure instanceof NeedsAnswer
      ? new NeedsAnswer(failure.need, { ...error, problems })
      : new TunnelFailure({ ...error, problems }, { cause: failure });
  }

  #failure(): Error {
    const [neededPrompt] = this.#neededPrompts;
    if (neededPrompt) {
      return this.#unanswered(neededPrompt);
    }
    const { who } = this.#parts;
    const { tried, facts } = this.progress;
    const { problems, accepts, said, wrong } = facts;
    const last = tried.at(-1);
    if (said !== undefined && !wrong && last && 'method' in last && !problems.some(isSigningProblem)) {
      // It asked for nothing, and said why.
      return new TunnelFailure(loginRefused(who, refusalReason(said), said));
    }
    const problem =
      this.#identities?.agentProblem ?? problems.map(keyErrorOf).find((error) => error !== undefined);
    if (tried.length === 0 && problem && !problems.some(mayHideKeys)) {
      return new TunnelFailure({ ...problem, accepts });
    }
    return new TunnelFailure(authenticationFailed(who, tried, facts));
  }
}

function stepOf({ lastAttempt }: Method, publicKeys: PublicKeys): LoginStep {
  if ('method' in lastAttempt) {
    return { method: lastAttempt.method };
  }
  const { key, inAgent } = lastAttempt;
  const fingerprint = publicKeys.lastFingerprint;
  return { key, ...(inAgent && { inAgent }), ...(fingerprint === undefined ? {} : { fingerprint }) };
}

// A login, from the server's word that it is ready to its yes: `none` first, which tells the methods, then each method
// in its turn, as userauth() and authmethod_get() in OpenSSH's sshconnect2.c.
import type { Client } from 'ssh2';
import { TunnelFailure } from '../../errors/errors';
import { authenticationFailed, wrongPassphrase } from '../../errors/auth';
import type { Asking, NeedsAnswer } from './prompter';
import { Conversation } from './userauthExchange';
import type { Failure, Reply } from './userauthExchange';
import { KeyboardInteractive } from './keyboardInteractive';
import type { Login, Method, MethodName } from './method';
import { PasswordCounter, Passwords } from './passwords';
import { PublicKeys } from './publicKeys';
import type { Identities } from './identities';
import type { ResolvedHost } from '../config/resolvedHost';

/** OpenSSH's own order, of what is known here. */
const defaultOrder = ['publickey', 'keyboard-interactive', 'password'];

export interface AuthenticationParts {
  readonly host: ResolvedHost;
  /** `user@host:port`, for people. */
  readonly who: string;
  /** Its host key, judged before the first step. */
  readonly server: { readonly fingerprint: string };
  readonly identities: Identities;
  readonly asking: Asking;
  readonly log: (line: string) => void;
  /** Told at each step, which the server has to answer. */
  readonly onStep: () => void;
}

export class Authentication {
  /** What was offered, for people: "id_ed25519", "password". */
  readonly tried: string[] = [];
  readonly #parts: AuthenticationParts;
  /** What was right, though not enough. */
  readonly #accepted: string[] = [];
  /** Questions that nobody may be asked. */
  readonly #needs: NeedsAnswer[] = [];
  /** Methods that have nothing left to send. */
  readonly #exhausted = new Set<MethodName>();
  /** What the server said it would still accept. */
  #accepts: readonly string[] = [];
  #isOver = false;

  constructor(parts: AuthenticationParts) {
    this.#parts = parts;
  }

  /**
   * Logs in through a client that has begun to connect. Resolves when the server has said yes.
   * @throws NeedsAnswer where nothing did without a question, and nobody may be asked
   * @throws TunnelFailure AuthenticationFailed, AuthenticationCancelled, KeyUnreadable, KeyUnsupported,
   * AgentUnavailable
   */
  async run(client: Client): Promise<void> {
    const { host, onStep, server } = this.#parts;
    const login = this.#login(client);
    const conversation = await Conversation.begin(client, host.user, {
      onRequest: onStep,
      onDisconnect: () => (this.#isOver ? undefined : this.#needs[0]),
    });
    let reply = await conversation.none();
    const { methods, publicKeys } = this.#methods({ ...login, conversation, hostKey: server.fingerprint });
    while (reply.kind === 'failure') {
      this.#accepts = reply.methods;
      reply = await this.#next(methods, publicKeys);
    }
    this.#isOver = true;
  }

  #login(client: Client): Omit<Login, 'conversation' | 'hostKey'> {
    const { host, who, asking, log } = this.#parts;
    const closed = new AbortController();
    client.once('close', () => closed.abort(new Error('the connection was closed')));
    const signal = AbortSignal.any([asking.signal, closed.signal]);
    return {
      host,
      who,
      log,
      asking: {
        get ask() {
          return asking.ask;
        },
        secrets: asking.secrets,
        onAsking: asking.onAsking,
        signal,
      },
      offering: (name) => {
        if (!this.tried.includes(name)) {
          this.tried.push(name);
        }
      },
      stayedLocked: (name) => {
        const at = this.tried.indexOf(name);
        this.tried.splice(at < 0 ? this.tried.length : at, at < 0 ? 0 : 1, `${name}${wrongPassphrase}`);
      },
      needs: (missing) => this.#needs.push(missing),
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

  /** The first request that a method makes, by the order of preference. @throws when none makes any */
  async #next(methods: readonly Method[], publicKeys: PublicKeys): Promise<Reply> {
    for (;;) {
      const name = this.#order.find((candidate) => this.#isOpen(candidate));
      const method = methods.find((candidate) => candidate.name === name);
      if (!method) {
        throw this.#failure();
      }
      const reply = await method.attempt();
      if (reply?.kind === 'failure' && reply.partial) {
        this.#wasRight(method, publicKeys, reply);
      }
      if (reply) {
        return reply;
      }
      this.#exhausted.add(method.name);
      if (method !== publicKeys && publicKeys.hasMore) {
        // It had only let the others have their turn.
        this.#exhausted.delete(publicKeys.name);
      }
    }
  }

  /** One of several steps is done (AuthenticationMethods in sshd_config(5)). */
  #wasRight(method: Method, publicKeys: PublicKeys, { methods }: Failure): void {
    const { log, who } = this.#parts;
    const what = method === publicKeys ? publicKeys.current : method.name;
    log(`${who} accepted ${what}, and also wants: ${methods.join(', ')}.`);
    this.#accepted.push(what);
    publicKeys.startOver();
    this.#exhausted.delete(publicKeys.name);
  }

  get #order(): readonly string[] {
    return this.#parts.host.preferredAuthentications ?? defaultOrder;
  }

  /** Whether the server accepts a method, ssh_config allows it, and it may have something to send. */
  #isOpen(name: string): boolean {
    const { host } = this.#parts;
    const allowed: Record<string, boolean> = {
      publickey: host.pubkeyAuthentication,
      'keyboard-interactive': host.kbdInteractiveAuthentication,
      password: host.passwordAuthentication,
    } satisfies Record<MethodName, boolean>;
    return (
      this.#accepts.includes(name) &&
      this.#order.includes(name) &&
      allowed[name] === true &&
      !(this.#exhausted as ReadonlySet<string>).has(name)
    );
  }

  #failure(): Error {
    const [missing] = this.#needs;
    if (missing) {
      return missing;
    }
    const { who, identities } = this.#parts;
    const problem = identities.agentProblem ?? identities.problems[0];
    const accepts = this.#accepts.length > 0 ? [`The server accepts: ${this.#accepts.join(', ')}.`] : [];
    if (this.tried.length === 0 && problem) {
      return new TunnelFailure({ ...problem, detail: [...accepts, problem.detail ?? ''].join(' ').trim() });
    }
    const detail = [
      ...accepts,
      ...(this.#accepted.length > 0 ? [`It has accepted already: ${this.#accepted.join(', ')}.`] : []),
      ...(this.#accepts.includes('gssapi-with-mic') ? ['Kerberos (gssapi-with-mic) is not known here.'] : []),
      ...identities.problems.map(({ message, nextStep }) => `${message} ${nextStep}`),
    ];
    return new TunnelFailure(authenticationFailed(who, this.tried, this.#accepts, detail.join(' ')));
  }
}

// From a resolved host to a session that is logged in: dial, host key, authentication, each with its time-out.
import type { ConnectConfig } from 'ssh2';
import type { Socket } from 'node:net';
import { TunnelFailure } from '../../errors/errors';
import type { TunnelError } from '../../errors/errors';
import {
  connectionLost,
  handshakeTimeout,
  loginTimeout,
  proxyCommandTimeout,
  proxyFailed,
  proxyFdpassUnsupported,
} from '../../errors/connect';
import type { Ask, SecretKeeper } from '../../model/prompt';
import { formatAddress } from '../../util/address';
import type { Phase } from '../../model/state';
import { offeredAlgorithms } from '../transport/algorithms';
import type { Prompter } from '../auth/prompter';
import { Authentication } from '../auth/authentication';
import { Deadline } from '../../util/deadline';
import { dial } from '../transport/dial';
import { ProxyCommand } from '../transport/proxyCommand';
import { HostKeyGuard } from '../hostKeys/hostKeyVerifier';
import { gatherIdentities } from '../auth/identities';
import type { EffectiveHost } from '../config/effectiveHost';
import { SshSession } from './session';
import type { Transport } from './session';

export interface ConnectOptions {
  /** undefined: nobody may be asked. */
  readonly ask: Ask | undefined;
  readonly secrets: SecretKeeper;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly onPhase: (phase: Phase, hop: number) => void;
  readonly onAsking: (asking: boolean) => void;
  readonly log: (line: string) => void;
}

/** For each step of the login that the server has to answer: seconds. */
const authTimeout = 30;

/**
 * Connects to one hop.
 * @param hop counts from 0, for the progress
 * @param jump the session to the hop before; undefined: the first
 * @throws TunnelFailure with the code of what failed
 * @throws NeedsAnswer where a question would be needed and nobody may be asked
 */
export async function connectHop(
  host: EffectiveHost,
  hop: number,
  jump: SshSession | undefined,
  options: ConnectOptions,
): Promise<SshSession> {
  const { signal, log } = options;
  const who = `${host.user}@${formatAddress({ host: host.hostName, port: host.port })}`;
  const verifier = await HostKeyGuard.create(host, options.env);
  const algorithms = offeredAlgorithms(host, await verifier.knownTypes());
  const identities = await gatherIdentities(host, options.env, log);

  options.onPhase('tcp', hop);
  const transport = await openTransport(host, jump, options);
  options.onPhase('hostKey', hop);

  using deadline = new PhaseDeadline(host);
  let isAsking = false;
  const gone = new AbortController();
  const prompter: Prompter = {
    get ask() {
      return options.ask;
    },
    secrets: options.secrets,
    signal: AbortSignal.any([signal, gone.signal]),
    onAsking: (open) => {
      isAsking = open;
      deadline.hold(open);
      options.onAsking(open);
    },
  };
  const authentication = new Authentication({
    host,
    who,
    server: verifier,
    identities,
    prompter,
    log,
    onStep: () => deadline.step(),
  });
  // The configuration refers to the session, and the session takes the configuration.
  const handle: { session?: SshSession } = {};
  const fail = (error: unknown): void =>
    handle.session?.fail(error instanceof Error ? error : new Error(String(error)));
  const session = new SshSession({
    host,
    who,
    server: JSON.stringify([jump?.server, host.proxyCommand, host.hostName, host.port, addressOf(transport)]),
    transport,
    login: authentication,
    isAsking: () => isAsking,
    log,
    onHostKeys: (keys) => {
      verifier.updateKnownHosts(keys).then(
        (done) => done !== undefined && log(done),
        (error: unknown) => log(`known_hosts could not be updated: ${String(error)}`),
      );
    },
    keepAlive: { interval: host.serverAliveInterval, countMax: host.serverAliveCountMax },
    config: {
      sock: transport as Socket,
      username: host.user,
      algorithms,
      readyTimeout: 0,
      // Whether it knows OpenSSH's extensions the server says itself.
      strictVendor: false,
      keepaliveInterval: 0,
      // The callback form with strict booleans: ssh2 takes anything else for a yes.
      hostVerifier: (key: Buffer, verify: (permitted: boolean) => void) => {
        if (verifier.hasAccepted(key)) {
          // The server renews the keys. At once, for what ssh2 sends between the new keys and a late answer is garbled.
          verify(true);
          return;
        }
        verifier
          .verify(key, addressOf(transport), who, prompter)
          .then(() => {
            if (handle.session?.isOpen === true) {
              // It goes on with the key exchange, which may fail.
              verify(true);
            }
          })
          // Not verify(false): our own cause is to be heard first, and nothing more is to be sent.
          .catch(fail);
      },
    } satisfies ConnectConfig,
  });
  handle.session = session;
  session.onClosed(() => gone.abort(new Error('the connection was closed')));
  deadline.onExpired = () => fail(new TunnelFailure(deadline.error));
  const abort = (): void => fail(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    signal.throwIfAborted();
    let remembered: Promise<void> | undefined;
    await session.login(() => {
      options.onPhase('auth', hop);
      remembered = verifier
        .saveNewKey()
        .catch((error: unknown) => log(`known_hosts could not be written: ${String(error)}`));
    });
    await remembered;
    signal.throwIfAborted();
  } catch (error) {
    transport.destroy();
    throw causeOf(error, signal);
  } finally {
    signal.removeEventListener('abort', abort);
  }
  return session;
}

/** The failure itself rather than its wrapping, so that NeedsAnswer keeps what it needs. */
function causeOf(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) {
    return signal.reason;
  }
  return error instanceof TunnelFailure && error.cause instanceof TunnelFailure ? error.cause : error;
}

async function openTransport(
  host: EffectiveHost,
  jump: SshSession | undefined,
  { signal, env, log }: ConnectOptions,
): Promise<Transport> {
  if (!jump) {
    return host.proxyCommand === undefined
      ? dial(host, host.connectTimeout, signal)
      : startProxy(host, host.proxyCommand, env, log);
  }
  try {
    return await jump.open({ host: host.hostName, port: host.port }, { host: '127.0.0.1', port: 0 });
  } catch (error) {
    const why =
      error instanceof TunnelFailure ? error.error : connectionLost(jump.host.hostName, String(error));
    throw new TunnelFailure(proxyFailed(placeOf(host), placeOf(jump.host), why), { cause: error });
  }
}

function startProxy(
  host: EffectiveHost,
  command: string,
  env: ConnectOptions['env'],
  log: ConnectOptions['log'],
): Transport {
  if (host.proxyUseFdpass) {
    throw new TunnelFailure(proxyFdpassUnsupported(host.alias));
  }
  return new ProxyCommand(command, host, env, log);
}

function placeOf({ hostName, port }: Pick<EffectiveHost, 'hostName' | 'port'>): string {
  return formatAddress({ host: hostName, port });
}

function addressOf(transport: Transport): string | undefined {
  return 'remoteAddress' in transport ? transport.remoteAddress : undefined;
}

/** The time-out of the phase that is under way: the handshake, then each step of the login. */
class PhaseDeadline implements Disposable {
  onExpired: () => void = () => undefined;
  readonly #host: EffectiveHost;
  #isLogin = false;
  #deadline: Deadline;

  constructor(host: EffectiveHost) {
    this.#host = host;
    this.#deadline = this.#start();
  }

  get error(): TunnelError {
    const { alias, hostName, port, proxyCommand } = this.#host;
    const address = { host: hostName, port };
    if (this.#isLogin) {
      return loginTimeout(address, this.#seconds);
    }
    return proxyCommand === undefined
      ? handshakeTimeout(address, this.#seconds)
      : proxyCommandTimeout(alias, this.#seconds);
  }

  get #seconds(): number {
    return this.#isLogin ? authTimeout : this.#host.connectTimeout;
  }

  /** The server answered: the next step has its full time. */
  step(): void {
    this.#deadline[Symbol.dispose]();
    this.#isLogin = true;
    this.#deadline = this.#start();
  }

  /** Stands still while a person thinks. */
  hold(asking: boolean): void {
    if (asking) {
      this.#deadline.pause();
    } else {
      this.#deadline.resume();
    }
  }

  #start(): Deadline {
    return new Deadline(this.#seconds * 1000, () => this.onExpired());
  }

  [Symbol.dispose](): void {
    this.#deadline[Symbol.dispose]();
  }
}

// Connects to a resolved host: dials it, verifies the host key and logs in. ConnectTimeout applies until the login begins.
import type { ConnectConfig } from 'ssh2';
import { Socket } from 'node:net';
import { TunnelFailure } from '../../errors/errors';
import type { TunnelError } from '../../errors/errors';
import { connectTimeout, proxyCommandTimeout } from '../../errors/ssh/connect';
import type { Ask, SavedSecrets } from '../../model/prompt';
import { formatAddress } from '../../util/address';
import type { LoginWait, Phase } from '../../model/state';
import { offeredAlgorithms } from '../transport/algorithms';
import { NeedsAnswer } from '../auth/prompter';
import type { LoginPrompter } from '../auth/prompter';
import { Authentication } from '../auth/authentication';
import { Deadline } from '../../util/timeOuts';
import { connectTimeoutMs } from '../transport/dial';
import { ProxyCommand } from '../transport/proxyCommand';
import { lookupName } from '../hostKeys/knownHosts';
import { HostKeyVerifier } from '../hostKeys/hostKeyVerifier';
import { gatherIdentities } from '../auth/identities';
import type { EffectiveHost } from '../config/effectiveHost';
import { logUnusedOptions } from '../config/unusedOptions';
import { LoginText } from '../peer/serverMessages';
import { addressOfHost, openTransport } from './openTransport';
import type { TransportOptions } from './openTransport';
import { SshSession } from './session';
import { whileOpen } from './whileOpen';
import type { Transport } from './sessionParts';
import { elapsed } from '../../util/log';

export interface ConnectOptions extends TransportOptions {
  /** undefined: prompts are not allowed. */
  readonly ask: Ask | undefined;
  readonly secrets: SavedSecrets;
  readonly onPhase: (phase: Phase, hop: number) => void;
  readonly onPromptOpen: (open: boolean) => void;
  /**
   * The login begins or ceases to wait for somebody or something outside of VS Code.
   * @param mayAskPerson whether a person may have been asked for an approval or a touch, and would be at each login
   */
  readonly onWaitsFor: (waitsFor: LoginWait | undefined, mayAskPerson: boolean) => void;
  /** All that the server has said during the login, outside of its prompts. name: `user@host:port` */
  readonly onServerText: (text: string, name: string) => void;
}

/**
 * TCPKeepAlive of ssh_config(5): after how many milliseconds of silence TCP asks whether the other end is there. Until
 * the login is over, no message of SSH would show that, so it asks sooner than the system's two hours. Node asks ten
 * times, once a second.
 */
const tcpKeepAliveMs = { login: 60_000, session: 7_200_000 };

/**
 * Connects to one hop.
 * @param hop its number, from 0, for the progress
 * @param jump the session to the previous hop. undefined: this is the first hop
 * @throws TunnelFailure with the code of what failed
 * @throws NeedsAnswer when a prompt is needed but not allowed
 */
export async function connectHop(
  host: EffectiveHost,
  hop: number,
  jump: SshSession | undefined,
  options: ConnectOptions,
): Promise<SshSession> {
  const { signal, log } = options;
  const who = `${host.user}@${formatAddress({ host: host.hostName, port: host.port })}`;
  logUnusedOptions(host, log);
  const verifier = await HostKeyVerifier.create(host, options.env);

  options.onPhase('tcp', hop);
  const { transport, leftMs } = await openTransport(host, jump, options);
  const proxyCommand = transport instanceof ProxyCommand ? transport : undefined;
  if (!proxyCommand) {
    options.onPhase('hostKey', hop);
  }
  const { hostKeyAlgorithms, ...algorithms } = await whileOpen(transport, host.hostName, async (ended) =>
    offeredAlgorithms(host, await verifier.knownKeys(AbortSignal.any([signal, ended]))),
  );
  keepAlive(host, transport, tcpKeepAliveMs.login);

  using deadline = new Deadline(leftMs, () => fail(new TunnelFailure(handshakeTimeout(host, proxyCommand))));
  const loginText = new LoginText((text) => options.onServerText(text, who));
  const closed = new AbortController();
  const prompter: LoginPrompter = {
    get ask() {
      return options.ask;
    },
    secrets: options.secrets,
    signal: AbortSignal.any([signal, closed.signal]),
    onPromptOpen: (open) => {
      authentication.progress.promptOpen(open);
      if (open) {
        deadline.pause();
      } else {
        deadline.resume();
      }
      options.onPromptOpen(open);
    },
    onWaitsFor: (waitsFor) => {
      authentication.progress.waitsFor(waitsFor);
      options.onWaitsFor(waitsFor, authentication.progress.mayHaveAskedPerson);
    },
    onServerText: (text) => loginText.add(text),
  };
  const authentication = new Authentication({
    host,
    who,
    server: verifier,
    gatherIdentities: (binding) =>
      gatherIdentities(host, { who, knownAs: lookupName(host), binding }, options.env, log),
    prompter,
    log,
    onReady: () => deadline[Symbol.dispose](),
  });
  // The session's configuration has to refer to the session.
  const handle: { session?: SshSession } = {};
  const fail = (error: unknown): void =>
    handle.session?.fail(error instanceof Error ? error : new Error(String(error)));
  const session = new SshSession({
    host,
    who,
    server: JSON.stringify([jump?.server, host.proxyCommand, host.hostName, host.port, addressOf(transport)]),
    transport,
    login: authentication,
    hostKey: () => verifier.verified,
    hostKeyAlgorithms,
    plainKeyOf: verifier.plainKeyOf,
    isJumpLost: () => jump?.ended !== undefined,
    jumpProtection: () => jump?.protection ?? [],
    onBanner: (text) => loginText.add(text),
    log,
    onIdentified: () => {
      if (proxyCommand) {
        proxyCommand.connected();
        options.onPhase('hostKey', hop);
        if (!host.isConnectTimeoutSet) {
          deadline.restart(connectTimeoutMs(host));
        }
      }
    },
    onHostKeys: (keys) => {
      verifier.updateKnownHosts(keys).then(
        (done) => done !== undefined && log.info(done),
        (error: unknown) => log.warn(`known_hosts could not be updated: ${String(error)}`),
      );
    },
    keepAlive: { interval: host.serverAliveInterval, countMax: host.serverAliveCountMax },
    config: {
      sock: transport as Socket,
      username: host.user,
      algorithms,
      readyTimeout: 0,
      // Use OpenSSH's extensions with any server: the server itself reports which ones it supports.
      strictVendor: false,
      keepaliveInterval: 0,
      // The callback form with strict booleans: ssh2 takes any other return value for acceptance.
      hostVerifier: (key: Buffer, verify: (permitted: boolean) => void) => {
        const algorithm = handle.session?.hostKeyAlgorithm ?? '';
        if (verifier.isAcceptedInRekey(key, algorithm)) {
          // A rekey. Must answer synchronously: otherwise what ssh2 sends after the new keys is garbled.
          verify(true);
          return;
        }
        // A person answers, or a KnownHostsCommand, which may take its time.
        deadline.pause();
        verifier
          .verify({ key, algorithm, address: addressOf(transport), who, prompter, log })
          .then(() => {
            deadline.resume();
            if (handle.session?.isOpen === true) {
              // Continues the key exchange, which may fail.
              verify(true);
            }
          })
          // Not verify(false): our own error must come first, and nothing more must be sent.
          .catch(fail);
      },
    } satisfies ConnectConfig,
  });
  handle.session = session;
  session.onClosed(() => closed.abort(new Error('the connection was closed')));
  const abort = (): void => fail(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  let savedKey: Promise<unknown> | undefined;
  try {
    signal.throwIfAborted();
    const start = performance.now();
    await session.login(() => {
      options.onPhase('auth', hop);
      savedKey = verifier
        .saveNewKey()
        .then((saved) => saved !== undefined && log.info(saved))
        .catch((error: unknown) => log.warn(`known_hosts could not be written: ${String(error)}`));
    });
    await savedKey;
    signal.throwIfAborted();
    keepAlive(host, transport, tcpKeepAliveMs.session);
    log.debug(`${who}: key exchange and login took ${elapsed(start)}`);
  } catch (error) {
    transport.destroy();
    // The host key was accepted, even if the sign-in failed: the file is complete before the failure is reported.
    await savedKey;
    throw causeOf(error, signal);
  } finally {
    signal.removeEventListener('abort', abort);
  }
  return session;
}

function keepAlive({ tcpKeepAlive }: EffectiveHost, transport: Transport, silenceMs: number): void {
  if (tcpKeepAlive && transport instanceof Socket) {
    transport.setKeepAlive(true, silenceMs);
  }
}

/** The inner failure, so that a NeedsAnswer retains its `need`. */
function causeOf(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) {
    return signal.reason;
  }
  if (!(error instanceof TunnelFailure)) {
    return error;
  }
  if (error.error.code === 'AuthenticationCancelled' && error.error.needs === 'again') {
    return new NeedsAnswer('code', error.error);
  }
  return error.cause instanceof TunnelFailure && error.cause.error === error.error ? error.cause : error;
}

function addressOf(transport: Transport): string | undefined {
  return 'remoteAddress' in transport ? transport.remoteAddress : undefined;
}

function handshakeTimeout(host: EffectiveHost, proxyCommand: ProxyCommand | undefined): TunnelError {
  return proxyCommand === undefined || proxyCommand.isConnected
    ? connectTimeout('handshake', addressOfHost(host), host.connectTimeout)
    : proxyCommandTimeout(host.alias, host.connectTimeout, proxyCommand.lastLines.join('\n'));
}

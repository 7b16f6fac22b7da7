// Opens the way to a host: through a jump host, by a ProxyCommand, or by TCP.
import { TunnelFailure } from '../../errors/errors';
import type { TunnelError } from '../../errors/errors';
import { connectTimeout } from '../../errors/ssh/connect';
import { invalidDefinition } from '../../errors/definition';
import { proxyFailed } from '../../errors/ssh/jumpHost';
import type { JumpFailure } from '../../errors/ssh/jumpHost';
import { deferred as l10n } from '../../util/l10n';
import { unquoted } from '../../util/shown';
import { formatAddress } from '../../util/address';
import type { ServerAddress } from '../../util/address';
import type { Environment } from '../../util/environment';
import { unlessAborted } from '../../util/promises';
import { Deadline } from '../../util/timeOuts';
import { elapsed } from '../../util/log';
import type { Log } from '../../util/log';
import type { EffectiveHost } from '../config/effectiveHost';
import { connectTimeoutMs, dial } from '../transport/dial';
import { ProxyCommand } from '../transport/proxyCommand';
import type { SshSession } from './session';
import type { Transport } from './sessionParts';

export interface TransportOptions {
  readonly env: Environment;
  readonly signal: AbortSignal;
  /** It waits for a ProxyCommand, until the next phase. output: the last lines of its standard error so far. */
  readonly onProxyCommand: (output: readonly string[]) => void;
  readonly log: Log;
}

export interface OpenedTransport {
  readonly transport: Transport;
  /** What is left of ConnectTimeout for the identification and the key exchange, in milliseconds. */
  readonly leftMs: number;
}

/**
 * Opens the way to a host: over the jump host, by its ProxyCommand, or by TCP.
 * @param jump the session to the previous hop. undefined: this is the first hop
 * @throws TunnelFailure with the code of what failed
 */
export async function openTransport(
  host: EffectiveHost,
  jump: SshSession | undefined,
  options: TransportOptions,
): Promise<OpenedTransport> {
  const { signal, log } = options;
  if (jump) {
    return openThroughJumpHost(host, jump, signal, log);
  }
  if (host.proxyCommand === undefined) {
    const { socket, leftMs } = await dial(host, signal, log);
    return { transport: socket, leftMs };
  }
  const transport = startProxyCommand(host, host.proxyCommand, options);
  // As for ssh, only a time-out that is set applies to a ProxyCommand: it may wait for a person.
  return { transport, leftMs: host.isConnectTimeoutSet ? connectTimeoutMs(host) : Infinity };
}

async function openThroughJumpHost(
  host: EffectiveHost,
  jump: SshSession,
  signal: AbortSignal,
  log: Log,
): Promise<OpenedTransport> {
  const start = performance.now();
  const opening = jump.open({ host: host.hostName, port: host.port }, { host: '127.0.0.1', port: 0 });
  const expired = new AbortController();
  using deadline = new Deadline(connectTimeoutMs(host), () =>
    expired.abort(new TunnelFailure(connectTimeout('tcp', addressOfHost(host), host.connectTimeout))),
  );
  try {
    const transport = await unlessAborted(opening, AbortSignal.any([signal, expired.signal]));
    log.debug(
      `Connected to ${addressText(host)} through jump host ${addressText(jump.host)} (${elapsed(start)})`,
    );
    return { transport, leftMs: deadline.leftMs };
  } catch (error) {
    opening.then((late) => late.destroy()).catch(() => undefined);
    signal.throwIfAborted();
    expired.signal.throwIfAborted();
    if (error instanceof TunnelFailure && error.code === 'LoginRefused') {
      throw error;
    }
    const failed =
      error instanceof TunnelFailure
        ? proxyFailed(
            addressText(host),
            addressText(jump.host),
            jumpFailure(error.error),
            error.error.detail ?? error.message,
          )
        : proxyFailed(addressText(host), addressText(jump.host), 'closed', String(error));
    throw new TunnelFailure(failed, { cause: error });
  }
}

const unreachable = {
  timedOut: 'timedOut',
  networkUnreachable: 'noRoute',
  hostUnreachable: 'noRoute',
  socket: 'failed',
  other: 'failed',
} as const;

/** Why the jump host could not connect to the next host. */
function jumpFailure(error: TunnelError): JumpFailure {
  switch (error.code) {
    case 'TargetNotPermitted':
    case 'ForwardingDisabled':
      return 'notPermitted';
    case 'TargetRefused':
      return 'refused';
    case 'TargetNotFound':
      return 'notFound';
    case 'ServerLimit':
      return 'shortage';
    case 'TargetUnreachable':
      return unreachable[error.cause];
    default:
      return 'closed';
  }
}

function startProxyCommand(
  host: EffectiveHost,
  command: string,
  { env, log, onProxyCommand }: TransportOptions,
): ProxyCommand {
  if (host.proxyUseFdpass) {
    throw new TunnelFailure(
      invalidDefinition(
        l10n.t('ProxyUseFdpass, which your SSH config sets for {host}, is not supported.', {
          host: unquoted(host.alias),
        }),
        l10n.t(
          'Remove ProxyUseFdpass, and use a ProxyCommand that passes the data through its standard input and output, such as "nc" without -F.',
        ),
      ),
    );
  }
  onProxyCommand([]);
  return new ProxyCommand(command, host, { env, log, onOutput: onProxyCommand });
}

export function addressOfHost({
  alias,
  hostName,
  port,
}: Pick<EffectiveHost, 'alias' | 'hostName' | 'port'>): ServerAddress {
  return { name: alias, host: hostName, port };
}

function addressText({ hostName, port }: Pick<EffectiveHost, 'hostName' | 'port'>): string {
  return formatAddress({ host: hostName, port });
}

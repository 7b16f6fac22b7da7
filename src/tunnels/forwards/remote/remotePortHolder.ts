// Finds out who listens at an address that the server refused us: our own lost session, which the server has not closed
// yet, or another program. Checked by connecting to it from the server itself.
import type { ClientChannel } from 'ssh2';
import type { Address } from '../../util/address';
import { TunnelFailure } from '../../errors/errors';
import type { SshSession } from '../../ssh/session/session';

/** A program that sends a greeting does so at once. */
const greetingTimeoutMs = 500;
/** If a program hangs, the server may try to connect for minutes. */
const openTimeoutMs = 3000;

/**
 * nothing: no program listens there. silent: connections are accepted, but nothing is sent, as when the server still
 * listens for a lost session. talkative: a program that sends data, or closes the connection. denied: the server does not
 * allow the connection. unsupported: it doesn't know such connections. unknown: it gets no answer, or may have confirmed
 * the channel without a connection.
 */
export type RemotePortHolder = 'nothing' | 'silent' | 'talkative' | 'denied' | 'unsupported' | 'unknown';

export async function probePortHolder(session: SshSession, address: Address): Promise<RemotePortHolder> {
  try {
    const channel = await openWithTimeout(session, address);
    if (!channel) {
      return 'unknown';
    }
    return await new Promise<RemotePortHolder>((resolve) => {
      const settle = (probed: RemotePortHolder): void => {
        clearTimeout(timer);
        channel.removeAllListeners('data').resume().destroy();
        resolve(probed);
      };
      const timer = setTimeout(() => settle('silent'), greetingTimeoutMs);
      const onEnd = (): void => settle(session.serverSide.connectsFirst ? 'talkative' : 'unknown');
      channel
        .on('error', onEnd)
        .once('data', () => settle('talkative'))
        .once('end', onEnd)
        .once('close', onEnd);
    });
  } catch (error) {
    switch (error instanceof TunnelFailure ? error.code : undefined) {
      case 'TargetRefused':
      // For a socket, the server does not report the reason.
      case 'TargetUnreachable':
        return 'nothing';
      case 'TargetNotPermitted':
        return 'denied';
      case 'ForwardingDisabled':
        return 'unsupported';
      default:
        return 'unknown';
    }
  }
}

/** @returns undefined on time-out @throws TunnelFailure */
async function openWithTimeout(session: SshSession, address: Address): Promise<ClientChannel | undefined> {
  const opening = session.open(address, { host: '127.0.0.1', port: 0 });
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), openTimeoutMs);
  });
  const channel = await Promise.race([opening, timeout]).finally(() => clearTimeout(timer));
  if (!channel) {
    opening.then(
      (late) =>
        late
          .on('error', () => undefined)
          .resume()
          .destroy(),
      () => undefined,
    );
  }
  return channel;
}

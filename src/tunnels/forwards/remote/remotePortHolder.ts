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
 * listens for a lost session. talkative: a program that sends data, or closes the connection. unknown: the server does
 * not allow the connection, or gets no answer.
 */
export type RemotePortHolder = 'nothing' | 'silent' | 'talkative' | 'unknown';

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
      const onActivity = (): void => settle('talkative');
      channel
        .on('error', onActivity)
        .once('data', onActivity)
        .once('end', onActivity)
        .once('close', onActivity);
    });
  } catch (error) {
    const code = error instanceof TunnelFailure ? error.code : undefined;
    // For a socket, the server does not report the reason.
    return code === 'TargetRefused' || code === 'TargetUnreachable' ? 'nothing' : 'unknown';
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

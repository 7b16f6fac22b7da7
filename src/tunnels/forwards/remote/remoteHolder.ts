// Who listens where the server would not let us listen: our own lost connection, which the server has not given up yet, or
// somebody else. Found out by connecting there from the server itself.
import type { ClientChannel } from 'ssh2';
import type { Address } from '../../util/address';
import { TunnelFailure } from '../../errors/errors';
import type { SshSession } from '../../ssh/session/session';

/** Milliseconds: a program that greets does so at once. */
const patience = 500;
/** Milliseconds: to a program that hangs, a server may try to connect for minutes. */
const openPatience = 3000;

/**
 * nobody: nothing answers there. silent: somebody takes connections, and says nothing, as the server does for a
 * connection that it has lost. talkative: a program that greets, or hangs up. unknown: the server won't let us look, or
 * gets no answer there.
 */
export type Holder = 'nobody' | 'silent' | 'talkative' | 'unknown';

export async function whoListens(session: SshSession, address: Address): Promise<Holder> {
  try {
    const channel = await openSoon(session, address);
    if (!channel) {
      return 'unknown';
    }
    return await new Promise<Holder>((resolve) => {
      const settle = (holder: Holder): void => {
        clearTimeout(timer);
        channel.removeAllListeners('data').resume().destroy();
        resolve(holder);
      };
      const timer = setTimeout(() => settle('silent'), patience);
      const speaks = (): void => settle('talkative');
      channel.on('error', speaks).once('data', speaks).once('end', speaks).once('close', speaks);
    });
  } catch (error) {
    const code = error instanceof TunnelFailure ? error.code : undefined;
    // Of a socket the server does not say why.
    return code === 'TargetRefused' || code === 'TargetUnreachable' ? 'nobody' : 'unknown';
  }
}

/** @returns undefined where that takes too long @throws TunnelFailure */
async function openSoon(session: SshSession, address: Address): Promise<ClientChannel | undefined> {
  const opening = session.open(address, { host: '127.0.0.1', port: 0 });
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), openPatience);
  });
  const channel = await Promise.race([opening, tooLate]).finally(() => clearTimeout(timer));
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

// Who listens where the server would not let us listen: our own lost connection, which the server has not given up yet, or
// somebody else. Found out by connecting there from the server itself.
import type { Address } from '../model/address';
import { TunnelFailure } from '../model/errors';
import type { SshSession } from '../ssh/session';

/** Milliseconds: a program that greets does so at once. */
const patience = 500;

/**
 * nobody: nothing answers there. silent: somebody takes connections, and says nothing, as the server does for a
 * connection that it has lost. talkative: a program that greets, or hangs up. unknown: the server won't let us look.
 */
export type Holder = 'nobody' | 'silent' | 'talkative' | 'unknown';

export async function whoListens(session: SshSession, address: Address): Promise<Holder> {
  try {
    const channel = await session.open(address, { host: '127.0.0.1', port: 0 });
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

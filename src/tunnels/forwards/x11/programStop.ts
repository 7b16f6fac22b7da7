// Ends a remote program: SIGTERM, then SIGKILL. Signals go through sshd, and if sshd does not pass them on, through a
// command on the server.
import type { ClientChannel } from 'ssh2';
import { sendSignal } from '../../ssh/transport/ssh2Internals';
import type { SshSession } from '../../ssh/session/session';
import type { OneShot } from '../../util/oneShot';
import { signalProcesses } from './remoteXauth';
import type { RemoteDisplay } from './remoteXauth';

/** For sshd to pass a signal on, and the program to react. */
const sshdTimeoutMs = 300;
/** For the program to end after a signal that a command sent. */
const termTimeoutMs = 2500;
const killTimeoutMs = 1000;

export interface Running {
  readonly session: SshSession;
  readonly channel: ClientChannel;
  readonly remoteDisplay: RemoteDisplay;
  /** Reached when the command and all windows of the program have ended. */
  readonly over: OneShot;
}

/** Resolves when the program has ended, or nothing more can be done. Never rejects. */
export async function endProgram({ session, channel, remoteDisplay, over }: Running): Promise<void> {
  const end = async (signal: 'TERM' | 'KILL', timeoutMs: number): Promise<void> => {
    sendSignal(channel, signal);
    await over.within(sshdTimeoutMs);
    if (over.isReached || session.ended) {
      return;
    }
    const display = await remoteDisplay.find();
    if (display) {
      await signalProcesses(session, display.number, signal).catch(() => undefined);
    }
    await over.within(timeoutMs);
  };
  await end('TERM', termTimeoutMs);
  if (!over.isReached) {
    await end('KILL', killTimeoutMs);
  }
}

// How a program of the server is brought to its end: told to, then killed, by sshd where it passes signals on, and by name
// where it does not.
import type { ClientChannel } from 'ssh2';
import { sendSignal } from '../../ssh/transport/ssh2Internals';
import type { SshSession } from '../../ssh/session/session';
import type { Milestone } from '../../util/oneShot';
import { signalProcesses } from './remoteXauth';
import type { DisplayThere } from './remoteXauth';

/** Milliseconds that sshd has to pass a signal on, and the program to heed it. */
const passingTime = 300;
/** Milliseconds that it has to end by itself once it is told to, and once it is killed. */
const termPatience = 2500;
const killPatience = 1000;

export interface Running {
  readonly session: SshSession;
  readonly channel: ClientChannel;
  readonly there: DisplayThere;
  /** Nothing of it is there any more. */
  readonly over: Milestone;
}

/** Resolves when it has ended, or nothing more can be done. Never rejects. */
export async function endProgram({ session, channel, there, over }: Running): Promise<void> {
  const end = async (signal: 'TERM' | 'KILL', patience: number): Promise<void> => {
    sendSignal(channel, signal);
    await over.within(passingTime);
    if (over.isReached || session.ended) {
      return;
    }
    const display = await there.find();
    if (display) {
      await signalProcesses(session, display.number, signal).catch(() => undefined);
    }
    await over.within(patience);
  };
  await end('TERM', termPatience);
  if (!over.isReached) {
    await end('KILL', killPatience);
  }
}

// The interface of a running forward of any kind, and what it needs to run.
import type { TunnelError } from '../errors/errors';
import type { TunnelHolder } from '../errors/forwards/addressInUse';
import type { PortQuestion } from '../model/prompt';
import type { ForwardState } from '../model/state';
import type { OpenConnection } from '../model/tunnelActivity';
import type { SshSession } from '../ssh/session/session';
import type { OwnSockets } from './local/ownSockets';
import type { SocketGuard } from './localSocket';
import type { ListenerRegistry } from './listenerRegistry';
import type { SessionSource } from './waitForSession';
import type { FairLimit } from '../util/fairLimit';
import type { Log } from '../util/log';

export interface ForwardOptions {
  readonly sessions: SessionSource;
  /** The port that "any free port" chose last time. */
  readonly preferredPort: number | undefined;
  readonly ownSockets: OwnSockets;
  readonly socketGuard: SocketGuard;
  readonly ports: ListenerRegistry;
  /** The connections of all forwards of the daemon, with clients and with targets of this machine. */
  readonly sockets: FairLimit;
  /** The lookups of names on this machine, of all forwards of the daemon. */
  readonly lookups: FairLimit;
  /** The tunnel's name, for messages of others that want the same port. */
  readonly holder: () => TunnelHolder;
  /** Something about the forward other than its counters has changed. */
  readonly onChange: () => void;
  readonly log: Log;
}

/** Asks the user which port to use instead; undefined: none. */
export type AskForPort = (question: PortQuestion) => Promise<string | undefined>;

export interface ForwardRunner {
  readonly state: ForwardState;
  /** Its open connections, the newest first. @param most how many of them */
  connections(most: number): readonly Omit<OpenConnection, 'forward'>[];
  /**
   * Opens its listener; does nothing if it is open. A failure is shown by its state, and is returned.
   * @param session undefined: there is none yet, so only forwards that listen on this machine open
   * @param ask asks the user for another port when its own is taken; undefined: don't prompt
   */
  open(session: SshSession | undefined, ask?: AskForPort): Promise<TunnelError | undefined>;
  /** Stops using a session that is still open: like sessionLost(), but also closes a listener on the server. */
  leave(): Promise<void>;
  /** The SSH session was lost: resets open connections. A local listener stays open; one on the server is gone. */
  sessionLost(): void;
  /** Closes the listener and all connections. Resolves when all are closed. */
  close(): Promise<void>;
}

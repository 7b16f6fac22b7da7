// What a session is made of.
import type { Client, ConnectConfig } from 'ssh2';
import type { Duplex } from 'node:stream';
import type { Socket } from 'node:net';
import type { LoginProgress, LoginRecord } from '../auth/loginProgress';
import type { HostConfig } from '../config/hostConfig';
import type { HostKeyList } from '../transport/ssh2/ssh2Internals';
import type { VerifiedHostKey } from '../../model/hostKey';
import type { HopProtection } from '../../model/protection';
import type { Log } from '../../util/log';

/** A socket to the server, or a channel of the previous jump host. */
export type Transport = Socket | Duplex;

export interface SessionParts {
  readonly host: HostConfig;
  readonly who: string;
  readonly server: string;
  readonly transport: Transport;
  readonly config: ConnectConfig;
  /** To offer, in this order. */
  readonly hostKeyAlgorithms: readonly string[];
  /** Returns the plain key of a certificate that the server has sent as its host key. What it throws ends the session. */
  readonly plainKeyOf: (certificate: Buffer) => Buffer;
  readonly login: SessionLogin;
  /** undefined: not yet verified. */
  readonly hostKey: () => VerifiedHostKey | undefined;
  /** Whether the session to the jump host before it has ended. */
  readonly isJumpLost: () => boolean;
  /** What protects the connections before it, in the order of connecting. */
  readonly jumpProtection: () => readonly HopProtection[];
  readonly keepAlive: { readonly interval: number; readonly countMax: number };
  readonly log: Log;
  /** The server has identified itself as an SSH server. */
  readonly onIdentified: () => void;
  readonly onBanner: (text: string) => void;
  /** The server has listed its host keys. */
  readonly onHostKeys: (keys: HostKeyList) => void;
}

export interface SessionLogin {
  readonly progress: LoginProgress & Pick<LoginRecord, 'hear' | 'withoutSecrets'>;
  /** Logs in through a client that has begun to connect. An error that it throws ends the session. */
  run(client: Client): Promise<void>;
  /** Called with each message of the server. */
  onMessage(bytes: Buffer): void;
}

// What protects an SSH session, for Details: what its last key exchange chose, and the host key.
import type { VerifiedHostKey } from './hostKey';

/** Of the connection to one host. JSON-serialisable. The names are those of ssh_config(5), negotiated, so known here. */
export interface HopProtection {
  /** `user@host:port` */
  readonly who: string;
  readonly kex: string;
  readonly postQuantum: PostQuantum;
  readonly hostKey: VerifiedHostKey | undefined;
  /** What the server accepted, in this order. Absent: an older daemon doesn't tell. */
  readonly login?: readonly LoginStep[];
  readonly sent: DirectionProtection;
  readonly received: DirectionProtection;
}

/** Never the secret itself. */
export type LoginStep =
  | { readonly method: 'password' | 'keyboard-interactive' }
  | {
      /** The name of the key's file, or the agent's comment. */
      readonly key: string;
      readonly inAgent?: true;
      /** `SHA256:…` of the key; of a certificate, of its key. */
      readonly fingerprint?: string;
    };

/**
 * Whether recordings of the connection are thought to stay secret when there are quantum computers.
 * - server: no, as the server has no such key exchange;
 * - config: no, as KexAlgorithms in ssh_config allows none;
 * - accepted: no, and WarnWeakCrypto in ssh_config says that nothing is to be said of it.
 */
export type PostQuantum = 'yes' | 'server' | 'config' | 'accepted';

export interface DirectionProtection {
  readonly cipher: string;
  /** Empty: the cipher has its own integrity check, like AES-GCM. */
  readonly mac: string;
  /** `none`, `zlib` or `zlib@openssh.com`. */
  readonly compression: string;
}

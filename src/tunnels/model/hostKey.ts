// How the host key of an SSH session was verified, for the log and for Details.
import type { CertificateFacts } from '../errors/ssh/hostCertificate';
import type { FileLine, KeyFacts } from '../errors/ssh/keyFacts';

/** The accepted host key of one hop. JSON-serialisable. */
export interface VerifiedHostKey {
  /** The plain key, also of a certificate: its signature ends the key exchange. */
  readonly key: KeyFacts;
  /**
   * The negotiated algorithm, which says whether the server sent a certificate and which hash an RSA key signs with:
   * `ssh-ed25519`, `rsa-sha2-512-cert-v01@openssh.com`.
   */
  readonly algorithm: string;
  /** The certificate that the server sent. See `proof` whether it was the reason for accepting the key. */
  readonly certificate?: CertificateFacts;
  readonly proof: HostKeyProof;
}

/** Why a host key was accepted. */
export type HostKeyProof =
  /** The certificate is valid, and its authority is known by this `@cert-authority` line. */
  | ({ readonly by: 'authority' } & KnownLine)
  /** The plain key is known by this line. */
  | ({ readonly by: 'knownHosts' } & KnownLine)
  /** The user has just confirmed it. */
  | { readonly by: 'user' }
  /** It is the first key of this host: StrictHostKeyChecking is `accept-new` or `no`. */
  | { readonly by: 'firstUse' }
  /** NoHostAuthenticationForLocalhost: it wasn't checked. */
  | { readonly by: 'loopback' };

/** A line of known_hosts. `file` is the program's path for a line that a KnownHostsCommand has printed. */
interface KnownLine extends FileLine {
  /** The name by which it was found: the host's, `[host]:port`, or the HostKeyAlias. */
  readonly name: string;
}

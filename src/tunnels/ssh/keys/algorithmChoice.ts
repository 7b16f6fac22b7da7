// Selects the signature algorithm for a user's key, like key_sig_algorithm() in OpenSSH's sshconnect2.c.
import { isCertificate, withCertificate, withoutCertificate } from './publicKey';

/** RFC 8332, strongest first. The last one uses SHA-1. */
const rsaAlgorithms = ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'];

/** What a server says about itself. */
export interface ServerFacts {
  /** server-sig-algs (RFC 8308 §3.1), without certificates. undefined: not reported. */
  readonly algorithms: readonly string[] | undefined;
  /** What follows `SSH-2.0-` in its identification, such as `OpenSSH_9.2p1 Debian-2`. */
  readonly software: string;
}

export type AlgorithmChoice =
  | { readonly algorithm: string }
  /** The server doesn't support any algorithm for this type of key. */
  | { readonly none: 'server' }
  /** Adding this algorithm to PubkeyAcceptedAlgorithms would help. `sha1`: it is the only one that would. */
  | { readonly none: 'sha1' | 'config'; readonly add: string }
  /** The type is never used: DSA. */
  | { readonly none: 'type' };

/**
 * The algorithm to offer a key with. RSA with SHA-1 is chosen only if PubkeyAcceptedAlgorithms allows it, and for a
 * server that doesn't report its algorithms no other one is: it may not support RFC 8332.
 * @param type the type of the key or certificate
 * @param accepted PubkeyAcceptedAlgorithms, in its order. undefined: OpenSSH's default
 */
export function chooseAlgorithm(
  type: string,
  accepted: readonly string[] | undefined,
  server: ServerFacts,
): AlgorithmChoice {
  const plain = withoutCertificate(type);
  if (plain === 'ssh-dss') {
    return { none: 'type' };
  }
  if (plain !== 'ssh-rsa') {
    return accepted?.includes(type) === false ? { none: 'config', add: type } : { algorithm: type };
  }
  const full = (algorithm: string): string => (isCertificate(type) ? withCertificate(algorithm) : algorithm);
  const supported = supportedForRsa(isCertificate(type), server).map(full);
  const allowed = (accepted ?? ['rsa-sha2-512', 'rsa-sha2-256'].map(full)).filter((name) =>
    rsaAlgorithms.some((algorithm) => full(algorithm) === name),
  );
  const algorithm = allowed.find((name) => supported.includes(name));
  const [best] = supported;
  if (algorithm !== undefined) {
    return { algorithm };
  }
  return best === undefined ? { none: 'server' } : { none: isSha1(best) ? 'sha1' : 'config', add: best };
}

/** Whether signatures with this algorithm use SHA-1. */
export function isSha1(algorithm: string): boolean {
  return withoutCertificate(algorithm) === 'ssh-rsa';
}

/** Plain algorithms, strongest first. OpenSSH up to 7.7 reports them in part wrongly: compat.c, SSH_BUG_SIGTYPE. */
function supportedForRsa(forCertificate: boolean, { algorithms, software }: ServerFacts): readonly string[] {
  if (!algorithms || (forCertificate && /^OpenSSH_7\.[0-7]/.test(software))) {
    return ['ssh-rsa'];
  }
  const reported = software.startsWith('OpenSSH_7.4') ? ['rsa-sha2-256', 'rsa-sha2-512'] : algorithms;
  return rsaAlgorithms.filter((name) => reported.includes(name));
}

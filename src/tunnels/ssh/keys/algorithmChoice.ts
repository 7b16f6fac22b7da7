// Which signature algorithms to offer a key with: what PubkeyAcceptedAlgorithms allows and the server knows.
import { isCertificate, withCertificate, withoutCertificate } from './publicKey';

/** RFC 8332, the strongest first; `ssh-rsa` is SHA-1, for servers that know nothing else. */
const rsaAlgorithms = ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'];

/**
 * The algorithms to try, one after the other: key_sig_algorithm() in OpenSSH's sshconnect2.c. There is one at most,
 * except for RSA where the server has not said what it knows.
 * @param type of the key or certificate
 * @param accepted PubkeyAcceptedAlgorithms; undefined: the default, which is every one
 * @param known the server's server-sig-algs (RFC 8308 §3.1); undefined: it has not said
 */
export function algorithmsFor(
  type: string,
  accepted: readonly string[] | undefined,
  known: readonly string[] | undefined,
): readonly string[] {
  const isAccepted = (algorithm: string): boolean => accepted?.includes(algorithm) ?? true;
  if (withoutCertificate(type) !== 'ssh-rsa') {
    return [type].filter(isAccepted);
  }
  const full = (algorithm: string): string => (isCertificate(type) ? withCertificate(algorithm) : algorithm);
  const allowed = rsaAlgorithms.filter((algorithm) => isAccepted(full(algorithm)));
  const chosen = known
    ? allowed.filter((algorithm) => known.includes(algorithm)).slice(0, 1)
    : allowed.filter((algorithm, index) => index === 0 || algorithm === 'ssh-rsa');
  return chosen.map(full);
}

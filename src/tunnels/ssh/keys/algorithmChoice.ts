// Selects the signature algorithms for a key: those that PubkeyAcceptedAlgorithms allows and the server supports.
import { isCertificate, withCertificate, withoutCertificate } from './publicKey';

/** RFC 8332, strongest first. `ssh-rsa` uses SHA-1, for servers that support nothing else. */
const rsaAlgorithms = ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'];

/**
 * The algorithms to try in turn: key_sig_algorithm() in OpenSSH's sshconnect2.c. At most one, except for RSA if the
 * server hasn't reported what it supports.
 * @param type the type of the key or certificate
 * @param accepted PubkeyAcceptedAlgorithms. undefined: the default, which allows all
 * @param known the server's server-sig-algs (RFC 8308 §3.1). undefined: not reported
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

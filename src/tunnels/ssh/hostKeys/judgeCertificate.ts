// Judges a host's certificate by known_hosts, like check_host_key() of OpenSSH's sshconnect.c. Pure.
import type { RejectedCertificate } from '../../errors/ssh/hostCertificate';
import type { HostKeyProof } from '../../model/hostKey';
import { asciiLowerCase } from '../../util/glob';
import type { HostConfig } from '../config/hostConfig';
import { certificateFacts, certificateProblem } from './hostCertificate';
import type { HostCertificate } from './hostCertificate';
import { checkAuthority, lookupName } from './knownHosts';
import type { KnownHostsEntry } from './knownHostsLine';
import type { Revocation } from './revokedKeys';

export type CertificateVerdict =
  | { readonly verdict: 'proved'; readonly proof: Extract<HostKeyProof, { by: 'authority' }> }
  /** Only its plain key counts. */
  | { readonly verdict: 'rejected'; readonly rejected: RejectedCertificate }
  | ({ readonly verdict: 'revoked' } & Revocation);

/**
 * The principal that counts is the host's name without the port, or the HostKeyAlias.
 * @param portlessEntries where the name without the port is looked up: not in what a KnownHostsCommand has printed
 * @param now seconds since 1970
 */
export function judgeCertificate(
  certificate: HostCertificate,
  entries: readonly KnownHostsEntry[],
  portlessEntries: readonly KnownHostsEntry[],
  host: Pick<HostConfig, 'hostName' | 'port' | 'hostKeyAlias' | 'caSignatureAlgorithms'>,
  now: number,
): CertificateVerdict {
  const authority = checkAuthority(entries, lookupName(host), certificate, portlessEntries);
  const facts = certificateFacts(certificate);
  switch (authority.verdict) {
    case 'revoked':
      return authority;
    case 'unknown': {
      const { others } = authority;
      const problem = { kind: 'unknownAuthority', ...(others && { others }) } as const;
      return { verdict: 'rejected', rejected: { facts, problem } };
    }
    case 'known': {
      const { file, line, name } = authority;
      const principal = asciiLowerCase(host.hostKeyAlias ?? host.hostName);
      const problem = certificateProblem(certificate, principal, host.caSignatureAlgorithms, now);
      return problem
        ? { verdict: 'rejected', rejected: { facts, problem } }
        : { verdict: 'proved', proof: { by: 'authority', file, line, name } };
    }
  }
}

// What errors and questions say about the certificate of a host (OpenSSH's PROTOCOL.certkeys).
import { untranslated } from '../../../util/l10n';
import type { Localizer } from '../../../util/l10n';
import { onServer } from '../../explanation';
import type { Step } from '../../explanation';
import type { FileLine, KeyFacts } from './keyFacts';

/** What users compare of a host certificate. The texts are fit to be shown. JSON-serialisable. */
export interface CertificateFacts {
  readonly keyId: string;
  /** A 64-bit number in decimal digits. */
  readonly serial: string;
  /** The names for which it was issued. */
  readonly principals: readonly string[];
  /** Seconds since 1970, inclusive. Absent: no limit. */
  readonly validAfter?: number;
  /** Seconds since 1970, exclusive. Absent: no limit. */
  readonly validBefore?: number;
  /** The key that signed it. */
  readonly authority: KeyFacts;
}

/** Why a certificate doesn't prove that the server has its name. */
export type CertificateProblem =
  /** No `@cert-authority` line for the host has the key that signed it. `others`: the first line with another key. */
  | { readonly kind: 'unknownAuthority'; readonly others?: FileLine }
  | { readonly kind: 'notForHosts' | 'notYetValid' | 'expired' | 'noNames' }
  /** `name`: the one that was looked for. */
  | { readonly kind: 'otherNames'; readonly name: string }
  /** Critical options. */
  | { readonly kind: 'unknownOptions'; readonly options: readonly string[] }
  /** CASignatureAlgorithms doesn't have the algorithm. */
  | { readonly kind: 'signatureAlgorithm'; readonly algorithm: string };

/** A certificate that the server sent, and that wasn't accepted: only its plain key counts. */
export interface RejectedCertificate {
  readonly facts: CertificateFacts;
  readonly problem: CertificateProblem;
}

/** One sentence: which host, which certificate, and what is wrong with it. */
export function rejectedCertificateWords(
  host: string,
  { facts, problem }: RejectedCertificate,
  l10n: Localizer,
): string {
  const { keyId, authority } = facts;
  switch (problem.kind) {
    case 'unknownAuthority':
      return problem.others
        ? l10n.t(
            'The host certificate of {host} ("{keyId}") was signed by {type} {fingerprint}, not by the authority of {file}, line {line}.',
            {
              host,
              keyId,
              type: authority.type,
              fingerprint: authority.fingerprint,
              file: problem.others.file,
              line: problem.others.line,
            },
          )
        : l10n.t(
            'The host certificate of {host} ("{keyId}") was signed by {type} {fingerprint}, which is not a known authority for this host.',
            { host, keyId, type: authority.type, fingerprint: authority.fingerprint },
          );
    case 'notForHosts':
      return l10n.t('The certificate of {host} ("{keyId}") is for users, not for hosts.', { host, keyId });
    case 'notYetValid':
      return l10n.t('The host certificate of {host} ("{keyId}") is not valid before {date}.', {
        host,
        keyId,
        date: certificateTime(facts.validAfter),
      });
    case 'expired':
      return l10n.t('The host certificate of {host} ("{keyId}") expired on {date}.', {
        host,
        keyId,
        date: certificateTime(facts.validBefore),
      });
    case 'noNames':
      return l10n.t('The host certificate of {host} ("{keyId}") names no host.', { host, keyId });
    case 'otherNames':
      return l10n.t('The host certificate of {host} ("{keyId}") is for {names}, not for {name}.', {
        host,
        keyId,
        names: facts.principals.join(', '),
        name: problem.name,
      });
    case 'unknownOptions':
      return l10n.t('The host certificate of {host} ("{keyId}") has an unknown critical option: {options}.', {
        host,
        keyId,
        options: problem.options.join(', '),
      });
    case 'signatureAlgorithm':
      return l10n.t(
        'The host certificate of {host} ("{keyId}") was signed with {algorithm}, which CASignatureAlgorithms does not allow.',
        { host, keyId, algorithm: problem.algorithm },
      );
  }
}

/** What would make the certificate valid. @param canConfirm whether the user is asked to confirm the plain key */
export function certificateStep(
  { problem }: RejectedCertificate,
  canConfirm: boolean,
  l10n: Localizer,
): string {
  switch (problem.kind) {
    case 'unknownAuthority':
      return canConfirm
        ? l10n.t(
            "Ask your administrator for the authority's line in known_hosts (@cert-authority), or compare the fingerprint of the key.",
          )
        : l10n.t("Ask your administrator for the authority's line in known_hosts (@cert-authority).");
    case 'signatureAlgorithm':
      return l10n.t('Ask your administrator for a host certificate that is signed with another algorithm.');
    case 'notYetValid':
      return l10n.t("Check this machine's clock, or ask your administrator for a new certificate.");
    case 'expired':
    case 'notForHosts':
    case 'noNames':
    case 'otherNames':
    case 'unknownOptions':
      return l10n.t('Ask your administrator to give the host a new certificate.');
  }
}

/** In UTC, as `2026-12-01 02:30 UTC`. */
export function certificateTime(seconds: number | undefined): string {
  const date = new Date((seconds ?? 0) * 1000);
  // A time beyond the year 275760 can't be written as a date.
  return Number.isNaN(date.getTime())
    ? String(seconds)
    : date
        .toISOString()
        .replace('T', ' ')
        .replace(/:\d\d\.\d+Z$/, ' UTC');
}

export function showCertificate(host: string, l10n: Localizer): Step {
  return onServer(
    l10n.t('This shows the certificates of {host}, on its own console, with their names and dates:', {
      host,
    }),
    untranslated`for cert in /etc/ssh/*-cert.pub; do ssh-keygen -Lf "$cert"; done`,
  );
}

// Errors when a host key is not accepted.
import { untranslated } from '../../util/l10n';
import type { Localizer } from '../../util/l10n';
import { here, onServer } from '../explanation';
import type { Explanation, Reported, TextsByCode } from '../explanation';
import { word } from '../shellCommands';
import { rejectedCertificateWords, showCertificate } from './hostCertificate';
import type { CertificateFacts, RejectedCertificate } from './hostCertificate';
import { explainUnusableSource, unusableSourceWords } from './hostKeySource';
import type { HostKeySourceUnusable } from './hostKeySource';
import type { FileLine, KeyFacts } from './keyFacts';
import { explainUnknownKey, showFingerprints, unknownKeyWords } from './unknownHostKey';
import type { InvalidCertificate, UnknownKey } from './unknownHostKey';

export type HostKeyError = Reported &
  (UnknownKey | InvalidCertificate | HostKeySourceUnusable | HostKeyChanged | HostKeyRevoked);

interface HostKeyChanged {
  readonly code: 'HostKeyChanged';
  readonly host: string;
  readonly key: KeyFacts;
  /** Absent: the server changed it during the connection. */
  readonly known?: KeyFacts & FileLine;
  readonly rejected?: RejectedCertificate;
}

interface HostKeyRevoked {
  readonly code: 'HostKeyRevoked';
  readonly host: string;
  readonly key: KeyFacts;
  readonly file: string;
  /** Absent: the file is a binary list (KRL), which has no lines. */
  readonly line?: number;
  /** It isn't the key that is revoked, but its certificate or the authority that signed it. */
  readonly certificate?: RevokedCertificate;
}

interface RevokedCertificate {
  readonly what: 'certificate' | 'authority';
  readonly facts: CertificateFacts;
}

/** @param known undefined: the server changed it during the connection */
export function hostKeyChanged(
  host: string,
  key: KeyFacts,
  known: (KeyFacts & FileLine) | undefined,
  rejected?: RejectedCertificate,
): HostKeyError {
  const error = { code: 'HostKeyChanged', host, key, ...(rejected && { rejected }) } as const;
  if (!known) {
    return error;
  }
  const { type, fingerprint, file, line } = known;
  return { ...error, known: { type, fingerprint, file, line } };
}

/**
 * @param line undefined: the file is a binary list (KRL), which has no lines
 * @param certificate undefined: the key itself is revoked
 */
export function hostKeyRevoked(
  host: string,
  key: KeyFacts,
  file: string,
  line: number | undefined,
  certificate?: RevokedCertificate,
): HostKeyError {
  return {
    code: 'HostKeyRevoked',
    host,
    key,
    file,
    ...(line === undefined ? {} : { line }),
    ...(certificate && { certificate }),
  };
}

export const hostKeyTexts: TextsByCode<HostKeyError> = {
  HostKeyUnknown: {
    words: (error, l10n) =>
      'host' in error ? unknownKeyWords(error, l10n) : unusableSourceWords(error, l10n),
    explain: (error, circumstances, l10n) =>
      'host' in error
        ? explainUnknownKey(error, circumstances, l10n)
        : explainUnusableSource(error, circumstances, l10n),
  },

  HostKeyChanged: {
    words: ({ host, key, known, rejected }, l10n) => {
      const facts = { host, type: key.type, fingerprint: key.fingerprint };
      const words = known
        ? {
            message: l10n.t(
              'The host key of {host} has changed: it sent {type} {fingerprint}, but {file}, line {line}, has {knownType} {knownFingerprint}.',
              {
                ...facts,
                file: known.file,
                line: known.line,
                knownType: known.type,
                knownFingerprint: known.fingerprint,
              },
            ),
            nextStep: l10n.t(
              'Ask your administrator whether the key was replaced, because someone may be intercepting the connection; only then remove that line.',
            ),
          }
        : {
            message: l10n.t(
              'The host key of {host} has changed: it sent {type} {fingerprint}, not the one that it had before.',
              facts,
            ),
            nextStep: l10n.t(
              'Ask your administrator whether the key was replaced, because someone may be intercepting the connection.',
            ),
          };
      return rejected
        ? { ...words, message: `${rejectedCertificateWords(host, rejected, l10n)} ${words.message}` }
        : words;
    },
    explain: ({ host, known }, circumstances, l10n): Explanation => {
      const { platform } = circumstances;
      const file = known ? untranslated` -f ${word(known.file, platform)}` : '';
      const remove = untranslated`ssh-keygen -R ${word(host, platform)}${file}`;
      return {
        steps: [
          here(
            l10n.t(
              "Don't connect to this host, with any program, until you know why: someone may be intercepting the connection.",
            ),
          ),
          showFingerprints(host, l10n),
          here(
            known
              ? l10n.t(
                  'Only if the key was replaced on purpose, remove the old one from {file}, line {line}. You are then asked to confirm the new one.',
                  { file: known.file, line: known.line },
                )
              : l10n.t(
                  'Only if the key was replaced on purpose, remove the old one from known_hosts. You are then asked to confirm the new one.',
                ),
            remove,
          ),
        ],
        actions: ['openFile', 'tryAgain', 'showLog'],
      };
    },
  },

  HostKeyRevoked: {
    words: (error, l10n) => ({
      message: error.certificate
        ? revokedCertificateWords(error, error.certificate, l10n)
        : revokedKeyWords(error, l10n),
      nextStep: error.certificate
        ? l10n.t(
            "Ask your administrator for a new host certificate, and don't connect until the host has it.",
          )
        : l10n.t("Ask your administrator for the new key, and don't connect until you have it."),
    }),
    explain: ({ host, file, line, certificate }, _circumstances, l10n) => ({
      steps: [
        here(
          line === undefined
            ? l10n.t("Don't connect: {file} says that this key is compromised.", { file })
            : l10n.t("Don't connect: {file}, line {line} says that this key is compromised.", { file, line }),
        ),
        certificate
          ? showCertificate(host, l10n)
          : onServer(
              l10n.t('Ask the administrator of {host} for a new host key. This command creates one:', {
                host,
              }),
              untranslated`sudo ssh-keygen -A`,
            ),
      ],
      actions: ['openFile', 'tryAgain'],
    }),
  },
};

function revokedKeyWords(
  { host, key: { type, fingerprint }, file, line }: HostKeyRevoked,
  l10n: Localizer,
): string {
  const facts = { host, type, fingerprint, file };
  return line === undefined
    ? l10n.t('The host key of {host}, {type} {fingerprint}, is marked as revoked in {file}.', facts)
    : l10n.t('The host key of {host}, {type} {fingerprint}, is marked as revoked in {file}, line {line}.', {
        ...facts,
        line,
      });
}

function revokedCertificateWords(
  { host, file, line }: HostKeyRevoked,
  { what, facts: { keyId, serial, authority } }: RevokedCertificate,
  l10n: Localizer,
): string {
  const { type, fingerprint } = authority;
  if (what === 'certificate') {
    // Only a binary list revokes a certificate.
    return l10n.t(
      'The host certificate of {host} ("{keyId}", serial {serial}, signed by {type} {fingerprint}) is revoked in {file}.',
      { host, keyId, serial, type, fingerprint, file },
    );
  }
  return line === undefined
    ? l10n.t(
        'The host certificate of {host} ("{keyId}") was signed by a revoked authority: {type} {fingerprint}, in {file}.',
        { host, keyId, type, fingerprint, file },
      )
    : l10n.t(
        'The host certificate of {host} ("{keyId}") was signed by a revoked authority: {type} {fingerprint}, in {file}, line {line}.',
        { host, keyId, type, fingerprint, file, line },
      );
}

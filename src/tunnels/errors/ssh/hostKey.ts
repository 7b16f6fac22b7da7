// Errors when a host key is not accepted.
import { untranslated } from '../../util/l10n';
import type { Localizer } from '../../util/l10n';
import { here, onServer } from '../explanation';
import type { Circumstances, ErrorWords, Explanation, Reported, Step, TextsByCode } from '../explanation';
import { sshArguments, word } from '../shellCommands';
import { explainUnusableSource, unusableSourceWords } from './hostKeySource';
import type { HostKeySourceUnusable } from './hostKeySource';

/** What users compare of a key. */
export interface KeyFacts {
  readonly type: string;
  /** `SHA256:…` */
  readonly fingerprint: string;
}

/** A line of a file of host keys, counted from 1. */
export interface FileLine {
  readonly file: string;
  readonly line: number;
}

export type HostKeyError = Reported & (UnknownKey | HostKeySourceUnusable | HostKeyChanged | HostKeyRevoked);

interface UnknownKey {
  readonly code: 'HostKeyUnknown';
  /**
   * unconfirmed: the user has not confirmed it. notSaved: there is no file to save it in, so the user isn't asked.
   * strict: StrictHostKeyChecking is "yes", so the user isn't asked.
   */
  readonly reason: UnknownKeyReason;
  readonly host: string;
  readonly key: KeyFacts;
  readonly unchecked?: UncheckedProofs;
}

type UnknownKeyReason = 'unconfirmed' | 'notSaved' | 'strict';

/** What else ssh would judge a host by, which isn't checked here. */
export interface UncheckedProofs {
  /** The first `@cert-authority` line for the host. */
  readonly authority?: FileLine;
  /** VerifyHostKeyDNS is set. */
  readonly dns?: boolean;
}

interface HostKeyChanged {
  readonly code: 'HostKeyChanged';
  readonly host: string;
  readonly key: KeyFacts;
  /** Absent: the server changed it during the connection. */
  readonly known?: KeyFacts & FileLine;
}

interface HostKeyRevoked {
  readonly code: 'HostKeyRevoked';
  readonly host: string;
  readonly key: KeyFacts;
  readonly file: string;
  /** Absent: the file is a binary list (KRL), which has no lines. */
  readonly line?: number;
}

export function hostKeyUnknown(
  host: string,
  key: KeyFacts,
  reason: UnknownKeyReason,
  unchecked?: UncheckedProofs,
): HostKeyError {
  return { code: 'HostKeyUnknown', reason, host, key, ...(unchecked && { unchecked }) };
}

/** @param known undefined: the server changed it during the connection */
export function hostKeyChanged(
  host: string,
  key: KeyFacts,
  known: (KeyFacts & FileLine) | undefined,
): HostKeyError {
  if (!known) {
    return { code: 'HostKeyChanged', host, key };
  }
  const { type, fingerprint, file, line } = known;
  return { code: 'HostKeyChanged', host, key, known: { type, fingerprint, file, line } };
}

/** @param line undefined: the file is a binary list (KRL), which has no lines */
export function hostKeyRevoked(
  host: string,
  key: KeyFacts,
  file: string,
  line: number | undefined,
): HostKeyError {
  return { code: 'HostKeyRevoked', host, key, file, ...(line === undefined ? {} : { line }) };
}

export const hostKeyTexts: TextsByCode<HostKeyError> = {
  HostKeyUnknown: {
    words: (error, l10n) => ('key' in error ? unknownWords(error, l10n) : unusableSourceWords(error, l10n)),
    explain: (error, circumstances, l10n) =>
      'key' in error
        ? explainUnknown(error, circumstances, l10n)
        : explainUnusableSource(error, circumstances, l10n),
  },

  HostKeyChanged: {
    words: ({ host, key, known }, l10n) => {
      const facts = { host, type: key.type, fingerprint: key.fingerprint };
      return known
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
    words: ({ host, key: { type, fingerprint }, file, line }, l10n) => ({
      message:
        line === undefined
          ? l10n.t('The host key of {host}, {type} {fingerprint}, is marked as revoked in {file}.', {
              host,
              type,
              fingerprint,
              file,
            })
          : l10n.t(
              'The host key of {host}, {type} {fingerprint}, is marked as revoked in {file}, line {line}.',
              { host, type, fingerprint, file, line },
            ),
      nextStep: l10n.t("Ask your administrator for the new key, and don't connect until you have it."),
    }),
    explain: ({ host, file, line }, _circumstances, l10n) => ({
      steps: [
        here(
          line === undefined
            ? l10n.t("Don't connect: {file} says that this key is compromised.", { file })
            : l10n.t("Don't connect: {file}, line {line} says that this key is compromised.", { file, line }),
        ),
        onServer(
          l10n.t('Ask the administrator of {host} for a new host key. This command creates one:', { host }),
          untranslated`sudo ssh-keygen -A`,
        ),
      ],
      actions: ['openFile', 'tryAgain'],
    }),
  },
};

function unknownWords(error: UnknownKey, l10n: Localizer): ErrorWords {
  const { authority, dns } = error.unchecked ?? {};
  const words = authority ? certifiedWords(error, authority, l10n) : unknownKeyWords(error, l10n);
  if (dns !== true) {
    return words;
  }
  const notLookedUp = l10n.t('VerifyHostKeyDNS is not used here: the key was not looked up in DNS.');
  return { ...words, message: `${words.message} ${notLookedUp}` };
}

/** The host may have a certificate. */
function certifiedWords(
  { reason, host, key: { type, fingerprint } }: UnknownKey,
  { file, line }: FileLine,
  l10n: Localizer,
): ErrorWords {
  const nextSteps: Readonly<Record<UnknownKeyReason, () => string>> = {
    unconfirmed: () =>
      l10n.t(
        'Compare the fingerprint through ssh, which checks the certificate, then start the tunnel and answer the question.',
      ),
    strict: () =>
      l10n.t(
        'Add the key to your known_hosts after you have read it through ssh, which checks the certificate, or set StrictHostKeyChecking to "ask".',
      ),
    notSaved: () => saveStep(l10n),
  };
  return {
    message: l10n.t(
      '{host} is known by a certificate authority ({file}, line {line}), but host certificates are not checked here yet, and its key {type} {fingerprint} is unknown.',
      { host, file, line, type, fingerprint },
    ),
    nextStep: nextSteps[reason](),
  };
}

function saveStep(l10n: Localizer): string {
  return l10n.t('Set UserKnownHostsFile in your SSH config to a file, so that you can confirm the key.');
}

function unknownKeyWords(error: UnknownKey, l10n: Localizer): ErrorWords {
  switch (error.reason) {
    case 'unconfirmed':
      return {
        message: l10n.t('{host} has an unknown host key: {type} {fingerprint}.', {
          host: error.host,
          type: error.key.type,
          fingerprint: error.key.fingerprint,
        }),
        nextStep: l10n.t(
          'Compare the fingerprint with the one from your administrator, then start the tunnel and answer the question.',
        ),
      };
    case 'notSaved':
      return {
        message: l10n.t(
          '{host} has an unknown host key, {type} {fingerprint}, and there is no file to save it in (UserKnownHostsFile none).',
          { host: error.host, type: error.key.type, fingerprint: error.key.fingerprint },
        ),
        nextStep: saveStep(l10n),
      };
    case 'strict':
      return {
        message: l10n.t(
          '{host} has an unknown host key, {type} {fingerprint}, and StrictHostKeyChecking is "yes", so you are not asked to confirm it.',
          { host: error.host, type: error.key.type, fingerprint: error.key.fingerprint },
        ),
        nextStep: l10n.t(
          'Compare the fingerprint and add the key to your known_hosts, or set StrictHostKeyChecking to "ask".',
        ),
      };
  }
}

/** Through the connection of ssh, which has checked the certificate. */
function showCertified(circumstances: Circumstances, host: string, l10n: Localizer): Step {
  return here(
    l10n.t("Print the keys of the server through ssh, which checks the host's certificate:"),
    untranslated`ssh ${sshArguments(circumstances, host)} "cat /etc/ssh/ssh_host_*_key.pub"`,
  );
}

function explainUnknown(
  { host, unchecked = {} }: UnknownKey,
  circumstances: Circumstances,
  l10n: Localizer,
): Explanation {
  return {
    steps: [
      unchecked.authority ? showCertified(circumstances, host, l10n) : showFingerprints(host, l10n),
      ...(unchecked.dns === true
        ? [
            here(
              l10n.t('Or connect once with ssh, which looks the key up in DNS, and let it save the key:'),
              untranslated`ssh -o VerifyHostKeyDNS=ask -o StrictHostKeyChecking=ask ${sshArguments(circumstances, host)}`,
            ),
          ]
        : []),
      here(l10n.t('Confirm the key only if every character of the fingerprint is the same.')),
    ],
    actions: ['answer', 'tryAgain'],
  };
}

/** Only the server's console or its administrator can confirm the key: the connection itself may be intercepted. */
function showFingerprints(host: string, l10n: Localizer): Step {
  return onServer(
    l10n.t('Ask the administrator of {host} for its fingerprints, or run this on its own console:', { host }),
    untranslated`for key in /etc/ssh/ssh_host_*_key.pub; do ssh-keygen -lf "$key"; done`,
  );
}

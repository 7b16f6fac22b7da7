// Errors about a host key that nothing confirms: it is not in known_hosts, and no certificate proves it.
import { untranslated } from '../../../util/l10n';
import type { Localizer } from '../../../util/l10n';
import { here, onServer } from '../../explanation';
import type { Circumstances, ErrorWords, Explanation, Reported, Step } from '../../explanation';
import { sshArguments } from '../../shellCommands';
import { certificateStep, rejectedCertificateWords, showCertificate } from './hostCertificate';
import type { RejectedCertificate } from './hostCertificate';
import type { FileLine, KeyFacts } from './keyFacts';

export interface UnknownKey extends UnknownKeyContext {
  readonly code: 'HostKeyUnknown';
  /**
   * unconfirmed: the user has not confirmed it. notSaved: there is no file to save it in, so the user isn't asked.
   * strict: StrictHostKeyChecking is "yes", so the user isn't asked. notAllowed: HostKeyAlgorithms has no algorithm for
   * the plain key of a certificate that was rejected.
   */
  readonly reason: UnknownKeyReason;
  readonly host: string;
  readonly key: KeyFacts;
}

type UnknownKeyReason = 'unconfirmed' | 'notSaved' | 'strict' | 'notAllowed';

/** What else is known about the host, beside the key. */
export interface UnknownKeyContext {
  /** The certificate of the key, which doesn't prove it. */
  readonly rejected?: RejectedCertificate;
  /** The first `@cert-authority` line for the host, which has sent no certificate. */
  readonly authority?: FileLine;
  /** VerifyHostKeyDNS is set, which isn't used here. */
  readonly dns?: boolean;
}

/** The server's certificate is malformed, or its signature is wrong. */
export interface InvalidCertificate {
  readonly code: 'HostKeyUnknown';
  readonly reason: 'certificateInvalid';
  readonly host: string;
  /** `ssh-ed25519-cert-v01@openssh.com` */
  readonly type: string;
}

export function hostKeyUnknown(
  host: string,
  key: KeyFacts,
  reason: Exclude<UnknownKeyReason, 'notAllowed'>,
  context: UnknownKeyContext = {},
): UnknownKey {
  return { code: 'HostKeyUnknown', reason, host, key, ...context };
}

export function hostKeyNotAllowed(host: string, key: KeyFacts, rejected: RejectedCertificate): UnknownKey {
  return { code: 'HostKeyUnknown', reason: 'notAllowed', host, key, rejected };
}

export function hostCertificateInvalid(host: string, type: string): InvalidCertificate {
  return { code: 'HostKeyUnknown', reason: 'certificateInvalid', host, type };
}

type UnknownHostKey = Reported & (UnknownKey | InvalidCertificate);

export function unknownKeyWords(error: UnknownHostKey, l10n: Localizer): ErrorWords {
  if (error.reason === 'certificateInvalid') {
    return {
      message: l10n.t(
        'The host certificate of {host} ({type}) is damaged, or its signature by the authority is wrong.',
        { host: error.host, type: error.type },
      ),
      nextStep: l10n.t('Ask your administrator to give the host a new certificate.'),
    };
  }
  const words = error.rejected
    ? rejectedWords(error, error.rejected, l10n)
    : error.authority
      ? uncertifiedWords(error, error.authority, l10n)
      : plainWords(error, l10n);
  if (error.dns !== true) {
    return words;
  }
  const notLookedUp = l10n.t('VerifyHostKeyDNS is not used here: the key was not looked up in DNS.');
  return { ...words, message: `${words.message} ${notLookedUp}` };
}

function rejectedWords(error: UnknownKey, rejected: RejectedCertificate, l10n: Localizer): ErrorWords {
  const certificate = rejectedCertificateWords(error.host, rejected, l10n);
  const key =
    error.reason === 'notAllowed'
      ? l10n.t('HostKeyAlgorithms does not allow its key without a certificate, {type} {fingerprint}.', {
          type: error.key.type,
          fingerprint: error.key.fingerprint,
        })
      : l10n.t('Its key, {type} {fingerprint}, is unknown.', {
          type: error.key.type,
          fingerprint: error.key.fingerprint,
        });
  return {
    message: `${certificate} ${key}`,
    nextStep:
      error.reason === 'notSaved'
        ? saveStep(l10n)
        : certificateStep(rejected, error.reason === 'unconfirmed', l10n),
  };
}

/** The host should have a certificate. */
function uncertifiedWords(
  { reason, host, key: { type, fingerprint } }: UnknownKey,
  { file, line }: FileLine,
  l10n: Localizer,
): ErrorWords {
  return {
    message: l10n.t(
      '{host} is known by a certificate authority ({file}, line {line}), but it sent no certificate, and its key {type} {fingerprint} is unknown.',
      { host, file, line, type, fingerprint },
    ),
    nextStep:
      reason === 'notSaved'
        ? saveStep(l10n)
        : l10n.t('Ask your administrator why the host has no certificate, and compare the fingerprint.'),
  };
}

function saveStep(l10n: Localizer): string {
  return l10n.t('Set UserKnownHostsFile in your SSH config to a file, so that you can confirm the key.');
}

function plainWords({ reason, host, key }: UnknownKey, l10n: Localizer): ErrorWords {
  const facts = { host, type: key.type, fingerprint: key.fingerprint };
  switch (reason) {
    // Of a certificate only.
    case 'notAllowed':
    case 'unconfirmed':
      return {
        message: l10n.t('{host} has an unknown host key: {type} {fingerprint}.', facts),
        nextStep: l10n.t(
          'Compare the fingerprint with the one from your administrator, then start the tunnel and answer the question.',
        ),
      };
    case 'notSaved':
      return {
        message: l10n.t(
          '{host} has an unknown host key, {type} {fingerprint}, and there is no file to save it in (UserKnownHostsFile none).',
          facts,
        ),
        nextStep: saveStep(l10n),
      };
    case 'strict':
      return {
        message: l10n.t(
          '{host} has an unknown host key, {type} {fingerprint}, and StrictHostKeyChecking is "yes", so you are not asked to confirm it.',
          facts,
        ),
        nextStep: l10n.t(
          'Compare the fingerprint and add the key to your known_hosts, or set StrictHostKeyChecking to "ask".',
        ),
      };
  }
}

export function explainUnknownKey(
  error: UnknownHostKey,
  circumstances: Circumstances,
  l10n: Localizer,
): Explanation {
  const { host } = error;
  if (error.reason === 'certificateInvalid') {
    return { steps: [showCertificate(host, l10n)], actions: ['tryAgain', 'showLog'] };
  }
  const confirm = here(l10n.t('Confirm the key only if every character of the fingerprint is the same.'));
  return {
    steps: [
      ...(error.rejected || error.authority ? [showCertificate(host, l10n)] : []),
      ...(error.reason === 'notAllowed' ? [] : [showFingerprints(host, l10n)]),
      ...(error.dns === true
        ? [
            here(
              l10n.t('Or connect once with ssh, which looks the key up in DNS, and let it save the key:'),
              untranslated`ssh -o VerifyHostKeyDNS=ask -o StrictHostKeyChecking=ask ${sshArguments(circumstances, host)}`,
            ),
          ]
        : []),
      ...(error.reason === 'notAllowed' ? [] : [confirm]),
    ],
    actions: ['answer', 'tryAgain'],
  };
}

/** Only the server's console or its administrator can confirm the key: the connection itself may be intercepted. */
export function showFingerprints(host: string, l10n: Localizer): Step {
  return onServer(
    l10n.t('Ask the administrator of {host} for its fingerprints, or run this on its own console:', { host }),
    untranslated`for key in /etc/ssh/ssh_host_*_key.pub; do ssh-keygen -lf "$key"; done`,
  );
}

// Errors when a host key is not accepted.
import type { TunnelError } from './errors';
import { failure } from './errors';

/** What users compare of a key. */
export interface KeyFacts {
  readonly type: string;
  /** `SHA256:…` */
  readonly fingerprint: string;
}

export function hostKeyUnknown(host: string, key: KeyFacts): TunnelError {
  return failure(
    'HostKeyUnknown',
    `${host} has an unknown host key: ${key.type} ${key.fingerprint}.`,
    'Compare the fingerprint with the one from your administrator, then start the tunnel and answer the question.',
    undefined,
    { host },
  );
}

/** An unknown host key that the user is not asked about. @param why a clause: "StrictHostKeyChecking is yes" */
export function hostKeyRefused(host: string, key: KeyFacts, why: string, nextStep: string): TunnelError {
  return failure(
    'HostKeyUnknown',
    `${host} has an unknown host key, ${key.type} ${key.fingerprint}, and ${why}.`,
    nextStep,
    undefined,
    { host },
  );
}

export function hostKeyChanged(
  host: string,
  offered: KeyFacts,
  known: (KeyFacts & { readonly file: string; readonly line: number }) | undefined,
): TunnelError {
  const before = known
    ? `, but ${known.file}, line ${known.line}, has ${known.type} ${known.fingerprint}`
    : ', not the one that it had before';
  return failure(
    'HostKeyChanged',
    `The host key of ${host} has changed: it sent ${offered.type} ${offered.fingerprint}${before}.`,
    `Ask your administrator whether the key was replaced, because someone may be intercepting the connection${known ? '; only then remove that line' : ''}.`,
    undefined,
    { host, ...(known ? { file: known.file, line: known.line } : {}) },
  );
}

/** @param line undefined: the file is a binary list (KRL), which has no lines */
export function hostKeyRevoked(
  host: string,
  key: KeyFacts,
  file: string,
  line: number | undefined,
): TunnelError {
  const location = line === undefined ? file : `${file}, line ${line}`;
  return failure(
    'HostKeyRevoked',
    `The host key of ${host}, ${key.type} ${key.fingerprint}, is marked as revoked in ${location}.`,
    "Ask your administrator for the new key, and don't connect until you have it.",
    undefined,
    { host, file, ...(line === undefined ? {} : { line }) },
  );
}

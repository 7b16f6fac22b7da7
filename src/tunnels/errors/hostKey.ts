// Why a host key is not taken.
import type { TunnelError } from './errors';
import { failure } from './errors';

/** A key as people compare it. */
export interface KeyFacts {
  readonly type: string;
  /** `SHA256:…` */
  readonly fingerprint: string;
}

export function hostKeyUnknown(host: string, key: KeyFacts): TunnelError {
  return failure(
    'HostKeyUnknown',
    `The host key of ${host} is not known yet: ${key.type} ${key.fingerprint}.`,
    'Compare the fingerprint with the one your administrator gave you, then start the tunnel and answer the question.',
    undefined,
    { host },
  );
}

/** And nobody is asked about it, either. @param why a clause: "StrictHostKeyChecking is yes" */
export function hostKeyRefused(host: string, key: KeyFacts, why: string, nextStep: string): TunnelError {
  return failure(
    'HostKeyUnknown',
    `The host key of ${host}, ${key.type} ${key.fingerprint}, is not known, and ${why}.`,
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
    : ', which is not the one that it showed before';
  return failure(
    'HostKeyChanged',
    `The host key of ${host} has changed: it offers ${offered.type} ${offered.fingerprint}${before}.`,
    `Ask your administrator whether the key was replaced, as somebody may be listening in${known ? ', and only then remove that line' : ''}.`,
    undefined,
    { host, ...(known ? { file: known.file, line: known.line } : {}) },
  );
}

/** @param line undefined: the file has no lines */
export function hostKeyRevoked(
  host: string,
  key: KeyFacts,
  file: string,
  line: number | undefined,
): TunnelError {
  const place = line === undefined ? file : `${file}, line ${line}`;
  return failure(
    'HostKeyRevoked',
    `The host key of ${host}, ${key.type} ${key.fingerprint}, is marked as revoked in ${place}.`,
    'Ask your administrator for the new key, and do not connect before.',
    undefined,
    { host, file, ...(line === undefined ? {} : { line }) },
  );
}

// What errors say about the certificate of a host (OpenSSH's PROTOCOL.certkeys).
import type { KeyFacts } from './hostKey';

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

// What errors and questions say about a key, and where it is written.

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

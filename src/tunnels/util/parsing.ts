// Shared by the parsers: their result type, and records.
import type { Message } from './l10n';

/** Why a text is invalid: a sentence for a message or an input box, and the offset of the fault. */
export interface SyntaxProblem {
  readonly message: Message;
  /** Offset in UTF-16 units, as editors count; the text's length if something is missing at the end. */
  readonly at: number;
}
export type Parsed<T> = { readonly value: T } | { readonly error: SyntaxProblem };

/** Thrown by `fail`, caught by `attempt`; never leaves it. */
class SyntaxFault extends Error {
  readonly problem: SyntaxProblem;

  constructor(problem: SyntaxProblem) {
    super(problem.message.text);
    this.name = 'SyntaxFault';
    this.problem = problem;
  }
}

/** Ends the current parse with an error. Only inside `attempt`. */
export function fail(message: Message, at: number): never {
  throw new SyntaxFault({ message, at });
}

/** Runs a parser that may call `fail`. */
export function attempt<T>(parse: () => T): Parsed<T> {
  try {
    return { value: parse() };
  } catch (fault) {
    if (fault instanceof SyntaxFault) {
      return { error: fault.problem };
    }
    throw fault;
  }
}

/** The first `most` entries of a record, and the number of all. */
export function entriesUpTo(
  most: number,
  record: Readonly<Record<string, unknown>>,
): { readonly count: number; readonly entries: readonly (readonly [key: string, value: unknown])[] } {
  const keys = Object.keys(record);
  return { count: keys.length, entries: keys.slice(0, most).map((key) => [key, record[key]]) };
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

// Shared by the parsers: their result type, and how messages quote and describe values.
import { replaceHidden } from './untrustedText';
import { deferred as l10n } from './l10n';
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

/** The text in quotes, on one line, shortened; invisible characters are escaped. */
export function quote(text: string): string {
  return replaceHidden(
    JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text),
    (character) => `\\u{${character.codePointAt(0)?.toString(16) ?? ''}}`,
  );
}

/** A syntax problem as a sentence that quotes the text at fault, only once. */
export function asSentence(text: string, { message }: SyntaxProblem): Message {
  const quoted = quote(text);
  return Object.values(message.args ?? {}).includes(quoted)
    ? message
    : l10n.t('{text}: {problem}', { text: quoted, problem: message });
}

/** A JSON value for a message, in JSON's own notation. */
export function describeValue(value: unknown): string {
  if (typeof value === 'string') {
    return quote(value);
  }
  if (Array.isArray(value)) {
    return '[…]';
  }
  return typeof value === 'object' && value !== null ? '{…}' : String(value);
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

// What the parsers of this folder share: their result, and how a sentence names a value.
import { allHidden } from './invisibleCharacters';

/** Why a text could not be read: a clause for a sentence or an input box, and the place of what is wrong. */
export interface SyntaxProblem {
  readonly message: string;
  /** Offset in the text, in UTF-16 units, as editors count; its length where something is missing at the end. */
  readonly at: number;
}
export type Parsed<T> = { readonly value: T } | { readonly error: SyntaxProblem };

/** Never leaves `attempt`. */
class SyntaxFault extends Error {
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.name = 'SyntaxFault';
    this.at = at;
  }
}

/** Ends the parse under way. Only inside of `attempt`. */
export function fail(message: string, at: number): never {
  throw new SyntaxFault(message, at);
}

export function attempt<T>(parse: () => T): Parsed<T> {
  try {
    return { value: parse() };
  } catch (fault) {
    if (fault instanceof SyntaxFault) {
      return { error: { message: fault.message, at: fault.at } };
    }
    throw fault;
  }
}

/** The value in quotes, on one line, shortened; what can't be seen is written as an escape. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text).replace(
    allHidden,
    (character) => `\\u{${character.codePointAt(0)?.toString(16) ?? ''}}`,
  );
}

/** A syntax problem as a sentence that names the text at fault, once. */
export function asSentence(text: string, { message }: SyntaxProblem): string {
  return message.startsWith(quote(text)) ? `${message}.` : `${quote(text)}: ${message}.`;
}

/** A JSON value in a few words. */
export function describeValue(value: unknown): string {
  if (typeof value === 'string') {
    return quote(value);
  }
  if (Array.isArray(value)) {
    return 'a list';
  }
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}

/** The entries of a record if there are not more than so many; of a million, only their number is worked out. */
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

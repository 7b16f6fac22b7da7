// What the parsers of this folder share: their result, and how a sentence names a value.

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

/**
 * Control characters, and what makes a line look like another one: line separators, bidirectional overrides.
 * A list that a person consents to must not hold any.
 */
const hidden = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

/** Offset of the first control character, or -1. */
export function findHidden(text: string): number {
  return text.search(hidden);
}

/** The value in quotes, on one line, shortened. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
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

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

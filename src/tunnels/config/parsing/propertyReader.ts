// Reads typed values from a JSON object and reports those that are invalid.
import type { DefinitionProblem, ProblemFix } from '../definition';
import { findHidden } from '../../util/untrustedText';
import { deferred as l10n } from '../../util/l10n';
import type { Message } from '../../util/l10n';
import { looksLikePassword, quote, unquoted } from '../../util/shown';
import type { Shown } from '../../util/shown';
import type { JsonPath } from '../../util/jsonPath';
import { noVariables } from './hosts';
import type { KnownKey } from './tunnelKeys';

/** @param at offset of the fault in the string at `path`; absent: the whole value */
export type Report = (path: JsonPath, message: Message, at?: number, fix?: ProblemFix) => void;

/** Why a single-line text for display is invalid, as a sentence; undefined: valid. */
export function textFault(text: string, longest: number): Message | undefined {
  if (text.length > longest) {
    return l10n.t('It is longer than {longest} characters.', { longest });
  }
  if (text.trim() === '') {
    return l10n.t('It is empty.');
  }
  if (findHidden(text) >= 0) {
    return l10n.t('It contains a control character or an invisible character.');
  }
  return text.includes('${') ? noVariables : undefined;
}

/** As textFault(), for a name: names that look the same must be the same. */
export function nameFault(name: string, longest: number): Message | undefined {
  const fault = textFault(name, longest);
  if (fault !== undefined) {
    return fault;
  }
  if (/^\s|\s\s|\s$|[^\S ]/.test(name)) {
    return l10n.t('Words must be separated by single spaces.');
  }
  if (name !== name.normalize('NFC')) {
    return l10n.t('A letter with an accent must be one character (NFC).');
  }
  return looksLikePassword(name) ? l10n.t('It looks as if it contained a password.') : undefined;
}

/** Each method returns undefined if the key is absent, or if its value is invalid, which is then reported. */
export class PropertyReader {
  readonly #record: Readonly<Record<string, unknown>>;
  readonly #path: JsonPath;
  readonly #report: Report;

  constructor(record: Readonly<Record<string, unknown>>, path: JsonPath, report: Report) {
    this.#record = record;
    this.#path = path;
    this.#report = report;
  }

  has(key: string): boolean {
    return Object.hasOwn(this.#record, key);
  }

  value(key: string): unknown {
    return this.has(key) ? this.#record[key] : undefined;
  }

  report(key: string, message: Message, fix?: ProblemFix): void {
    this.#report([...this.#path, key], message, undefined, fix);
  }

  boolean(key: KnownKey): boolean | undefined {
    return this.#oneOf(key, [true, false], l10n.t('{key} must be true or false.', { key }));
  }

  choice<T extends string | boolean>(key: KnownKey, choices: readonly T[]): T | undefined {
    const all = unquoted(choices.map((choice) => JSON.stringify(choice)).join(', '));
    return this.#oneOf(key, choices, l10n.t('{key} must be one of {choices}.', { key, choices: all }));
  }

  integer(key: KnownKey, lowest: number, highest: number): number | undefined {
    const value = this.value(key);
    if (typeof value === 'number' && Number.isInteger(value) && value >= lowest && value <= highest) {
      return value;
    }
    this.#reportIfSet(
      key,
      l10n.t('{key} must be a whole number from {lowest} to {highest}.', { key, lowest, highest }),
    );
    return undefined;
  }

  string(key: KnownKey, example: string): string | undefined {
    const value = this.value(key);
    if (typeof value === 'string') {
      return value;
    }
    this.#reportIfSet(
      key,
      l10n.t('{key} must be a string such as {example}.', { key, example: quote(example) }),
    );
    return undefined;
  }

  /** A single-line text for display. */
  text(key: KnownKey, example: string, longest: number, faultOf = textFault): string | undefined {
    const value = this.string(key, example);
    const fault = value === undefined ? undefined : faultOf(value, longest);
    if (value === undefined || fault === undefined) {
      return value;
    }
    this.report(key, l10n.t('{key} is not valid. {reason}', { key, reason: fault }));
    return undefined;
  }

  #oneOf<T>(key: KnownKey, choices: readonly T[], message: Message): T | undefined {
    const value = this.value(key);
    const choice = choices.find((candidate) => candidate === value);
    if (choice === undefined) {
      this.#reportIfSet(key, message);
    }
    return choice;
  }

  #reportIfSet(key: KnownKey, message: Message): void {
    if (this.has(key)) {
      this.report(key, message);
    }
  }
}

/** The message, with other texts for the paths of forwards in it. @param textOf undefined: the path stays */
export function replacePaths(message: Message, textOf: (path: string) => Shown | undefined): Message {
  const args = Object.entries(message.args ?? {}).map(([name, value]): readonly [string, typeof value] => [
    name,
    typeof value === 'string' && /^\w+Forward\[\d+\]$/.test(value) ? (textOf(value) ?? value) : value,
  ]);
  return { ...message, args: Object.fromEntries(args) };
}

/** Of a tunnel, an override or a command line. */
export const maxProblems = 50;

/** Thrown at the maximum of problems; never leaves collectProblems(). */
class TooManyProblems extends Error {}

type Collected<T> =
  | { readonly value: T | undefined }
  | { readonly problems: readonly [DefinitionProblem, ...DefinitionProblem[]] };

/**
 * Reads a value, and collects the problems that are reported meanwhile; at their maximum it stops reading. What the
 * reading throws is a problem of this value too, so that the values next to it are still read.
 */
export function collectProblems<T>(read: (report: Report) => T): Collected<T> {
  const problems: DefinitionProblem[] = [];
  const report: Report = (path, message, at, fix) => {
    if (problems.length === maxProblems) {
      problems.push({ path: [], message: l10n.t('There are more problems: fix these first.') });
      throw new TooManyProblems();
    }
    problems.push({ path, message, ...(at !== undefined && { at }), ...(fix && { fix }) });
  };
  let value: T | undefined;
  try {
    value = read(report);
  } catch (error) {
    if (!(error instanceof TooManyProblems)) {
      problems.push({ path: [], message: unreadable(error) });
    }
  }
  const [first, ...others] = problems;
  return first ? { problems: [first, ...others] } : { value };
}

/** Not with the error's own text, which may have a secret of the value in it. */
function unreadable(error: unknown): Message {
  const { code, name } = error as Partial<NodeJS.ErrnoException>;
  return l10n.t("It can't be read ({reason}).", { reason: unquoted(code ?? name ?? 'Error') });
}

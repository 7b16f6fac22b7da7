// Reads typed values from a JSON object and reports those that are invalid.
import type { DefinitionProblem } from '../definition';
import { findHidden } from '../../util/invisibleCharacters';
import { describeValue, quote } from '../../util/text';

export type JsonPath = DefinitionProblem['path'];
/** @param at offset of the fault in the string at `path`; absent: the whole value */
export type Report = (path: JsonPath, message: string, at?: number) => void;

/** Why a single-line text for display is invalid, as a clause; undefined: valid. */
export function textFault(text: string, longest: number): string | undefined {
  if (text.length > longest) {
    return `it is longer than ${longest} characters`;
  }
  if (text.trim() === '') {
    return 'it is empty';
  }
  if (findHidden(text) >= 0) {
    return 'it contains a control character or an invisible character';
  }
  return text.includes('${') ? 'variables such as ${…} are supported in socket paths only' : undefined;
}

/** As textFault(), for a name: names that look the same must be the same. */
export function nameFault(name: string, longest: number): string | undefined {
  const fault = textFault(name, longest);
  if (fault !== undefined) {
    return fault;
  }
  if (/^\s|\s\s|\s$|[^\S ]/.test(name)) {
    return 'words must be separated by single spaces';
  }
  return name === name.normalize('NFC') ? undefined : 'a letter with an accent must be one character (NFC)';
}

/** Each method returns undefined if the key is absent, or if its value is invalid, which is then reported. */
export class RecordReader {
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

  report(key: string, message: string): void {
    this.#report([...this.#path, key], message);
  }

  boolean(key: string): boolean | undefined {
    return this.#oneOf(key, [true, false], 'true or false');
  }

  choice<T extends string | boolean>(key: string, choices: readonly T[]): T | undefined {
    const words = choices.map((choice) => JSON.stringify(choice));
    return this.#oneOf(key, choices, [words.slice(0, -1).join(', '), ...words.slice(-1)].join(' or '));
  }

  integer(key: string, lowest: number, highest: number): number | undefined {
    const value = this.value(key);
    if (typeof value === 'number' && Number.isInteger(value) && value >= lowest && value <= highest) {
      return value;
    }
    this.#mustBe(key, `a whole number from ${lowest} to ${highest}`);
    return undefined;
  }

  string(key: string, example: string): string | undefined {
    const value = this.value(key);
    if (typeof value === 'string') {
      return value;
    }
    this.#mustBe(key, `a string such as ${quote(example)}`);
    return undefined;
  }

  /** A single-line text for display. */
  text(key: string, example: string, longest: number, faultOf = textFault): string | undefined {
    const value = this.string(key, example);
    const fault = value === undefined ? undefined : faultOf(value, longest);
    if (value === undefined || fault === undefined) {
      return value;
    }
    this.report(key, `${quote(value)} is not a valid ${key}: ${fault}.`);
    return undefined;
  }

  #oneOf<T>(key: string, choices: readonly T[], described: string): T | undefined {
    const value = this.value(key);
    const choice = choices.find((candidate) => candidate === value);
    if (choice === undefined) {
      this.#mustBe(key, described);
    }
    return choice;
  }

  #mustBe(key: string, described: string): void {
    if (this.has(key)) {
      this.report(key, `${key} is ${describeValue(this.value(key))}; it must be ${described}.`);
    }
  }
}

const maxProblems = 50;

/** Collects problems, up to a maximum. */
export class ProblemList {
  readonly problems: DefinitionProblem[] = [];

  readonly report: Report = (path, message, at) => {
    if (this.problems.length < maxProblems) {
      this.problems.push({ path, message, ...(at !== undefined && { at }) });
    } else if (this.problems.length === maxProblems) {
      this.problems.push({ path: [], message: 'There are more problems: fix these first.' });
    }
  };
}

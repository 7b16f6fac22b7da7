// package.json as the editor has it: with the texts of package.nls.json in it.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { repoRoot } from './setup.mjs';

/** package.json as it is, with `%keys%`. */
export const manifestSource: unknown = readJson('package.json');

/** The texts of package.json by their keys. */
export const manifestTexts = readJson('package.nls.json') as Readonly<Record<string, string>>;

/** The key of a text, `command.start` in `%command.start%`; undefined: a text that has none. */
export function textKey(text: string): string | undefined {
  return /^%(.+)%$/.exec(text)?.[1];
}

/** package.json with its texts. */
export function readManifest(): unknown {
  return withTexts(manifestSource);
}

function withTexts(value: unknown): unknown {
  if (typeof value === 'string') {
    const key = textKey(value);
    return key === undefined ? value : manifestTexts[key];
  }
  if (Array.isArray(value)) return value.map(withTexts);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withTexts(each)]));
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(path.join(repoRoot, file), 'utf8'));
}

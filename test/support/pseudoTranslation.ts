// A copy of the extension that is translated into a language nobody speaks: each letter has an accent, each text stands
// in brackets. What looks like English on the screen then comes from elsewhere.
import { cp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { repoRoot } from './setup.mjs';
import { tempDir } from './tempDir';
import type { TempDir } from './tempDir';

/** Microsoft's name for such a language. */
export const pseudoLanguage = 'qps-ploc';

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
const accented = Array.from('àƀçđéƒĝĥîĵķļɱñôƥɋŕšţûṽŵẋýžÀƁÇĐÉƑĜĤÎĴĶĻṀÑÔƤɊŔŠŢÛṼŴẊÝŽ');
/** Placeholders, links that run commands, and icons. */
const kept = /(\{[^}]+\}|\(command:[^)]*\)|\$\([\w~-]+\))/;

/** "[Šţàŕţ {name}]" for "Start {name}". */
export function pseudo(text: string): string {
  const parts = text.split(kept).map((part, index) => (index % 2 === 1 ? part : withAccents(part)));
  return `[${parts.join('')}]`;
}

function withAccents(text: string): string {
  return Array.from(text, (letter) => accented[letters.indexOf(letter)] ?? letter).join('');
}

/** What is left of a text in English: words with at least two plain letters, but for these names. */
export function englishWords(text: string, names: readonly (string | RegExp)[]): readonly string[] {
  const rest = names.reduce<string>((left, name) => left.replaceAll(name, ' '), text);
  return rest.match(/[A-Za-z]{2,}/g) ?? [];
}

/** Copies what ships, with the translation beside it. */
export async function pseudoTranslatedExtension(): Promise<TempDir> {
  const folder = await tempDir('pseudo-');
  for (const name of ['dist', 'media', 'l10n', 'package.json', 'package.nls.json']) {
    await cp(path.join(repoRoot, name), folder.file(name), { recursive: true });
  }
  await translate(folder.file('l10n/bundle.l10n'));
  await translate(folder.file('package.nls'));
  return folder;
}

async function translate(file: string): Promise<void> {
  const texts = JSON.parse(await readFile(`${file}.json`, 'utf8')) as Readonly<Record<string, string>>;
  const translated = Object.entries(texts).map(([key, text]) => [key, pseudo(text)]);
  await writeFile(`${file}.${pseudoLanguage}.json`, JSON.stringify(Object.fromEntries(translated)));
}

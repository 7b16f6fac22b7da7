// Writes the text of every `l10n.t('…')` in src to l10n/bundle.l10n.json, for translators. (The texts of package.json
// are in package.nls.json.)
import { readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { getL10nJson } from '@vscode/l10n-dev';

const root = path.dirname(fileURLToPath(import.meta.url));
export const bundlePath = path.join(root, 'l10n/bundle.l10n.json');

/**
 * The content of l10n/bundle.l10n.json for the current source. The extraction only reads files that import 'vscode', but
 * elsewhere `l10n` is a parameter; and it is slow for each import. So it gets all source as one file with one import.
 */
export async function extractTexts() {
  const names = await readdir(path.join(root, 'src'), { recursive: true, encoding: 'utf8' });
  const files = names.filter((name) => /(?<!\.d)\.ts$/.test(name)).sort();
  const sources = await Promise.all(files.map((name) => readFile(path.join(root, 'src', name), 'utf8')));
  const contents = sources.map((source) => source.replace(/^import .* from 'vscode';$/gm, '')).join('\n');
  const texts = await getL10nJson([
    { extension: '.ts', contents: `import { l10n } from 'vscode';\n${contents}` },
  ]);
  return `${JSON.stringify(texts, undefined, 2)}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeFile(bundlePath, await extractTexts());

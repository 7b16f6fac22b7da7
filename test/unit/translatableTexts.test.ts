// Translators get every text: those of src in l10n/bundle.l10n.json, those of package.json in package.nls.json.
import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'mocha';
import { repoRoot } from '../support/setup.mjs';
import { manifestSource, manifestTexts, textKey } from '../support/manifest';

describe('the texts of src', () => {
  it('are extracted: `npm run l10n` would change nothing', async () => {
    const { bundlePath, extractTexts } = await import('../../l10n.mjs');
    assert.equal(await readFile(bundlePath, 'utf8'), await extractTexts());
  });

  it('are all found by the extraction, which skips what it can not parse', async () => {
    const bundle = JSON.parse(
      await readFile(path.join(repoRoot, 'l10n/bundle.l10n.json'), 'utf8'),
    ) as Readonly<Record<string, string>>;
    const folder = path.join(repoRoot, 'src');
    const files = (await readdir(folder, { recursive: true })).filter(
      (name) => name.endsWith('.ts') && name !== path.join('tunnels', 'util', 'l10n.ts'),
    );
    const sources = await Promise.all(files.map((name) => readFile(path.join(folder, name), 'utf8')));
    const code = sources.join('\n').replaceAll(/^\s*(\/\/|\/?\*).*$/gm, '');
    const literals = [...code.matchAll(/\bl10n\s*\.t\(\s*(['"`])((?:\\.|(?!\1).)*)\1/gs)];
    const texts = literals.map(([, , text = '']) =>
      text.replaceAll(/\\(.)/g, (_, character: string) => (character === 'n' ? '\n' : character)),
    );
    assert.ok(texts.length > 50);
    assert.deepEqual(
      texts.filter((text) => bundle[text] !== text),
      [],
    );
    assert.equal(texts.length, code.match(/\bl10n\s*\.t\(/g)?.length);
  });
});

describe('the texts of package.json', () => {
  const strings = stringsIn(manifestSource);
  const keys = strings.flatMap(({ text }) => textKey(text) ?? []);

  it('are all in package.nls.json, and no other is', () => {
    assert.deepEqual([...new Set(keys)].sort(), Object.keys(manifestTexts).sort());
  });

  it('stand nowhere else', () => {
    // What the editor shows, whatever it says.
    const shown =
      /\.(title|category|displayName|userDescription|contents|contextualTitle|views\.\w+\.\d+\.name)$/;
    // For language models, the editor's own conditions, and what goes into the settings as it is.
    const notShown =
      /\.(modelDescription|inputSchema\..*|when|pattern|body(\..*)?|default(\..*)?)$|^\.(scripts|keywords)\./;
    assert.deepEqual(
      strings.filter(
        ({ at, text }) =>
          textKey(text) === undefined &&
          (shown.test(at) || (/\p{L}\s+\p{L}/u.test(text) && !notShown.test(at))),
      ),
      [],
    );
  });
});

/** Every string in it, with its path. */
function stringsIn(value: unknown, at = ''): readonly { readonly at: string; readonly text: string }[] {
  if (typeof value === 'string') return [{ at, text: value }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => stringsIn(each, `${at}.${key}`));
}

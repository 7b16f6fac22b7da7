// The consent sheet: what is asked for now, compared with what was allowed before.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { compareWithAllowed, sheetInText } from '../../../../src/views/consent/consentDiff';

describe('a consent sheet', () => {
  const marks = { added: '+', removed: '-' };
  const rows: readonly (readonly [before: string | undefined, now: string, shown: string])[] = [
    [undefined, 'a b', 'a b'],
    ['a b', 'a b', 'a b'],
    ['a b', 'a c b', 'a +c b'],
    ['a b c', 'a c', 'a -b c'],
    ['a b c', 'a x c', 'a +x -b c'],
    ['a b', 'c d', '+c +d -a -b'],
    ['a b c', 'c b a', 'c b a'],
    ['', 'a', '+a'],
    ['a', '', '-a'],
  ];
  for (const [before, now, shown] of rows) {
    it(`marks lines as "${shown}" for "${now}" after ${before === undefined ? 'nothing was allowed' : `"${before}" was allowed`}`, () => {
      const words = (text: string): string[] => text.split(' ').filter((word) => word !== '');
      const lines = compareWithAllowed({
        lines: words(now).map((text) => ({ text })),
        before: before === undefined ? undefined : words(before),
      });
      const all = lines.map(({ text, change }) => `${change ? marks[change] : ''}${text}`);
      assert.equal(all.join(' '), shown);
    });
  }

  it('is written as text with its risks and changes', () => {
    const lines = [{ text: 'a' }, { text: 'b', risk: 'danger' }];
    assert.equal(
      sheetInText({ name: 'db', before: undefined, lines }),
      'Tunnel "db":\n    a\n    b\n        ⚠ danger',
    );
    assert.equal(
      sheetInText({ name: 'db', before: ['a', 'c'], lines }),
      'Tunnel "db", changed since you allowed it:\n    a\n    + b\n        ⚠ danger\n    − c',
    );
  });
});

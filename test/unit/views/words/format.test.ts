// Formatting numbers, times and untrusted text for the user.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { english } from '../../../../src/tunnels/util/l10n';
import {
  asSentence,
  formatAgo,
  formatBytes,
  formatDuration,
  formatMoment,
  plainText,
} from '../../../../src/views/words/format';
import { translateWith } from '../../../support/vscodeOutsideEditor';

describe('formatting bytes', () => {
  const cases: readonly [bytes: number, text: string][] = [
    [0, '0 B'],
    [-5, '0 B'],
    [980, '980 B'],
    [1000, '1.0 kB'],
    [1234, '1.2 kB'],
    [9940, '9.9 kB'],
    [9960, '10 kB'],
    [34_000_000, '34 MB'],
    [999_499, '999 kB'],
    [999_600, '1.0 MB'],
    [5e9, '5.0 GB'],
    [5e15, '5000 TB'],
  ];
  for (const [bytes, text] of cases) {
    it(`writes ${bytes} bytes as "${text}"`, () => assert.equal(formatBytes(bytes), text));
  }
});

describe('the language of numbers', () => {
  const cases: readonly [what: string, language: string, isTranslated: boolean, text: string][] = [
    ['is the one of the translated texts', 'de', true, '1,2 kB'],
    ['is English where the texts are, because they are not translated', 'de', false, '1.2 kB'],
    ['is English for an editor whose locale is no language', 'my own', true, '1.2 kB'],
  ];
  for (const [what, language, isTranslated, text] of cases) {
    it(what, () => {
      const undo = translateWith({ ...english, ...(isTranslated && { bundle: {} }) }, language);
      try {
        assert.equal(formatBytes(1234), text);
      } finally {
        undo();
      }
    });
  }
});

describe('formatting a duration', () => {
  const cases: readonly [milliseconds: number, text: string][] = [
    [-1, '0 s'],
    [0, '0 s'],
    [1, '1 s'],
    [3200, '4 s'],
    [59_001, '1 min'],
    [80_000, '1 min 20 s'],
    [3_600_000, '1 h'],
    [7_501_000, '2 h 5 min'],
    [360_000_000, '4 d 4 h'],
  ];
  for (const [milliseconds, text] of cases) {
    it(`writes ${milliseconds} ms as "${text}"`, () => assert.equal(formatDuration(milliseconds), text));
  }
});

describe('formatting a time of day', () => {
  const noon = new Date(2025, 4, 6, 12, 0).getTime();
  it('leaves out the day when it is today', () => {
    assert.equal(formatMoment(new Date(2025, 4, 6, 9, 5).getTime(), noon, 'en-GB'), '09:05');
  });
  it('names the day when it is not today', () => {
    assert.match(formatMoment(new Date(2025, 4, 5, 9, 5).getTime(), noon, 'en-GB'), /5 May.*09:05/);
  });
});

describe('making untrusted text plain', () => {
  const cases: readonly [what: string, text: string, plain: string][] = [
    ['keeps accents, quotes, arrows and emoji', 'Prüfung → "staging" 👍', 'Prüfung → "staging" 👍'],
    ['joins lines with spaces', ' one\r\ntwo\tthree\u2028four ', 'one two three four'],
    ['removes terminal colors', '\u001b[1;31mred\u001b[0m', 'red'],
    ['removes terminal titles and links', '\u001b]8;;http://x\u0007link\u001b]0;t\u001b\\', 'link'],
    ['removes an unfinished escape sequence', 'a\u001b]0;title', 'a'],
    ['removes escape sequences of two characters', 'a\u001bMb', 'ab'],
    ['replaces C0 and C1 control characters with spaces', 'a\u0000b\u009bc', 'a b c'],
    ['removes direction marks', 'a\u202eb\u2066c\u200fd', 'abcd'],
    ['removes invisible characters', 'st\u200baging\ufeff', 'staging'],
  ];
  for (const [what, text, plain] of cases) {
    it(what, () => assert.equal(plainText(text), plain));
  }
  it('shortens long text between characters', () => {
    const short = plainText('👍'.repeat(1000));
    assert.equal(Array.from(short).length, 400);
    assert.ok(short.endsWith('👍…'));
  });
});

describe('making text a sentence', () => {
  const cases: readonly [text: string, sentence: string][] = [
    ['up, 2 forwards', 'Up, 2 forwards.'],
    ['Done.', 'Done.'],
    ['really?', 'Really?'],
    ['', '.'],
  ];
  for (const [text, sentence] of cases) {
    it(`turns "${text}" into "${sentence}"`, () => assert.equal(asSentence(text), sentence));
  }
});

describe('formatting how long ago something happened', () => {
  const then = new Date(2025, 4, 6, 12, 0).getTime();
  const cases: readonly [later: number, text: RegExp][] = [
    [0, /^just now, 12:00$/],
    [59_000, /^just now, 12:00$/],
    [60_000, /^1 minute ago, 12:00$/],
    [3_599_000, /^59 minutes ago, 12:00$/],
    [7_300_000, /^2 hours ago, 12:00$/],
    [86_400_000, /^6 May.* 12:00$/],
  ];
  for (const [later, text] of cases) {
    it(`writes "${text.source.slice(1, -1)}" after ${later} ms`, () =>
      assert.match(formatAgo(then, then + later, 'en-GB'), text));
  }
});

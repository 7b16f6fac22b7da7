// Numbers and foreign text as people read them.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  asSentence,
  formatAgo,
  formatBytes,
  formatCount,
  formatDuration,
  formatMoment,
  plainText,
} from '../../../../src/views/words/format';

describe('formatBytes', () => {
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
    it(`says ${text} for ${bytes}`, () => assert.equal(formatBytes(bytes), text));
  }
});

describe('formatDuration', () => {
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
    it(`says ${text} for ${milliseconds} ms`, () => assert.equal(formatDuration(milliseconds), text));
  }
});

describe('formatCount', () => {
  it('counts none, one and several', () => {
    assert.deepEqual(
      [0, 1, 2].map((count) => formatCount(count, 'entry', 'entries')),
      ['0 entries', '1 entry', '2 entries'],
    );
  });
});

describe('formatMoment', () => {
  const noon = new Date(2025, 4, 6, 12, 0).getTime();
  it('leaves out the day when it is today', () => {
    assert.equal(formatMoment(new Date(2025, 4, 6, 9, 5).getTime(), noon, 'en-GB'), '09:05');
  });
  it('names the day otherwise', () => {
    assert.match(formatMoment(new Date(2025, 4, 5, 9, 5).getTime(), noon, 'en-GB'), /5 May.*09:05/);
  });
});

describe('plainText', () => {
  const cases: readonly [what: string, text: string, plain: string][] = [
    ['keeps what people write', 'Prüfung → "staging" 👍', 'Prüfung → "staging" 👍'],
    ['puts it on one line', ' one\r\ntwo\tthree\u2028four ', 'one two three four'],
    ['takes out colours', '\u001b[1;31mred\u001b[0m', 'red'],
    ['takes out titles and links of terminals', '\u001b]8;;http://x\u0007link\u001b]0;t\u001b\\', 'link'],
    ['takes out an unfinished sequence', 'a\u001b]0;title', 'a'],
    ['takes out two-character escapes', 'a\u001bMb', 'ab'],
    ['takes out C0 and C1 controls', 'a\u0000b\u009bc', 'a b c'],
    ['takes out what turns the direction of text', 'a\u202eb\u2066c\u200fd', 'abcd'],
    ['takes out invisible characters', 'st\u200baging\ufeff', 'staging'],
  ];
  for (const [what, text, plain] of cases) {
    it(what, () => assert.equal(plainText(text), plain));
  }
  it('shortens what is long, between characters', () => {
    const short = plainText('👍'.repeat(1000));
    assert.equal(Array.from(short).length, 400);
    assert.ok(short.endsWith('👍…'));
  });
});

describe('asSentence', () => {
  const cases: readonly [text: string, sentence: string][] = [
    ['up, 2 forwards', 'Up, 2 forwards.'],
    ['Done.', 'Done.'],
    ['really?', 'Really?'],
    ['', '.'],
  ];
  for (const [text, sentence] of cases) {
    it(`makes "${sentence}" of "${text}"`, () => assert.equal(asSentence(text), sentence));
  }
});

describe('formatAgo', () => {
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
    it(`says ${text.source} after ${later} ms`, () =>
      assert.match(formatAgo(then, then + later, 'en-GB'), text));
  }
});

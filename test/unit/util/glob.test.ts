// OpenSSH's wildcard patterns.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { asciiLowerCase, matchesPattern, matchesPatternList } from '../../../src/tunnels/util/glob';

describe('patterns of OpenSSH', () => {
  const cases: readonly (readonly [text: string, pattern: string, fits: boolean])[] = [
    ['', '', true],
    ['', '*', true],
    ['', '?', false],
    ['a', '', false],
    ['a', 'a', true],
    ['a', 'A', false],
    ['abc', 'a*', true],
    ['abc', '*c', true],
    ['abc', 'a*b*c', true],
    ['abc', 'a?c', true],
    ['abc', 'a?', false],
    ['abc', '***', true],
    ['abc', '*?', true],
    ['aXbXc', 'a*X?', true],
    ['host.example.org', '*.example.org', true],
    ['example.org', '*.example.org', false],
    ['a.b', 'a.b', true],
    ['aXb', 'a.b', false],
    ['[h]:22', '[h]:*', true],
    ['h', '[h]', false],
    ['a*b', 'a*b', true],
    ['aaaaaaaaaaaaaaaaaaaaaaaaaaaaab', '*a*a*a*a*a*a*a*a*a*a*a*c', false],
  ];
  for (const [text, pattern, fits] of cases) {
    it(`${JSON.stringify(text)} ${fits ? 'fits' : 'does not fit'} ${JSON.stringify(pattern)}`, () => {
      assert.equal(matchesPattern(text, pattern), fits);
    });
  }

  it('ends soon on a pattern that a backtracking matcher would choke on', () => {
    const started = performance.now();
    assert.equal(matchesPattern('a'.repeat(2000), `${'*a'.repeat(200)}*b`), false);
    assert.ok(performance.now() - started < 1000);
  });

  const lists: readonly (readonly [text: string, list: string, fits: boolean])[] = [
    ['a', 'a,b', true],
    ['b', 'a,b', true],
    ['c', 'a,b', false],
    ['a', '*,!a', false],
    ['a', '!a,*', false],
    ['b', '!a,*', true],
    ['b', '!a', false],
    ['a', '', false],
    ['a', '!b,!c', false],
  ];
  for (const [text, list, fits] of lists) {
    it(`${text} ${fits ? 'is' : 'is not'} of the list ${JSON.stringify(list)}`, () => {
      assert.equal(matchesPatternList(text, list.split(',')), fits);
    });
  }

  it('lowers ASCII letters only', () => {
    assert.equal(asciiLowerCase('AZaz[Ä\u212a'), 'azaz[Ä\u212a');
  });
});

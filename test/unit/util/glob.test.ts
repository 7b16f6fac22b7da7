// Matching wildcard patterns and lists of them as OpenSSH does.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { asciiLowerCase, matchesPattern, matchesPatternList } from '../../../src/tunnels/util/glob';
import { assertLinear } from '../../support/growth';

describe('the matcher of OpenSSH patterns', () => {
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
    it(`${fits ? 'matches' : 'does not match'} ${JSON.stringify(text)} with ${JSON.stringify(pattern)}`, () => {
      assert.equal(matchesPattern(text, pattern), fits);
    });
  }

  it('matches in linear time a pattern that is slow with backtracking', () => {
    const pattern = `${'*a'.repeat(4)}*b`;
    assertLinear(
      128,
      (size) => 'a'.repeat(size),
      (text) => matchesPattern(text, pattern),
    );
    assert.equal(matchesPattern('a'.repeat(2000), `${'*a'.repeat(200)}*b`), false);
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
    it(`${fits ? 'matches' : 'does not match'} "${text}" with the list ${JSON.stringify(list)}`, () => {
      assert.equal(matchesPatternList(text, list.split(',')), fits);
    });
  }

  it('turns only ASCII letters into lower case', () => {
    assert.equal(asciiLowerCase('AZaz[Ä\u212a'), 'azaz[Ä\u212a');
  });
});

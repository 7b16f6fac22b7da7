// The names that a pattern of Include matches.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { parseNamePattern } from '../../../../src/tunnels/ssh/config/includePattern';

const names = ['1', '20', 'a', 'b', 'ab', 'A', 'é', '-', ']', '^', '*', '[a', '.hidden', 'a\\b'];

function matched(pattern: string, platform: NodeJS.Platform = 'linux'): readonly string[] {
  const parsed = parseNamePattern(pattern, platform);
  return names.filter((name) => (typeof parsed === 'string' ? name === parsed : parsed(name)));
}

describe('a pattern of Include', () => {
  const cases: readonly (readonly [pattern: string, names: readonly string[]])[] = [
    ['a', ['a']],
    ['?', ['1', 'a', 'b', 'A', 'é', '-', ']', '^', '*']],
    ['[0-9]*', ['1', '20']],
    ['[!0-9]', ['a', 'b', 'A', 'é', '-', ']', '^', '*']],
    ['[^a-zA-Zé]', ['a', 'b', 'A', 'é', '^']],
    ['[]a]', ['a', ']']],
    ['[!]a]', ['1', 'b', 'A', 'é', '-', '^', '*']],
    ['[a-]', ['a', '-']],
    ['[[:digit:]]*', ['1', '20']],
    ['[[:alpha:]]', ['a', 'b', 'A', 'é']],
    ['[[:upper:]b]', ['b', 'A']],
    ['[a', ['[a']],
    ['\\*', ['*']],
    ['[\\]]', [']']],
    ['*b', ['b', 'ab', 'a\\b']],
    ['**', names.filter((name) => name !== '.hidden')],
    ['.*', ['.hidden']],
    ['[.]hidden', []],
    ['{a,b}', []],
  ];
  for (const [pattern, expected] of cases) {
    it(`matches the names that glob(3) finds: ${pattern}`, () => {
      assert.deepEqual(matched(pattern), expected);
    });
  }
  it('escapes nothing on Windows', () => {
    assert.deepEqual(matched('a\\b', 'win32'), ['a\\b']);
  });
  it('with many stars ends soon', () => {
    assert.equal(matched('*a'.repeat(100)).length, 0);
  });
});

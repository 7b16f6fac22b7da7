// The word somebody probably meant.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { nearest } from '../../../src/tunnels/util/nearestWord';

describe('nearest', () => {
  const words = ['host', 'listen', 'target', 'serverAliveInterval'];
  const cases: readonly [word: string, meant: string | undefined][] = [
    ['host', 'host'],
    ['HOST', 'host'],
    ['SERVERALIVEINTERVAL', 'serverAliveInterval'],
    ['hst', 'host'],
    ['hosts', 'host'],
    ['ohst', 'host'],
    ['htos', undefined],
    ['hxxt', undefined],
    ['listne', 'listen'],
    ['lisen', 'listen'],
    ['litsne', 'listen'],
    ['lixxen', 'listen'],
    ['lxxxen', undefined],
    ['tisten', 'listen'],
    ['serverAliveIntervals', 'serverAliveInterval'],
    ['serverAliveIntervalxxx', undefined],
    ['', undefined],
    ['a'.repeat(100_000), undefined],
  ];
  for (const [word, meant] of cases) {
    it(`takes "${word.slice(0, 30)}" for ${meant ?? 'nothing it knows'}`, () =>
      assert.equal(nearest(word, words), meant));
  }

  it('takes the first of two that are as near', () => assert.equal(nearest('cat', ['bat', 'rat']), 'bat'));
});

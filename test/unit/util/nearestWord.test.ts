// The suggestion for a misspelled word.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { nearest } from '../../../src/tunnels/util/nearestWord';

describe('the suggestion for a misspelled word', () => {
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
    it(meant === undefined ? `is missing for "${word.slice(0, 30)}"` : `is "${meant}" for "${word}"`, () =>
      assert.equal(nearest(word, words), meant),
    );
  }

  it('is the first of two equally near words', () => assert.equal(nearest('cat', ['bat', 'rat']), 'bat'));
});

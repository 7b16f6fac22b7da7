// The position of a problem within a string, which the editor underlines.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { parseTunnel } from '../../../src/tunnels/config/parsing/parseTunnel';
import { plain } from './problems';

describe('the position of a problem within a string', () => {
  const cases: readonly [title: string, value: unknown, at: number | undefined][] = [
    ['is the end of a target without a port', { ...plain, localForward: '8080:www.example.org' }, 20],
    [
      'is the beginning of a port out of range',
      { ...plain, localForward: ['1:a:1', '8080:localhost:99999'] },
      15,
    ],
    [
      'counts from the beginning of "target" in an object',
      { ...plain, localForward: { listen: 1, target: 'db:x' } },
      3,
    ],
    ['is missing for a number', { ...plain, dynamicForward: 99999 }, undefined],
    ['is the invalid character of a host', { host: 'me@ho st' }, 5],
    ['is the invalid character in a list of jump hosts', { ...plain, proxyJump: 'one, two|, three' }, 8],
    ['counts from the beginning of each jump host in an array', { ...plain, proxyJump: ['one', 't:w:o'] }, 0],
    ['is where a jump host is missing', { ...plain, proxyJump: 'one,,three' }, 4],
    ['is missing for a value of the wrong type', { ...plain, compression: 'yes' }, undefined],
  ];
  for (const [title, value, at] of cases) {
    it(title, () => {
      const parsed = parseTunnel('staging', value, 'user');
      assert.ok('problems' in parsed && parsed.problems.length === 1, JSON.stringify(parsed));
      assert.equal(parsed.problems[0]?.at, at, JSON.stringify(parsed.problems));
    });
  }
});

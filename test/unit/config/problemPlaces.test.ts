// Where in a string a problem is: what an editor underlines.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { parseTunnel } from '../../../src/tunnels/config/parseTunnel';
import { plain } from './problems';

describe('the place of a problem in its string', () => {
  const cases: readonly [title: string, value: unknown, at: number | undefined][] = [
    ['a target without its port', { ...plain, localForward: '8080:www.example.org' }, 20],
    ['a port out of range', { ...plain, localForward: ['1:a:1', '8080:localhost:99999'] }, 15],
    ['in the target of an object', { ...plain, localForward: { listen: 1, target: 'db:x' } }, 3],
    ['a number has no places', { ...plain, dynamicForward: 99999 }, undefined],
    ['the host', { host: 'me@ho st' }, 5],
    ['a jump host', { ...plain, proxyJump: 'one, two|, three' }, 8],
    ['a jump host of a list', { ...plain, proxyJump: ['one', 't:w:o'] }, 0],
    ['a missing jump host', { ...plain, proxyJump: 'one,,three' }, 4],
    ['a value of the wrong type', { ...plain, compression: 'yes' }, undefined],
  ];
  for (const [title, value, at] of cases) {
    it(title, () => {
      const parsed = parseTunnel('staging', value);
      assert.ok('problems' in parsed && parsed.problems.length === 1, JSON.stringify(parsed));
      assert.equal(parsed.problems[0]?.at, at, JSON.stringify(parsed.problems));
    });
  }
});

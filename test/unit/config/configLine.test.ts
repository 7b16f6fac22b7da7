// Splitting lines of ssh_config as OpenSSH does.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { splitConfigLine } from '../../../src/tunnels/config/configLine';

describe('the splitter of ssh_config lines', () => {
  const cases: readonly [line: string, keyword: string, ...words: string[]][] = [
    ['Host a b', 'host', 'a', 'b'],
    ['  hOsT\ta \r', 'host', 'a'],
    ['Host=a', 'host', 'a'],
    ['Host = a', 'host', 'a'],
    ['Host == a', 'host', '=', 'a'],
    ['"Host" a', 'host', 'a'],
    ['"Host" = a', 'host', '=', 'a'],
    ['Ho"st" a', 'host', 'a'],
    [' = Host a', 'host', 'a'],
    ['Host a\0b', 'host', 'a'],
    ['Host', 'host'],
    ['Host "a b" \'c d\'', 'host', 'a b', 'c d'],
    ['Host a"b"c', 'host', 'abc'],
    ['Host a # b', 'host', 'a'],
    ['Host a#b', 'host', 'a#b'],
    ['Host "#a"', 'host', '#a'],
    ['Host a\\ b "c\\"d" e\\f "g\\ h"', 'host', 'a b', 'c"d', 'e\\f', 'g\\ h'],
    ['Host a \\', 'host', 'a', '\\'],
    ['Host ""', 'host', ''],
    ['LocalForward 8080 db:5432\f', 'localforward', '8080', 'db:5432'],
  ];
  for (const [line, keyword, ...words] of cases) {
    it(`splits ${JSON.stringify(line)} into "${keyword}" and ${JSON.stringify(words)}`, () =>
      assert.deepEqual(splitConfigLine(line), { keyword, words }));
  }
  for (const line of [
    '',
    '   ',
    '# Host a',
    '  #Host a',
    'Host "a',
    'Host \'a"',
    '"Host',
    'Ho"st a',
    ' \f',
  ]) {
    it(`finds no keyword in ${JSON.stringify(line)}`, () => assert.equal(splitConfigLine(line), undefined));
  }
});

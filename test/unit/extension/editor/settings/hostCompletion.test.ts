// Where a host of the SSH config can be completed in a settings file, and what it replaces.
import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import type * as completion from '../../../../../src/extension/editor/settings/hostCompletion';
import { withFakeVscode } from '../../../../support/fakeVscode';

let module: typeof completion;
before(async () => {
  module = await withFakeVscode(() => import('../../../../../src/extension/editor/settings/hostCompletion'));
});

/** What would be replaced by `X`, at the `|`; undefined: no host belongs there. */
function completed(text: string): string | undefined {
  const at = text.indexOf('|');
  const plain = text.replace('|', '');
  const place = module.hostPlace(plain, at);
  return place && `${plain.slice(0, place.start)}${place.isQuoted ? 'X' : '"X"'}${plain.slice(place.end)}`;
}

function tunnel(text: string): string {
  return `{ "sshTunnels.tunnels": { "db": { ${text} } } }`;
}

describe('a host of the SSH config is completed', () => {
  const rows: readonly (readonly [title: string, text: string, expected: string])[] = [
    ['in an empty string', '"host": "|"', '"host": "X"'],
    ['at the end of what is typed', '"host": "ba|"', '"host": "X"'],
    ['in the middle of what is typed', '"host": "ba|stion"', '"host": "X"'],
    ['without quotes', '"host": |', '"host": "X"'],
    ['in a string that has no end yet', '"host": "ba|\n', '"host": "X\n'],
    ['as a jump host', '"host": "db", "proxyJump": "|"', '"host": "db", "proxyJump": "X"'],
    ['as the first of several', '"proxyJump": "o|ne,two"', '"proxyJump": "X,two"'],
    ['as the last of several', '"proxyJump": "one,|"', '"proxyJump": "one,X"'],
    ['in a list', '"proxyJump": ["one", "t|"]', '"proxyJump": ["one", "X"]'],
  ];
  for (const [title, text, expected] of rows) {
    it(title, () => assert.equal(completed(tunnel(text)), tunnel(expected)));
  }
  it('in a .code-workspace file', () =>
    assert.equal(
      completed(`{ "settings": ${tunnel('"host": "|"')} }`),
      `{ "settings": ${tunnel('"host": "X"')} }`,
    ));
  it('in an override', () =>
    assert.equal(
      completed('{ "sshTunnels.overrides": { "db": { "host": "|" } } }'),
      '{ "sshTunnels.overrides": { "db": { "host": "X" } } }',
    ));
});

describe('no host is completed', () => {
  const rows = [
    tunnel('"|host": "db"'),
    tunnel('"host": "db"|'),
    tunnel('"description": "|"'),
    tunnel('"localForward": [{ "target": "|" }]'),
    tunnel('"localForward": [{ "host": "|" }]'),
    '{ "host": "|" }',
    '{ "remote.SSH": { "db": { "host": "|" } } }',
  ];
  for (const text of rows) {
    it(`in ${text}`, () => assert.equal(completed(text), undefined));
  }
});

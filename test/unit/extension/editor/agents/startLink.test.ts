// A link names one tunnel to start, or is refused with a reason.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { readStartLink } from '../../../../../src/extension/editor/agents/startLink';

describe('a start link', () => {
  const link = (query: string, path = '/start', fragment = ''): string =>
    readStartLink({ path, query, fragment });

  for (const name of [
    'staging',
    'workspace:staging',
    'my db',
    'R&D',
    'a=b',
    'a+b',
    '100%',
    'Daten für Zoë',
  ]) {
    it(`can name the tunnel "${name}"`, () => assert.equal(link(`tunnel=${name}`), name));
  }
  const refused: readonly (readonly [why: string, run: () => string, message: RegExp])[] = [
    ['another path', () => link('tunnel=staging', '/add'), /asks for "\/add"/],
    ['no path', () => link('tunnel=staging', ''), /asks for ""/],
    ['a path below /start', () => link('tunnel=staging', '/start/'), /asks for "\/start\/"/],
    ['no name', () => link(''), /does not say which tunnel/],
    ['an empty name', () => link('tunnel='), /does not say which tunnel/],
    ['another key', () => link('name=staging'), /does not say which tunnel/],
    [
      'a definition beside the name',
      () => link('tunnel=x&host=evil.example.org'),
      /says more than which tunnel/,
    ],
    ['another key before the name', () => link('host=evil&tunnel=x'), /does not say which tunnel/],
    ['a second tunnel', () => link('tunnel=a&tunnel=b'), /says more than which tunnel/],
    ['a fragment', () => link('tunnel=a', '/start', 'b'), /says more than which tunnel/],
    [
      'a control character',
      () => link('tunnel=sta\nging'),
      /"sta\\nging", holds a character that can't be seen/,
    ],
    [
      'a mark of the writing direction',
      () => link('tunnel=\u202egnigats'),
      /\\u\{202e\}gnigats", holds a character/,
    ],
    ['a name that is too long', () => link(`tunnel=${'x'.repeat(301)}`), /longer than that of any tunnel/],
  ];
  for (const [why, run, message] of refused) {
    it(`is refused with ${why}`, () => assert.throws(run, { message }));
  }
});

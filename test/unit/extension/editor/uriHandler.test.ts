// A link names one tunnel to start, or is refused with a reason.
import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import type * as links from '../../../../src/extension/editor/uriHandler';
import { withFakeVscode } from '../../../support/fakeVscode';

describe('a start link', () => {
  let module: typeof links;
  const link = (query: string, path = '/start', fragment = ''): string =>
    module.readStartLink({ path, query, fragment });

  before(async () => {
    module = await withFakeVscode(() => import('../../../../src/extension/editor/uriHandler'));
  });

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
    ['another path', () => link('tunnel=staging', '/add'), /^Unknown link\. Use/],
    ['no path', () => link('tunnel=staging', ''), /^Unknown link\. Use/],
    ['a path below /start', () => link('tunnel=staging', '/start/'), /^Unknown link\. Use/],
    ['no name', () => link(''), /names no tunnel/],
    ['an empty name', () => link('tunnel='), /names no tunnel/],
    ['another key', () => link('name=staging'), /names no tunnel/],
    [
      'a definition beside the name',
      () => link('tunnel=x&host=evil.example.org'),
      /has more than a tunnel name/,
    ],
    ['another key before the name', () => link('host=evil&tunnel=x'), /names no tunnel/],
    ['a second tunnel', () => link('tunnel=a&tunnel=b'), /has more than a tunnel name/],
    ['a fragment', () => link('tunnel=a', '/start', 'b'), /has more than a tunnel name/],
    ['a control character', () => link('tunnel=sta\nging'), /the link has an invisible character/],
    [
      'a mark of the writing direction',
      () => link('tunnel=\u202egnigats'),
      /the link has an invisible character/,
    ],
    ['a name that is too long', () => link(`tunnel=${'x'.repeat(301)}`), /is too long/],
  ];
  for (const [why, run, message] of refused) {
    it(`is refused with ${why}`, () => assert.throws(run, { message }));
  }

  it('is refused without a word of it, which may be a password', () => {
    for (const wrong of [
      () => link('tunnel=x', '/hunter2'),
      () => link('password=hunter2'),
      () => link('tunnel=x&token=hunter2'),
      () => link('tunnel=x', '/start', 'hunter2'),
      () => link('tunnel=hunter2\n'),
    ]) {
      assert.throws(wrong, (error: Error) => !error.message.includes('hunter2'));
    }
  });
});

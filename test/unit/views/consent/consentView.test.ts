// The list of what needs consent: what stands there, and what its buttons do.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { consentPage } from '../../../../src/views/consent/consentView';
import type { Reviewed } from '../../../../src/views/consent/consentView';

const base: Reviewed = {
  id: 'workspace:db',
  sheet: { name: 'db', before: undefined, lines: [{ text: 'me@h:22' }] },
  verdict: 'notAllowed',
  origin: 'From the workspace settings.',
  waitsForStart: false,
  version: 1,
};
const { version: _version, ...unresolved } = base;
const changed = { ...base.sheet, before: ['me@g:22'] };

describe('the list of what needs consent', () => {
  const rows: readonly (readonly [string, Reviewed, state: RegExp, buttons: string, note?: RegExp])[] = [
    ['not allowed', base, /^Not allowed\.$/, 'Allow'],
    ['which nobody starts', { ...base, waitsForStart: true }, /^Not allowed/, 'Allow, Allow and Start'],
    ['not looked up yet', unresolved, /^Not allowed/, '', /^Finding out/],
    [
      'not to be looked up',
      { ...unresolved, fault: 'No ssh.' },
      /^Not/,
      '',
      /can't be allowed yet\. No ssh\.$/,
    ],
    ['changed', { ...base, sheet: changed }, /^Changed since/, 'Allow, Take Back'],
    ['allowed', { ...base, verdict: 'allowed' }, /^Allowed\.$/, 'Take Back'],
    [
      'untrusted',
      { ...unresolved, verdict: 'untrusted' },
      /not trusted/,
      'Manage Workspace Trust',
      /not looked up/,
    ],
  ];
  for (const [title, reviewed, state, buttons, note] of rows) {
    it(title, () => {
      const [tunnel] = consentPage([reviewed], undefined).view.tunnels;
      assert.match(tunnel?.state ?? '', state);
      assert.equal(tunnel?.buttons.map(({ label }) => label).join(', '), buttons);
      assert.match(tunnel.note ?? '', note ?? /^$/);
    });
  }

  it('allows all that can be allowed at once, where there are several', () => {
    const all = [base, { ...base, id: 'b' }, { ...base, id: 'c', verdict: 'allowed' as const }, unresolved];
    const { view, actions } = consentPage(all, undefined);
    const [button] = view.buttons;
    assert.equal(button?.label, 'Allow 2 Tunnels');
    assert.deepEqual(
      actions.get(button.id)?.tunnels.map(({ id }) => id),
      ['workspace:db', 'b'],
    );
    assert.deepEqual(consentPage([base], undefined).view.buttons, []);
  });

  it('knows a button no more once what it was shown with has changed', () => {
    const [tunnel] = consentPage([base], undefined).view.tunnels;
    const pressed = tunnel?.buttons[0]?.id ?? '';
    assert.ok(consentPage([base], undefined).actions.has(pressed));
    assert.ok(!consentPage([{ ...base, version: 2 }], undefined).actions.has(pressed));
  });

  it('names the machine that listens, and says so when there is nothing to list', () => {
    assert.deepEqual(consentPage([], 'ssh-remote (db1)').view.notes.slice(0, 1), [
      'The ports are opened on ssh-remote (db1).',
    ]);
    assert.match(consentPage([], undefined).view.notes.join(' '), /There are none here/);
  });
});

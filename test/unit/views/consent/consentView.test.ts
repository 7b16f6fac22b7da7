// The consent page: the state of each tunnel and its buttons.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { consentPage } from '../../../../src/views/consent/consentView';
import type { ReviewedTunnel } from '../../../../src/views/consent/consentView';

const base: ReviewedTunnel = {
  id: 'workspace:db',
  sheet: { name: 'db', before: undefined, lines: [{ text: 'me@h:22' }] },
  verdict: 'notAllowed',
  origin: 'From the workspace settings.',
  needsManualStart: false,
  version: 1,
};
const { version: _version, ...unresolved } = base;
const changed = { ...base.sheet, before: ['me@g:22'] };

describe('the consent page', () => {
  const rows: readonly (readonly [string, ReviewedTunnel, state: RegExp, buttons: string, note?: RegExp])[] =
    [
      ['offers to allow a tunnel that is not allowed', base, /^Not allowed\.$/, 'Allow'],
      [
        'offers to allow and start a tunnel that does not start automatically',
        { ...base, needsManualStart: true },
        /^Not allowed/,
        'Allow, Allow and Start',
      ],
      [
        'has no buttons for a tunnel that is not resolved yet',
        unresolved,
        /^Not allowed/,
        '',
        /^Looking it up/,
      ],
      [
        'has no buttons for a tunnel that cannot be resolved, and says why',
        { ...unresolved, fault: 'No ssh.' },
        /^Not/,
        '',
        /can't be allowed yet\. No ssh\.$/,
      ],
      [
        'offers to allow or revoke a tunnel that has changed',
        { ...base, sheet: changed },
        /^Changed since/,
        'Allow, Revoke',
      ],
      ['offers to revoke an allowed tunnel', { ...base, verdict: 'allowed' }, /^Allowed\.$/, 'Revoke'],
      [
        'offers to manage workspace trust for a tunnel of a workspace that is not trusted',
        { ...unresolved, verdict: 'untrusted' },
        /not trusted/,
        'Manage Workspace Trust',
        /aren't looked up/,
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

  it('says so when all are allowed, and Revoke is not the first thing to press', () => {
    const allowed = { ...base, verdict: 'allowed' as const };
    const { view } = consentPage([allowed], undefined);
    assert.equal(view.title, 'You have allowed these tunnels');
    assert.match(view.notes.join(), /no question until one of them changes/);
    assert.deepEqual(
      view.tunnels[0]?.buttons.map(({ isSecondary }) => isSecondary),
      [true],
    );
    const { view: other } = consentPage([allowed, { ...base, id: 'b' }], undefined);
    assert.equal(other.title, 'Tunnels that need your consent');
    assert.deepEqual(
      other.tunnels[1]?.buttons.map(({ isSecondary }) => isSecondary),
      [undefined],
    );
  });
  it('has one button that allows all tunnels that can be allowed', () => {
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

  it('ignores a button of a tunnel that has changed since it was shown', () => {
    const [tunnel] = consentPage([base], undefined).view.tunnels;
    const pressed = tunnel?.buttons[0]?.id ?? '';
    assert.ok(consentPage([base], undefined).actions.has(pressed));
    assert.ok(!consentPage([{ ...base, version: 2 }], undefined).actions.has(pressed));
  });

  it('names the machine that opens the ports, and says when there are no tunnels', () => {
    assert.deepEqual(consentPage([], 'ssh-remote (db1)').view.notes.slice(0, 1), [
      'The ports will be opened on ssh-remote (db1).',
    ]);
    assert.match(consentPage([], undefined).view.notes.join(' '), /No tunnels need consent/);
  });
});

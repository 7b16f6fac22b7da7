// A language-model tool acts on the tunnel that its question showed, or not at all.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { ShownTunnels } from '../../../../../src/extension/editor/agents/shownTunnels';
import { stopped, tunnel } from '../../../views/snapshots';

describe('a tunnel shown in the question of a language-model tool', () => {
  const asked = tunnel(stopped, { id: 'user:staging' });

  function check(now: typeof asked): void {
    const shown = new ShownTunnels();
    shown.set('staging', asked);
    shown.check('staging', now);
  }

  it('is used after the answer', () => {
    check({ ...asked });
  });

  it("isn't replaced by another tunnel that got the same name meanwhile", () => {
    assert.throws(() => check({ ...asked, id: 'workspace:staging' }), /has changed/);
  });

  it("isn't used if its definition has changed meanwhile", () => {
    assert.ok(asked.entry);
    const entry = { ...asked.entry, autoStart: false } as const;
    assert.throws(() => check({ ...asked, entry }), /has changed/);
  });

  it("isn't used if two questions with its name have shown different ones, because either may be the answered one", () => {
    const shown = new ShownTunnels();
    const other = { ...asked, id: 'workspace:staging' };
    shown.set('staging', asked);
    shown.set('staging', other);
    assert.throws(() => shown.check('staging', other), /has changed/);
  });

  it('is used once, and not without a question', () => {
    const shown = new ShownTunnels();
    assert.throws(() => shown.check('staging', asked), /has changed/);
    shown.set('staging', asked);
    shown.check('staging', asked);
    assert.throws(() => shown.check('staging', asked), /has changed/);
  });
});

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
});

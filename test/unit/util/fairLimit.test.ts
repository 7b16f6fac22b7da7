import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { FairLimit } from '../../../src/tunnels/util/fairLimit';
import type { Share } from '../../../src/tunnels/util/fairLimit';

describe('a fair limit', () => {
  /** Takes as many as it gets. */
  function takeAll(share: Share): (() => void)[] {
    const taken: (() => void)[] = [];
    for (let giveBack = share.take(); giveBack; giveBack = share.take()) {
      taken.push(giveBack);
    }
    return taken;
  }

  it('gives one owner half of the whole', () => {
    assert.equal(takeAll(new FairLimit(100).share()).length, 50);
  });

  it('leaves something for a new owner, however many have taken what they could', () => {
    const limit = new FairLimit(1024);
    for (let owners = 0; owners < 9; owners++) {
      assert.ok(takeAll(limit.share()).length > 0);
    }
  });

  it('leaves a little for a new owner, even when dozens have taken what they could', () => {
    const limit = new FairLimit(1024, { size: 200, each: 2 });
    for (let owners = 0; owners < 90; owners++) {
      assert.ok(takeAll(limit.share()).length >= 2, `owner ${owners + 1}`);
    }
  });

  it('is never more than the whole and its reserve', () => {
    const limit = new FairLimit(100, { size: 20, each: 3 });
    const taken = Array.from({ length: 100 }, () => takeAll(limit.share()).length);
    assert.equal(
      taken.reduce((sum, each) => sum + each, 0),
      120,
    );
  });

  it('lets an owner take again what was given back, once', () => {
    const share = new FairLimit(100).share();
    const [first] = takeAll(share);
    first?.();
    first?.();
    assert.equal(takeAll(share).length, 1);
  });
});

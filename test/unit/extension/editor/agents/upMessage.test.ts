// The message about a tunnel that is up, in whole or in part.
import assert from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import type * as links from '../../../../../src/extension/editor/uriHandler';
import type { ForwardSnapshot } from '../../../../../src/tunnels/model/snapshot';
import { withFakeVscode } from '../../../../support/fakeVscode';
import { failedForward, forward, listening, local, tunnel, up } from '../../../views/snapshots';

describe('the message about a tunnel that is up', () => {
  let module: typeof links;
  const listens = forward(local('Database'), listening());
  const words = (already: boolean, ...forwards: readonly ForwardSnapshot[]): object =>
    module.upMessage(tunnel(up, { forwards: [listens, ...forwards] }), already);

  before(async () => {
    module = await withFakeVscode(() => import('../../../../../src/extension/editor/uriHandler'));
  });

  it('is short when every forward listens', () => {
    assert.deepEqual(words(false), { text: 'The tunnel "staging" is up.', isWhole: true });
    assert.deepEqual(words(true), { text: 'The tunnel "staging" is already up.', isWhole: true });
  });
  it('names the forward that failed, and why', () => {
    assert.deepEqual(words(true, failedForward), {
      text: 'The tunnel "staging" is up, except for "Broken": Port 5432 on this machine is used by another program.',
      isWhole: false,
    });
    assert.deepEqual(words(false, failedForward, failedForward, failedForward), {
      text: 'The tunnel "staging" is up, except for "Broken" and 2 more forwards: Port 5432 on this machine is used by another program.',
      isWhole: false,
    });
  });
});

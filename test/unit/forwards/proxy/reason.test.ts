// Why a target could not be reached, as the replies of the proxy protocols say it.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { TunnelFailure } from '../../../../src/tunnels/errors/errors';
import {
  targetNotFound,
  targetNotPermitted,
  targetRefused,
  targetUnreachable,
} from '../../../../src/tunnels/errors/localListenAndTarget';
import { connectionLost } from '../../../../src/tunnels/errors/connect';
import { reasonOf } from '../../../../src/tunnels/forwards/proxy/reason';

describe('the reason in a proxy reply', () => {
  const cases = [
    [targetRefused('db:1', 'server', 'Connection refused'), 'refused'],
    [targetNotFound('db:1', 'server', 'Name or service not known'), 'notFound'],
    [targetNotPermitted('db:1', 'server', ''), 'notPermitted'],
    [targetUnreachable('db:1', 'server', 'Connection timed out'), 'timedOut'],
    [targetUnreachable('db:1', 'server', 'Network is unreachable'), 'networkUnreachable'],
    [targetUnreachable('db:1', 'server', 'No route to host'), 'unreachable'],
    [connectionLost('server'), 'other'],
  ] as const;
  for (const [error, reason] of cases) {
    it(`is "${reason}" for ${error.code} ${error.detail ? `with "${error.detail}"` : 'without words'}`, () =>
      assert.equal(reasonOf(new TunnelFailure(error)), reason));
  }
  it('is "other" for an unknown error', () => assert.equal(reasonOf(new Error('?')), 'other'));
});

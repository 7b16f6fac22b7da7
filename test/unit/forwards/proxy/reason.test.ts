// Why the far side could not be reached, in the words of the proxy protocols.
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

describe('the reason that a proxy gives', () => {
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
    it(`${error.code}, ${error.detail ?? 'nothing said'}: ${reason}`, () =>
      assert.equal(reasonOf(new TunnelFailure(error)), reason));
  }
  it('anything else: other', () => assert.equal(reasonOf(new Error('?')), 'other'));
});

// Why a target could not be reached, as the replies of the proxy protocols say it.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { TunnelFailure } from '../../../../src/tunnels/errors/errors';
import {
  targetNotFound,
  targetRefused,
  targetSocketUnusable,
  targetUnreachable,
} from '../../../../src/tunnels/errors/forwards/target';
import { targetNotPermitted } from '../../../../src/tunnels/errors/forwards/targetNotPermitted';
import { serverLimit } from '../../../../src/tunnels/errors/forwards/serverLimit';
import { connectionLost } from '../../../../src/tunnels/errors/ssh/connectionLost';
import { failureReasonOf } from '../../../../src/tunnels/forwards/proxy/failureReason';

const target = { host: 'db', port: 1 };

describe('the reason in a proxy reply', () => {
  const cases = [
    [targetRefused(target, 'thisMachine'), 'refused'],
    [targetNotFound(target, 'thisMachine'), 'notFound'],
    [targetNotPermitted(target, 'server'), 'notPermitted'],
    [targetUnreachable(target, 'thisMachine', 'timedOut'), 'timedOut'],
    [targetUnreachable(target, 'thisMachine', 'networkUnreachable'), 'networkUnreachable'],
    [targetUnreachable(target, 'thisMachine', 'hostUnreachable'), 'unreachable'],
    [targetUnreachable(target, 'thisMachine', 'other'), 'unreachable'],
    [targetSocketUnusable({ path: '/run/s' }, 'thisMachine'), 'unreachable'],
    [serverLimit(target, 'server'), 'shortage'],
    [connectionLost('server'), 'other'],
  ] as const;
  for (const [error, reason] of cases) {
    it(`is "${reason}" for ${error.code}${'cause' in error ? ` with the cause ${error.cause}` : ''}`, () =>
      assert.equal(failureReasonOf(new TunnelFailure(error)), reason));
  }
  it('is "other" for an unknown error', () => assert.equal(failureReasonOf(new Error('?')), 'other'));
});

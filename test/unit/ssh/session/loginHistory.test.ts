// A login that ends in silence, at a server that let us in before or not.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { closedAfterOffer, loginRefused } from '../../../../src/tunnels/errors/ssh/loginRefused';
import { LoginHistory } from '../../../../src/tunnels/ssh/session/loginHistory';

const tried = [{ key: 'id_ed25519' }];
const byKey = closedAfterOffer('me@db:22', { tried, accepted: [], mayHaveAskedPerson: false });
const byTouch = closedAfterOffer('me@db:22', { tried, accepted: [], mayHaveAskedPerson: true });

describe('a login that the server closes in silence', () => {
  function codes(history: LoginHistory, times: number, error = byKey): readonly string[] {
    return Array.from({ length: times }, () => history.failed('session', error, 'db').code);
  }

  it('is refused at a server that has never let us in', () => {
    const history = new LoginHistory();
    history.succeeded('another session');
    assert.deepEqual(codes(history, 2), ['LoginRefused', 'LoginRefused']);
  });

  it('counts as lost three times at a server that has let us in, which may be restarting', () => {
    const history = new LoginHistory();
    history.succeeded('session');
    const lost = ['ConnectionLost', 'ConnectionLost', 'ConnectionLost'];
    assert.deepEqual(codes(history, 5), [...lost, 'LoginRefused', 'LoginRefused']);
    history.succeeded('session');
    assert.deepEqual(codes(history, 1), ['ConnectionLost']);
  });

  it('is refused at once if a person may have been asked for something, or with words', () => {
    const history = new LoginHistory();
    history.succeeded('session');
    assert.deepEqual(codes(history, 1, byTouch), ['LoginRefused']);
    assert.deepEqual(codes(history, 1, loginRefused('me@db:22', 'said', 'Go away.')), ['LoginRefused']);
  });
});

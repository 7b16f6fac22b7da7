// What is kept of a server's words during a login: bounded, and without what it was sent.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { LoginRecord } from '../../../../src/tunnels/ssh/auth/loginProgress';

function record(): LoginRecord {
  return new LoginRecord(() => ({ problems: [] }));
}

describe('the record of what a server says during a login', () => {
  it('has only the beginning of a long text, because a server may send any number of them', () => {
    const login = record();
    login.hear(`${' '.repeat(100_000)}late`);
    assert.equal(login.said, '');
    login.hear('early');
    assert.equal(login.said, 'early');
  });

  it('has no more than a few texts', () => {
    const login = record();
    for (let n = 0; n < 1000; n++) {
      login.hear(`text ${n}.`);
    }
    assert.match(login.said, /text 19\.$/);
  });

  it('has no secret that was sent, nor a longer one that contains it', () => {
    const login = record();
    login.sendsSecret('h0rse');
    login.sendsSecret('h0rse battery');
    login.sendsSecret('1');
    login.sendsSecret('password');
    assert.equal(login.withoutSecrets('Your password has expired.'), 'Your password has expired.');
    assert.equal(login.withoutSecrets('1 h0rse battery, 1 h0rse'), '1 …, 1 …');
  });
});

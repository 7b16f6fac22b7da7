// Variables of a window's environment, by name.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { variable } from '../../../src/tunnels/util/environment';

describe('a variable', () => {
  it('is found by its name, in any case on Windows', () => {
    const env = { Path: 'C:\\Windows', SSH_AUTH_SOCK: 'a', ssh_auth_sock: 'b' };
    assert.equal(variable(env, 'PATH', 'win32'), 'C:\\Windows');
    assert.equal(variable(env, 'PATH', 'linux'), undefined);
    assert.equal(variable(env, 'ssh_auth_sock', 'win32'), 'b');
    assert.equal(variable(env, 'toString', 'linux'), undefined);
    assert.equal(variable(env, 'constructor', 'win32'), undefined);
  });
});

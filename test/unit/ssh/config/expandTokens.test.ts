// Expanding `~`, tokens and variables in paths of ssh_config.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'mocha';
import { TunnelFailure } from '../../../../src/tunnels/errors/errors';
import { makeExpander } from '../../../../src/tunnels/ssh/config/expandTokens';
import type { LocalUser } from '../../../../src/tunnels/ssh/config/localUser';
import { nextStepOf } from '../../../support/errorWords';

const local: LocalUser = {
  name: 'me',
  home: '/home/me',
  uid: 1000,
  machine: 'box.example.org',
  homeOf: (name) => (name === 'her' ? '/home/her' : undefined),
};
const source = {
  alias: 'web',
  hostName: 'web.example.org',
  port: 2222,
  user: 'root',
  hostKeyAlias: undefined,
  proxyJump: undefined,
};
const env = { KEYS: '/keys', EMPTY: '', ODD: '%h${KEYS}' };

describe('expanding a path of ssh_config', () => {
  const expander = makeExpander(source, local, env);
  const connection = createHash('sha1').update('box.example.orgweb.example.org2222root').digest('hex');
  const good: readonly (readonly [string, string])[] = [
    ['/abs', '/abs'],
    ['~', '/home/me'],
    ['~/.ssh/id', '/home/me/.ssh/id'],
    ['~me/id', '/home/me/id'],
    ['~her/id', '/home/her/id'],
    ['a~b', '/home/me/a~b'],
    ['rel/id', '/home/me/rel/id'],
    ['/%%', '/%'],
    ['/%h-%n-%p-%r', '/web.example.org-web-2222-root'],
    ['%d/%u/%i', '/home/me/me/1000'],
    ['/%l/%L/%k', '/box.example.org/box/web'],
    ['/%C', `/${connection}`],
    ['/j%j', '/j'],
    ['${KEYS}/id', '/keys/id'],
    ['/a${EMPTY}b', '/ab'],
    ['/$KEYS', '/$KEYS'],
    ['/${ODD}', '/%h${KEYS}'],
    ['/with space/%r', '/with space/root'],
  ];
  for (const [written, path] of good) {
    it(`turns ${written} into ${path}`, () => {
      assert.equal(expander.path(written), path);
    });
  }

  const bad: readonly (readonly [string, RegExp])[] = [
    ['~nobody/id', /^"~nobody\/id" names a user who doesn't exist/],
    ['/%q', /the unknown token "%q"/],
    ['/%', /the unknown token "%"/],
    ['/${NOT_SET}', /the variable "NOT_SET"/],
    ['/${KEYS/id', /^"\/\$\{KEYS\/id" contains a variable without a closing brace\.$/],
    ['login hunter2 ${KEYS', /^A value contains a variable without a closing brace\.$/],
    ['login hunter2 %q', /^A value contains the unknown token "%q"\.$/],
    ['login hunter2 ${NOT_SET}', /^A value contains the variable "NOT_SET", which is not set\.$/],
    ['~no body/id', /^A path names a user who doesn't exist/],
  ];
  for (const [written, message] of bad) {
    it(`refuses ${written}`, () => {
      assert.throws(
        () => expander.path(written),
        (error) =>
          error instanceof TunnelFailure && error.code === 'InvalidDefinition' && message.test(error.message),
      );
    });
  }

  it('asks to set a variable that is not set', () => {
    assert.throws(
      () => expander.path('/${NOT_SET}/id'),
      (error) =>
        error instanceof TunnelFailure && nextStepOf(error.error).startsWith('Set NOT_SET and restart'),
    );
  });

  const jumps: readonly (readonly [string, string])[] = [
    ['bastion', 'bastion'],
    ['a,me@bastion:22', 'bastion'],
    ['[::1]:22', '::1'],
    ['ssh://me@bastion:22', 'bastion'],
  ];
  for (const [proxyJump, name] of jumps) {
    it(`turns %j into ${name} for the ProxyJump ${proxyJump}`, () => {
      assert.equal(makeExpander({ ...source, proxyJump }, local, env).tokens('%j'), name);
    });
  }

  it('turns %k into the HostKeyAlias if there is one', () => {
    assert.equal(makeExpander({ ...source, hostKeyAlias: 'alias' }, local, env).tokens('%k'), 'alias');
  });
});

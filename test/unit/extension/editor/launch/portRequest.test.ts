// How a variable, a task or a launch configuration names a port, and which port that is.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  checkForward,
  findRequested,
  forwardOf,
  namedForward,
  readPortRequest,
} from '../../../../../src/extension/editor/launch/portRequest';
import type { TunnelFailure } from '../../../../../src/tunnels/errors/errors';
import type { TunnelSnapshot } from '../../../../../src/tunnels/model/snapshot';
import { broken, forward, local, tunnel } from '../../../views/snapshots';
import { nextStepOf } from '../../../../support/errorWords';

describe('reading a port request', () => {
  const rows: readonly (readonly [argument: unknown, read: object | RegExp])[] = [
    ['staging', { tunnel: 'staging' }],
    ['staging/Database', { tunnel: 'staging/Database' }],
    [{ tunnel: 'staging' }, { tunnel: 'staging' }],
    [
      { tunnel: 'staging', forward: 'Database', folder: 'api' },
      { tunnel: 'staging', forward: 'Database', folder: 'api' },
    ],
    [{ type: 'node', request: 'launch', sshTunnel: 'staging' }, { tunnel: 'staging' }],
    [{ sshTunnel: { tunnel: 'staging', forward: 'x' } }, { tunnel: 'staging', forward: 'x' }],
    [undefined, /No tunnel given/],
    ['', /No tunnel given/],
    [7, /No tunnel given/],
    [{}, /"tunnel" in the arguments, or "sshTunnel" in the launch configuration/],
    [{ tunnel: '' }, /Set "tunnel"/],
    [{ tunnel: ['staging'] }, /Set "tunnel"/],
    [{ tunnel: 'staging', forward: 1 }, /"forward" must be the label/],
  ];
  for (const [argument, read] of rows) {
    it(`${read instanceof RegExp ? 'refuses' : 'accepts'} ${argument === undefined ? 'no argument' : JSON.stringify(argument)}`, () => {
      if (read instanceof RegExp) {
        assert.throws(() => readPortRequest(argument), read);
      } else {
        assert.deepEqual(readPortRequest(argument), read);
      }
    });
  }
});

describe('the tunnel of a port request', () => {
  const inFolder = (folder: string): TunnelSnapshot => ({
    ...tunnel({ status: 'stopped' }, { name: 'db', origin: 'folder' }),
    id: `folder:${folder}:db`,
    folder,
  });
  const outside = inFolder('/home/me/api');
  const user = tunnel({ status: 'stopped' }, { origin: 'user' });
  const tunnels = [inFolder('api'), inFolder('web'), outside, user];

  it('is the one in the named folder, or else the nearest', () => {
    assert.equal(findRequested({ tunnel: 'db', folder: 'web' }, tunnels, 'api').tunnel.folder, 'web');
    assert.equal(findRequested({ tunnel: 'db' }, tunnels, 'api').tunnel.folder, 'api');
    assert.equal(findRequested({ tunnel: 'staging' }, tunnels, 'api').tunnel.origin, 'user');
  });
  it('is split from its forward at a slash, though ids and labels may hold slashes', () => {
    const rows: readonly (readonly [
      reference: string,
      found: TunnelSnapshot,
      forward: string | undefined,
    ])[] = [
      ['staging', user, undefined],
      ['staging/Database', user, 'Database'],
      ['staging//run/db.sock', user, '/run/db.sock'],
      ['folder:/home/me/api:db', outside, undefined],
      ['folder:/home/me/api:db/Database', outside, 'Database'],
      ['folder:/home/me/api:db/a/b', outside, 'a/b'],
    ];
    for (const [reference, found, label] of rows) {
      assert.deepEqual(findRequested({ tunnel: reference }, tunnels, undefined), {
        tunnel: found,
        forward: label,
      });
    }
    const both = findRequested({ tunnel: 'staging/Database', forward: 'Page' }, tunnels, undefined);
    assert.equal(both.forward, 'Page');
  });
  it('is refused when ambiguous or unknown, with the candidates and the next step', () => {
    assert.throws(
      () => findRequested({ tunnel: 'db/Database' }, tunnels, undefined),
      (error: TunnelFailure) =>
        error.message.includes('"folder:api:db", "folder:web:db"') &&
        nextStepOf(error.error).includes('set "folder"'),
    );
    assert.throws(
      () => findRequested({ tunnel: 'db', folder: 'x' }, tunnels, 'api'),
      /folder "x" has no tunnel "db"/,
    );
    assert.throws(() => findRequested({ tunnel: 'none' }, tunnels, 'api'), /no tunnel "none"/);
    assert.throws(() => findRequested({ tunnel: 'none/Database' }, tunnels, 'api'), /no tunnel "none"/);
  });
  it('is refused without repeating a password', () => {
    const withoutPassword = (error: TunnelFailure): boolean => !error.message.includes('hunter2');
    for (const argument of [{ tunnel: { password: 'hunter2' } }, { password: 'hunter2' }, ['hunter2']]) {
      assert.throws(() => readPortRequest(argument), withoutPassword);
    }
    for (const request of [
      { tunnel: 'postgres://app:hunter2@db:5432/app' },
      { tunnel: 'staging', folder: 'me:hunter2@h' },
    ]) {
      assert.throws(() => findRequested(request, tunnels, undefined), withoutPassword);
    }
  });
});

describe('the forward of a port request', () => {
  const remote = forward({
    kind: 'remote',
    listen: { bind: undefined, port: 9000 },
    target: { host: 'localhost', port: 3000 },
    label: 'Back',
    ifPortBusy: 'fail',
  });
  const of = (...labels: readonly string[]): TunnelSnapshot =>
    tunnel({ status: 'stopped' }, { forwards: [...labels.map((label) => forward(local(label))), remote] });

  it('is the one with the given label, or the only one that listens on this machine', () => {
    assert.equal(forwardOf(of('A', 'B'), 'B').forward.label, 'B');
    assert.equal(forwardOf(of('A'), undefined).forward.label, 'A');
  });
  it('is refused when ambiguous, unknown or remote, with the labels there are', () => {
    assert.throws(
      () => forwardOf(of('A', 'B'), undefined),
      /several ports\. Set "forward" to one of "A", "B"/,
    );
    assert.throws(() => forwardOf(of('A', 'B'), 'C'), /no forward "C", only "A", "B", "Back"/);
    assert.throws(() => forwardOf(of(), undefined), /no port on this machine/);
    assert.throws(() => forwardOf(tunnel({ status: 'stopped' }), 'A'), /has no forward "A"\./);
    assert.throws(() => forwardOf(of('A'), 'Back'), /is a remote forward/);
  });
  it('is checked before the tunnel starts, unless the definition itself is invalid', () => {
    const several = of('A', 'B');
    assert.throws(() => checkForward({ tunnel: several, forward: undefined }, 'address'), /several ports/);
    checkForward({ tunnel: several, forward: undefined }, 'any');
    assert.throws(() => checkForward({ tunnel: several, forward: 'C' }, 'any'), /no forward "C"/);
    checkForward({ tunnel: several, forward: 'Back' }, 'any');
    assert.throws(() => checkForward({ tunnel: several, forward: 'Back' }, 'address'), /is a remote forward/);
    checkForward({ tunnel: broken, forward: 'A' }, 'address');
  });
  it('may be a remote forward when only its name is asked for', () =>
    assert.equal(namedForward(of('A'), 'Back'), remote));
});

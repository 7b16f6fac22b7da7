// What a variable, a task or a launch configuration may say to name a port, and which port that is.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  findRequested,
  forwardOf,
  namedForward,
  readPortRequest,
} from '../../../../src/extension/editor/portRequest';
import type { TunnelSnapshot } from '../../../../src/tunnels/model/snapshot';
import { forward, local, tunnel } from '../../views/snapshots';

describe('a request for a port', () => {
  const rows: readonly (readonly [argument: unknown, read: object | RegExp])[] = [
    ['staging', { tunnel: 'staging' }],
    ['staging/Database', { tunnel: 'staging', forward: 'Database' }],
    ['staging/a/b', { tunnel: 'staging', forward: 'a/b' }],
    [{ tunnel: 'staging' }, { tunnel: 'staging' }],
    [{ tunnel: 'staging/Database' }, { tunnel: 'staging', forward: 'Database' }],
    [
      { tunnel: 'staging', forward: 'Database', folder: 'api' },
      { tunnel: 'staging', forward: 'Database', folder: 'api' },
    ],
    [{ type: 'node', request: 'launch', sshTunnel: 'staging' }, { tunnel: 'staging' }],
    [{ sshTunnel: { tunnel: 'staging', forward: 'x' } }, { tunnel: 'staging', forward: 'x' }],
    [undefined, /Say which tunnel you mean/],
    ['', /Say which tunnel/],
    [7, /Say which tunnel/],
    [{}, /"tunnel" in the arguments, or "sshTunnel" in the launch configuration/],
    [{ tunnel: '' }, /by "tunnel"/],
    [{ tunnel: ['staging'] }, /by "tunnel"/],
    [{ tunnel: 'staging', forward: 1 }, /"forward" must be the label/],
  ];
  for (const [argument, read] of rows) {
    it(argument === undefined ? 'nothing' : JSON.stringify(argument), () => {
      if (read instanceof RegExp) {
        assert.throws(() => readPortRequest(argument), read);
      } else {
        assert.deepEqual(readPortRequest(argument), read);
      }
    });
  }
});

describe('the tunnel of a request', () => {
  const inFolder = (folder: string): TunnelSnapshot => ({
    ...tunnel({ status: 'stopped' }, { name: 'db', origin: 'folder' }),
    id: `folder:${folder}:db`,
    folder,
  });
  const tunnels = [inFolder('api'), inFolder('web'), tunnel({ status: 'stopped' }, { origin: 'user' })];

  it('is that of the folder it names, then of the nearest', () => {
    assert.equal(findRequested({ tunnel: 'db', folder: 'web' }, tunnels, 'api').folder, 'web');
    assert.equal(findRequested({ tunnel: 'db' }, tunnels, 'api').folder, 'api');
    assert.equal(findRequested({ tunnel: 'staging' }, tunnels, 'api').origin, 'user');
  });
  it('is refused where it is not clear, with all it could be', () => {
    assert.throws(
      () => findRequested({ tunnel: 'db' }, tunnels, undefined),
      /"folder:api:db", "folder:web:db"/,
    );
    assert.throws(
      () => findRequested({ tunnel: 'db', folder: 'x' }, tunnels, 'api'),
      /folder "x" has no tunnel "db"/,
    );
    assert.throws(() => findRequested({ tunnel: 'none' }, tunnels, 'api'), /no tunnel "none"/);
  });
});

describe('the forward of a request', () => {
  const remote = forward({
    kind: 'remote',
    listen: { bind: undefined, port: 9000 },
    target: { host: 'localhost', port: 3000 },
    label: 'Back',
    ifPortBusy: 'fail',
  });
  const of = (...labels: readonly string[]): TunnelSnapshot =>
    tunnel({ status: 'stopped' }, { forwards: [...labels.map((label) => forward(local(label))), remote] });

  it('is the one of that label, or the only one on this machine', () => {
    assert.equal(forwardOf(of('A', 'B'), 'B').forward.label, 'B');
    assert.equal(forwardOf(of('A'), undefined).forward.label, 'A');
  });
  it('is refused with the labels there are', () => {
    assert.throws(() => forwardOf(of('A', 'B'), undefined), /several ports: say which "forward" of "A", "B"/);
    assert.throws(() => forwardOf(of('A', 'B'), 'C'), /no forward "C", only "A", "B", "Back"/);
    assert.throws(() => forwardOf(of(), undefined), /no port on this machine/);
    assert.throws(() => forwardOf(tunnel({ status: 'stopped' }), 'A'), /has no forward "A"\./);
    assert.throws(() => forwardOf(of('A'), 'Back'), /is a remote forward/);
  });
  it('may be on the server where it has to listen, and no more', () =>
    assert.equal(namedForward(of('A'), 'Back'), remote));
});

// What the Ports view is told to call a port, and that nothing else of the setting is touched.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { labelChange, labelsAlone, portLabels } from '../../../../../src/extension/editor/ports/portLabels';
import { withValueAt } from '../../../../../src/tunnels/config/moveListen';
import type { DynamicForward, Forward } from '../../../../../src/tunnels/config/forward';
import { forward, listening, local, stopped, tunnel, up } from '../../../views/snapshots';

const on = (port: number): { readonly listen: { readonly bind: undefined; readonly port: number } } => ({
  listen: { bind: undefined, port },
});
const bound = (port: number): ReturnType<typeof listening> =>
  listening({ bound: [{ host: '127.0.0.1', port }] });
const socks: DynamicForward = { kind: 'dynamic', ...on(1080), label: '1080', ifPortBusy: 'fail' };
const remote: Forward = { ...local('Back', on(9000)), kind: 'remote' };

describe('the labels of ports', () => {
  const labels = (...tunnels: Parameters<typeof portLabels>[0]): readonly string[] =>
    portLabels(tunnels).map(({ port, label }) => `${port} ${label}`);

  it('name the tunnel and the forward, or where it leads', () =>
    assert.deepEqual(
      labels(
        tunnel(stopped, {
          forwards: [forward(local('Database', on(5432))), forward(local('8080', on(8080))), forward(socks)],
        }),
      ),
      ['1080 staging: SOCKS proxy', '5432 staging: Database', '8080 staging: db.internal:5432'],
    ));
  it('are for the port that a free one became', () =>
    assert.deepEqual(
      labels(
        tunnel(up, { forwards: [forward(local('A', on(0)), bound(40_123)), forward(local('B', on(0)))] }),
      ),
      ['40123 staging: A'],
    ));
  it('are none for ports of the server, and sockets', () => {
    const socket = forward(local('Docker', { listen: { path: '/tmp/docker.sock' } }));
    assert.deepEqual(labels(tunnel(stopped, { forwards: [forward(remote), socket] })), []);
    const path = forward(socket.forward, listening({ bound: [{ path: '/tmp/docker.sock' }] }));
    assert.deepEqual(labels(tunnel(up, { forwards: [forward(remote, bound(9000)), path] })), []);
  });
  it('go to the forward that listens, where two have one port', () => {
    const idle = tunnel(stopped, { forwards: [forward(local('A', on(80)))] });
    const alive = tunnel(up, { name: 'other', forwards: [forward(local('B', on(80)), bound(80))] });
    assert.deepEqual(labels(idle, alive), ['80 other: B']);
  });
  it('are none for a host of ssh_config that nobody has started', () => {
    const host = { origin: 'sshConfig', name: 'db' } as const;
    assert.deepEqual(labels(tunnel(stopped, { ...host, forwards: [forward(local('A', on(80)))] })), []);
    assert.deepEqual(labels(tunnel(up, { ...host, forwards: [forward(local('A', on(80)), bound(80))] })), [
      '80 db: A',
    ]);
  });
  it('are plain text', () =>
    assert.deepEqual(labels(tunnel(up, { forwards: [forward(local('a\n\u202eb'), listening())] })), [
      '5432 staging: a b',
    ]));
});

describe('labels in the setting', () => {
  const labels = [
    { port: 80, label: 'a: Web' },
    { port: 5432, label: 'a: DB' },
  ];
  const after = (current: unknown): unknown =>
    labelChange(current, labels).forward.reduce<unknown>(withValueAt, current);

  it('stand alone where there is no other', () => {
    const alone = { '80': { label: 'a: Web' }, '5432': { label: 'a: DB' } };
    assert.deepEqual(labelsAlone(labels), alone);
    for (const nothing of [undefined, null, 7, []]) {
      assert.deepEqual(after(nothing), alone);
      assert.deepEqual(labelChange(nothing, labels).back, [{ path: [], value: nothing }]);
    }
  });
  it('are put beside what others wrote, and beside other keys of the port', () => {
    const current = {
      '80': { label: 'old', onAutoForward: 'openBrowser' },
      '3000-3010': { onAutoForward: 'ignore' },
      '5432': 'nonsense',
    };
    assert.deepEqual(after(current), {
      ...current,
      '80': { label: 'a: Web', onAutoForward: 'openBrowser' },
      '5432': { label: 'a: DB' },
    });
    assert.deepEqual(labelChange(current, labels).back, [
      { path: ['80'], value: current['80'] },
      { path: ['5432'], value: 'nonsense' },
    ]);
  });
  it('change nothing where they are there; and one that is new goes by itself', () => {
    assert.deepEqual(labelChange(labelsAlone(labels), labels), { forward: [], back: [] });
    assert.deepEqual(labelChange({ '80': { label: 'a: Web' } }, labels), {
      forward: [{ path: ['5432'], value: { label: 'a: DB' } }],
      back: [{ path: ['5432'], value: undefined }],
    });
  });
});

// The labels that ports get in the Ports view; the rest of that setting stays unchanged.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  labelChange,
  labelsAlone,
  portLabels,
  withoutHeld,
} from '../../../../../src/extension/editor/ports/portLabels';
import { withValueAt } from '../../../../../src/tunnels/util/jsonPath';
import type { DynamicForward, Forward } from '../../../../../src/tunnels/config/forward';
import { forward, listening, local, stopped, tunnel, up } from '../../../views/snapshots';

const on = (port: number): { readonly listen: { readonly bind: undefined; readonly port: number } } => ({
  listen: { bind: undefined, port },
});
const bound = (port: number): ReturnType<typeof listening> =>
  listening({ bound: [{ host: '127.0.0.1', port }] });
const socks: DynamicForward = { kind: 'dynamic', ...on(1080), label: '1080', ifPortBusy: 'fail' };
const remote: Forward = { ...local('Back', on(9000)), kind: 'remote' };

describe('the port labels', () => {
  const labels = (...tunnels: Parameters<typeof portLabels>[0]): readonly string[] =>
    portLabels(tunnels).map(({ port, label }) => `${port} ${label}`);

  it('name the tunnel and the forward, or its target if it has no label', () =>
    assert.deepEqual(
      labels(
        tunnel(stopped, {
          forwards: [forward(local('Database', on(5432))), forward(local('8080', on(8080))), forward(socks)],
        }),
      ),
      ['1080 staging: SOCKS proxy', '5432 staging: Database', '8080 staging: db.internal:5432'],
    ));
  it('use the bound port of a forward that takes any free port', () =>
    assert.deepEqual(
      labels(
        tunnel(up, { forwards: [forward(local('A', on(0)), bound(40_123)), forward(local('B', on(0)))] }),
      ),
      ['40123 staging: A'],
    ));
  it('leave out ports of the server, and Unix sockets', () => {
    const socket = forward(local('Docker', { listen: { path: '/tmp/docker.sock' } }));
    assert.deepEqual(labels(tunnel(stopped, { forwards: [forward(remote), socket] })), []);
    const path = forward(socket.forward, listening({ bound: [{ path: '/tmp/docker.sock' }] }));
    assert.deepEqual(labels(tunnel(up, { forwards: [forward(remote, bound(9000)), path] })), []);
  });
  it('name the forward that listens when two have the same port', () => {
    const idle = tunnel(stopped, { forwards: [forward(local('A', on(80)))] });
    const alive = tunnel(up, { name: 'other', forwards: [forward(local('B', on(80)), bound(80))] });
    assert.deepEqual(labels(idle, alive), ['80 other: B']);
  });
  it('leave out a host of ssh_config that is not up', () => {
    const host = { origin: 'sshConfig', name: 'db' } as const;
    assert.deepEqual(labels(tunnel(stopped, { ...host, forwards: [forward(local('A', on(80)))] })), []);
    assert.deepEqual(labels(tunnel(up, { ...host, forwards: [forward(local('A', on(80)), bound(80))] })), [
      '80 db: A',
    ]);
  });
  it('leave out a port that another program holds', async () => {
    const tunnels = [
      tunnel(stopped, { forwards: [forward(local('Held', on(5432))), forward(local('Free', on(5433)))] }),
      tunnel(up, { forwards: [forward(local('Ours', on(5434)), bound(5434))] }),
    ];
    const kept = await withoutHeld(portLabels(tunnels), tunnels, ({ port }) =>
      Promise.resolve(port === 5433),
    );
    assert.deepEqual(
      kept.map(({ port }) => port),
      [5433, 5434],
    );
  });
  it('hold no line ends and no hidden characters', () =>
    assert.deepEqual(labels(tunnel(up, { forwards: [forward(local('a\n\u202eb'), listening())] })), [
      '5432 staging: a b',
    ]));
});

describe('the port labels in the settings', () => {
  const labels = [
    { port: 80, label: 'a: Web' },
    { port: 5432, label: 'a: DB' },
  ];
  const after = (current: unknown): unknown =>
    labelChange(current, labels).forward.reduce<unknown>(withValueAt, current);

  it('replace a value that is empty or no object', () => {
    const alone = { '80': { label: 'a: Web' }, '5432': { label: 'a: DB' } };
    assert.deepEqual(labelsAlone(labels), alone);
    for (const nothing of [undefined, null, 7, []]) {
      assert.deepEqual(after(nothing), alone);
      assert.deepEqual(labelChange(nothing, labels).back, [{ path: [], value: nothing }]);
    }
  });
  it('are added beside other ports and other keys of the same port', () => {
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
  it('change nothing that is there already, and undo removes only the label that was added', () => {
    assert.deepEqual(labelChange(labelsAlone(labels), labels), { forward: [], back: [] });
    assert.deepEqual(labelChange({ '80': { label: 'a: Web' } }, labels), {
      forward: [{ path: ['5432'], value: { label: 'a: DB' } }],
      back: [{ path: ['5432'], value: undefined }],
    });
  });
});

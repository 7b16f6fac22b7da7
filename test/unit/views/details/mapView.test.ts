// The data of the drawing: who listens where, in which direction, and what is on the way.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { RemoteForward } from '../../../../src/tunnels/config/forward';
import { tunnelMap, windowMap } from '../../../../src/views/details/mapView';
import type { TunnelSnapshot } from '../../../../src/tunnels/model/snapshot';
import type { MapTunnel } from '../../../../src/views/webview/mapData';
import {
  connecting,
  everyState,
  failed,
  failedForward,
  forward,
  listening,
  local,
  program,
  running,
  stopped,
  tunnel,
  up,
} from '../snapshots';

const still = new Map<string, number>();

function mapOf(...parameters: Parameters<typeof tunnel>): MapTunnel {
  const [found] = tunnelMap(tunnel(...parameters), still).tunnels;
  assert.ok(found);
  return found;
}

const remote: RemoteForward = {
  kind: 'remote',
  listen: { bind: undefined, port: 9000 },
  target: { host: 'printer.lan', port: 631 },
  label: 'Printer',
  ifPortBusy: 'fail',
};

describe('the drawing', () => {
  it('has the listener of each kind on its side, and the arrow to the target', () => {
    const { routes } = mapOf(up, {
      forwards: [
        forward(local('Database'), listening()),
        forward(remote, listening({ bound: [{ host: '127.0.0.1', port: 9000 }] })),
        forward({
          kind: 'dynamic',
          listen: { bind: undefined, port: 1080 },
          label: '1080',
          ifPortBusy: 'fail',
        }),
      ],
      programs: [program(running())],
    });
    assert.deepEqual(
      routes.map(({ direction, near, far }) => [direction, near.role, near.text, far.role, far.text]),
      [
        ['out', 'listens on', '127.0.0.1:5432', 'connects to', 'db.internal:5432'],
        ['in', 'connects to', 'printer.lan:631', 'listens on', '127.0.0.1:9000'],
        ['out', 'listens on', '127.0.0.1:1080', 'connects to', 'what each program asks for'],
        ['in', 'shows windows on', "this machine's display", 'X11 program', 'Clock'],
      ],
    );
    assert.deepEqual(
      routes.map(({ near, far }) => [near.beyond, far.beyond]),
      [
        [false, true],
        [true, false],
        [false, true],
        [false, false],
      ],
    );
  });

  it('has a target on the server itself in the box of the server', () => {
    const target = { host: 'localhost', port: 80 };
    const [route] = mapOf(up, { forwards: [forward(local('Web', { target }), listening())] }).routes;
    assert.equal(route?.far.beyond, false);
  });

  it('shows a failed forward as failed, and the connection as working', () => {
    const { hops, routes } = mapOf(up, { forwards: [failedForward] });
    assert.deepEqual(
      [hops.map(({ mark }) => mark), routes.map(({ mark }) => mark)],
      [['working'], ['failed']],
    );
  });

  it('has a mark, a role and a sentence for everything in every state', () => {
    for (const snapshot of everyState) {
      for (const { sentence, hops, routes } of tunnelMap(snapshot, still).tunnels) {
        assert.ok(sentence !== '' && routes.every((route) => route.sentence !== ''));
        assert.ok(hops.every(({ mark, role, title }) => [mark, role, title].every((word) => word !== '')));
      }
    }
  });

  it('shows how far a connection has come', () => {
    const { hops } = mapOf(connecting({ hop: 0 }), {});
    assert.equal(hops[0]?.mark, 'busy');
  });

  it('of the window draws the hosts once that several tunnels in the same state go through', () => {
    const named = (name: string, state = up): TunnelSnapshot =>
      tunnel(state, { name, id: `workspace:${name}`, forwards: [forward(local('Database'), listening())] });
    const { tunnels } = windowMap(
      [...['a', 'b', 'c', 'd', 'e'].map((name) => named(name)), named('bad', failed)],
      () => still,
    );
    assert.deepEqual(
      tunnels.map(({ title, hops, routes }) => [title, hops.length, routes.length]),
      [
        ['a, b, c and 2 more', 1, 5],
        ['bad', 1, 1],
      ],
    );
    const [{ routes, sentence } = assert.fail()] = tunnels;
    assert.equal(new Set(routes.map(({ key }) => key)).size, 5);
    assert.equal(routes[4]?.near.role, 'e · listens on');
    assert.match(routes[4].sentence, /^e: /);
    assert.match(sentence, /^a: This machine → .* e: This machine → /);
  });

  it('of the window leaves out hosts of ssh_config that were not started', () => {
    const listed = tunnel(stopped, { name: 'listed', origin: 'sshConfig' });
    const { tunnels } = windowMap([tunnel(up), listed], () => still);
    assert.deepEqual(
      tunnels.map(({ title }) => title),
      ['staging'],
    );
  });
});

// What usually runs behind a forward, by its protocol, its target's port or its target's socket.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Address } from '../../../../src/tunnels/util/address';
import { knownServices } from '../../../../src/views/services/knownServices';
import { connectionPattern, mayBeWeb, serviceAt, serviceOf } from '../../../../src/views/services/service';
import { local } from '../snapshots';

const host = 'far.internal';

describe('the service of a forward', () => {
  const byTarget: readonly [target: Address, name: string | undefined][] = [
    [{ host, port: 5432 }, 'PostgreSQL'],
    [{ host, port: 3306 }, 'MySQL'],
    [{ host, port: 6379 }, 'Redis'],
    [{ host, port: 27_017 }, 'MongoDB'],
    [{ host, port: 5672 }, 'RabbitMQ'],
    // Registered for others, and met as these.
    [{ host, port: 9200 }, 'Elasticsearch'],
    [{ host, port: 1521 }, 'Oracle Database'],
    [{ host, port: 80 }, 'HTTP'],
    [{ host, port: 22 }, 'SSH'],
    // Registered, and forgotten.
    [{ host, port: 902 }, undefined],
    [{ host, port: 3000 }, undefined],
    [{ host, port: 4 }, undefined],
    [{ host, port: 65_000 }, undefined],
    [{ path: '/run/postgresql/.s.PGSQL.5432' }, 'PostgreSQL'],
    [{ path: '/var/run/docker.sock' }, 'Docker'],
    [{ path: '/run/other.sock' }, undefined],
  ];
  for (const [target, name] of byTarget) {
    it(`at ${'path' in target ? target.path : target.port} is ${name ?? 'not known'}`, () =>
      assert.equal(serviceOf(local('x', { target }))?.name, name));
  }

  it('is what its protocol says, whatever the port', () => {
    const named = (protocol: string): string | undefined => serviceOf(local('x', { protocol }))?.name;
    assert.deepEqual(['mariadb', 'postgres', 'vnc', 'coap'].map(named), [
      'MariaDB',
      'PostgreSQL',
      'VNC',
      'coap',
    ]);
  });
  it('is that of the target, on the server too; a SOCKS proxy has none', () => {
    const { target: _target, ...forward } = local('x');
    const remote = { ...forward, kind: 'remote' as const, listen: { bind: undefined, port: 3306 } };
    assert.equal(serviceOf({ ...remote, target: { host, port: 5432 } })?.name, 'PostgreSQL');
    assert.equal(serviceOf({ ...remote, target: undefined }), undefined);
    assert.equal(serviceOf({ ...forward, kind: 'dynamic' }), undefined);
  });
});

describe('what is known of services', () => {
  it('has each id and each port once', () => {
    const [ids, ports] = [
      knownServices.flatMap((one) => one.ids),
      knownServices.flatMap((one) => one.ports ?? []),
    ];
    assert.equal(new Set(ids).size, ids.length);
    assert.equal(new Set(ports).size, ports.length);
  });
  it('puts the address into each connection string once', () => {
    for (const { name, url } of knownServices) {
      assert.ok(url === undefined || url.split('*').length === 2, name);
    }
  });
  it('has a page for browsers where one may be, and a connection string where one is known', () => {
    const rows: readonly [port: number, web: boolean, pattern: string | undefined][] = [
      [80, true, 'http://*/'],
      [443, true, 'https://*/'],
      [8443, true, 'https://*/'],
      [9200, true, 'http://*/'],
      [3000, true, undefined],
      [5432, false, 'postgresql://*/'],
      [9092, false, '*'],
      [902, true, undefined],
      [2049, false, undefined],
    ];
    for (const [port, web, pattern] of rows) {
      const forward = local('x', { target: { host, port } });
      assert.deepEqual([mayBeWeb(forward), connectionPattern(forward)], [web, pattern], String(port));
    }
    assert.equal(mayBeWeb(local('x', { protocol: 'http' })), true);
  });
  it('asks nothing of ports that are none', () => assert.equal(serviceAt(0), undefined));
});

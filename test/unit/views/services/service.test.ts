// The service behind a forward, known by its protocol, or by the port or socket of its target.
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
    // Registered for other services, but commonly used by these.
    [{ host, port: 9200 }, 'Elasticsearch'],
    [{ host, port: 1521 }, 'Oracle Database'],
    [{ host, port: 80 }, 'HTTP'],
    [{ host, port: 22 }, 'SSH'],
    // Registered for services that are no longer in use.
    [{ host, port: 902 }, undefined],
    [{ host, port: 3000 }, undefined],
    [{ host, port: 4 }, undefined],
    [{ host, port: 65_000 }, undefined],
    [{ path: '/run/postgresql/.s.PGSQL.5432' }, 'PostgreSQL'],
    [{ path: '/var/run/docker.sock' }, 'Docker'],
    [{ path: '/run/other.sock' }, undefined],
  ];
  for (const [target, name] of byTarget) {
    it(`is ${name ?? 'unknown'} for the target ${'path' in target ? target.path : `port ${target.port}`}`, () =>
      assert.equal(serviceOf(local('x', { target }))?.name, name));
  }

  it('is that of its protocol, for any port', () => {
    const named = (protocol: string): string | undefined => serviceOf(local('x', { protocol }))?.name;
    assert.deepEqual(['mariadb', 'postgres', 'vnc', 'coap'].map(named), [
      'MariaDB',
      'PostgreSQL',
      'VNC',
      'coap',
    ]);
  });
  it('is that of the target of a remote forward, and missing for a SOCKS proxy', () => {
    const { target: _target, ...forward } = local('x');
    const remote = { ...forward, kind: 'remote' as const, listen: { bind: undefined, port: 3306 } };
    assert.equal(serviceOf({ ...remote, target: { host, port: 5432 } })?.name, 'PostgreSQL');
    assert.equal(serviceOf({ ...remote, target: undefined }), undefined);
    assert.equal(serviceOf({ ...forward, kind: 'dynamic' }), undefined);
  });
});

describe('the list of known services', () => {
  it('has each id and each port once', () => {
    const [ids, ports] = [
      knownServices.flatMap((one) => one.ids),
      knownServices.flatMap((one) => one.ports ?? []),
    ];
    assert.equal(new Set(ids).size, ids.length);
    assert.equal(new Set(ports).size, ports.length);
  });
  it('has one placeholder for the address in each connection string', () => {
    for (const { name, url } of knownServices) {
      assert.ok(url === undefined || url.split('*').length === 2, name);
    }
  });
  it('says which ports may serve web pages, and the connection string of each', () => {
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
  it('has no service for port 0', () => assert.equal(serviceAt(0), undefined));
});

// The port holder lookup: by /proc on this machine, and by the output of the tools of other systems. Those outputs are
// samples in the form that their manuals show; no test here runs on macOS or Windows.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'mocha';
import { parseProcNet } from '../../../../../src/tunnels/forwards/local/portHolder/linux';
import { parseLsof } from '../../../../../src/tunnels/forwards/local/portHolder/mac';
import { conflictingListeners } from '../../../../../src/tunnels/forwards/local/portHolder/conflictingListeners';
import { findPortHolder } from '../../../../../src/tunnels/forwards/local/portHolder/portHolder';
import {
  parseExcludedRanges,
  parseTasklist,
} from '../../../../../src/tunnels/forwards/local/portHolder/win32';
import { parseMacNetstat, parseNetstat } from '../../../../../src/tunnels/util/system/netstat';

describe('the port holder lookup', () => {
  it('finds this process, at the address it listens on only', async function () {
    if (process.platform !== 'linux') {
      this.skip();
    }
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    assert.deepEqual(await findPortHolder({ host: '127.0.0.1', port }), { kind: 'daemon' });
    assert.equal(await findPortHolder({ host: '127.0.0.2', port }), undefined);
    server.close();
  });
});

describe('the listeners that conflict', () => {
  const cases: readonly [wanted: string, held: readonly string[], inOrder: readonly string[]][] = [
    ['127.0.0.1', ['0.0.0.0', '127.0.0.1', '10.0.0.1', '::1'], ['127.0.0.1', '0.0.0.0']],
    ['127.0.0.1', ['::'], ['::']],
    ['::1', ['0.0.0.0', '::'], ['::']],
    ['0.0.0.0', ['10.0.0.1', '::1'], ['10.0.0.1']],
    ['db-host', ['10.0.0.1'], ['10.0.0.1']],
  ];
  for (const [wanted, held, inOrder] of cases) {
    it(`with ${wanted} are ${inOrder.join(', then ')} among ${held.join(', ')}`, () =>
      assert.deepEqual(
        conflictingListeners(
          wanted,
          held.map((host) => ({ host })),
        ).map(({ host }) => host),
        inOrder,
      ));
  }
});

describe('parsing /proc/net/tcp', () => {
  it('finds listeners with address, user and inode', () => {
    const table = [
      '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
      '   0: 0100007F:1538 00000000:0000 0A 00000000:00000000 00:00000000 00000000   113        0 24017 1 ffff 100 0 0 10 0',
      '   1: 0100007F:1538 0100007F:9C40 01 00000000:00000000 00:00000000 00000000  1000        0 24044 1 ffff 20 4 30 10 -1',
      '   2: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 19022 1 ffff 100 0 0 10 0',
    ].join('\n');
    assert.deepEqual(parseProcNet(table), [
      { host: '127.0.0.1', port: 5432, uid: 113, inode: '24017' },
      { host: '0.0.0.0', port: 22, uid: 0, inode: '19022' },
    ]);
  });
  it('reads IPv6 addresses, and IPv4 addresses in them', () => {
    const row = (address: string): string =>
      `   0: ${address}:1F90 00000000000000000000000000000000:0000 0A 0:0 00:0 0 1000 0 7 1 ffff 100 0 0 10 0`;
    const hosts = [
      '00000000000000000000000001000000',
      '00000000000000000000000000000000',
      'B80D0120000000000000000001000000',
      '0000000000000000FFFF00000100007F',
    ].map((address) => parseProcNet(row(address))[0]?.host);
    assert.deepEqual(hosts, ['::1', '::', '2001:db8::1', '127.0.0.1']);
  });
});

describe('parsing the output of lsof on macOS', () => {
  it('takes each socket for that of the process named before it', () => {
    const sample = [
      'p612',
      'cpostgres',
      'f7',
      'n[::1]:5432',
      'f8',
      'n127.0.0.1:5432',
      'p700',
      'cnode',
      'f21',
      'n*:5432',
      '',
    ];
    assert.deepEqual(parseLsof(sample.join('\n')), [
      { pid: 612, name: 'postgres', host: '::1' },
      { pid: 612, name: 'postgres', host: '127.0.0.1' },
      { pid: 700, name: 'node', host: '::' },
    ]);
  });
  it('finds nothing in an empty output', () => assert.deepEqual(parseLsof(''), []));
});

describe('parsing the output of tools on Windows', () => {
  it('finds the listeners that netstat lists, in any language', () => {
    const sample = [
      '',
      'Aktive Verbindungen',
      '',
      '  Proto  Lokale Adresse         Remoteadresse          Status           PID',
      '  TCP    0.0.0.0:135            0.0.0.0:0              ABHÖREN          1048',
      '  TCP    127.0.0.1:5432         0.0.0.0:0              ABHÖREN          4711',
      '  TCP    127.0.0.1:5432         127.0.0.1:50123        HERGESTELLT      4711',
      '  TCP    [::1]:5432             [::]:0                 LISTENING        4711',
      '',
    ].join('\r\n');
    assert.deepEqual(parseNetstat(sample), [
      { host: '0.0.0.0', port: 135, pid: 1048 },
      { host: '127.0.0.1', port: 5432, pid: 4711 },
      { host: '::1', port: 5432, pid: 4711 },
    ]);
  });
  it('finds the name of a process that tasklist lists', () => {
    const sample = '"postgres.exe","4711","Services","0","12,345 K"\r\n';
    assert.equal(parseTasklist(sample, 4711), 'postgres.exe');
    assert.equal(
      parseTasklist('INFO: No tasks are running which match the specified criteria.\r\n', 4711),
      undefined,
    );
  });
  it('finds the excluded port ranges that netsh lists', () => {
    const sample = [
      '',
      'Protocol tcp Port Exclusion Ranges',
      '',
      'Start Port    End Port',
      '----------    --------',
      '      5357        5357',
      '     50000       50059     *',
      '',
      '* - Administered port exclusions.',
      '',
    ].join('\r\n');
    assert.deepEqual(parseExcludedRanges(sample), [
      { from: 5357, to: 5357 },
      { from: 50_000, to: 50_059 },
    ]);
  });
});

describe('parsing netstat of macOS', () => {
  it('finds the listeners of both families, with the columns of older and newer systems', () => {
    const table = [
      'Active Internet connections (including servers)',
      'Proto Recv-Q Send-Q  Local Address          Foreign Address        (state)     rhiwat shiwat    pid   epid',
      'tcp4       0      0  127.0.0.1.12345        127.0.0.1.62965        CLOSE_WAIT',
      'tcp46      0      0  *.62981                *.*                    LISTEN      131072 131072  34548      0',
      'tcp4       0      0  *.5000                 *.*                    LISTEN',
      'tcp6       0      0  *.5000                 *.*                    LISTEN     ',
      'tcp6       0      0  ::1.5432               *.*                    LISTEN',
      'tcp4       0      0  127.0.0.1.5432         *.*                    LISTEN',
      'udp4       0      0  *.5353                 *.*',
    ].join('\n');
    assert.deepEqual(parseMacNetstat(table), [
      { host: '0.0.0.0', port: 62981 },
      { host: '::', port: 62981 },
      { host: '0.0.0.0', port: 5000 },
      { host: '::', port: 5000 },
      { host: '::1', port: 5432 },
      { host: '127.0.0.1', port: 5432 },
    ]);
  });
});

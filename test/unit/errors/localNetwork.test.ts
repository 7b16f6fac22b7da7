// macOS's Local Network privacy, which can't be run here: its EHOSTUNREACH leads to the place where it is allowed, for
// addresses of the local network alone, and nowhere else.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { explain } from '../../../src/tunnels/errors/errors';
import type { TunnelError } from '../../../src/tunnels/errors/errors';
import { targetUnreachable } from '../../../src/tunnels/errors/forwards/target';
import { proxyCommandFailed } from '../../../src/tunnels/errors/ssh/jumpHost';
import { dialError } from '../../../src/tunnels/ssh/transport/dial';
import { isOfLocalNetwork } from '../../../src/tunnels/util/address';
import { nextStepOf } from '../../support/errorWords';
import { english } from '../../../src/tunnels/util/l10n';
import { checkReadable } from '../../support/readableErrors';

const place = 'System Settings > Privacy & Security > Local Network';

function firstStep(error: TunnelError, platform: string): string {
  return explain(error, { platform, destination: undefined }, english).steps[0]?.text ?? '';
}

describe('an address of the local network', () => {
  const inside = [
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.64.4',
    '169.254.1.1',
    'fe80::1%en0',
    'FE80::1',
    'fd00::1',
    'nas.local',
    'NAS.Local.',
  ];
  for (const host of inside) {
    it(`is ${host}`, () => assert.equal(isOfLocalNetwork(host), true));
  }
  const outside = [
    '172.32.0.1',
    '11.0.0.1',
    '192.0.2.1',
    '2001:db8::1',
    '127.0.0.1',
    '::1',
    'local',
    'web.localhost',
    '',
  ];
  for (const host of outside) {
    it(`is not ${host === '' ? 'an empty one' : host}`, () => assert.equal(isOfLocalNetwork(host), false));
  }
});

describe('no route to a host, on macOS', () => {
  const dialled = (host: string, platform: NodeJS.Platform, code = 'EHOSTUNREACH'): TunnelError =>
    dialError({ host, port: 22 }, undefined, Object.assign(new Error(code), { code }), 0, platform);

  it('of the local network names the place where it is allowed', () => {
    const error = dialled('192.168.64.4', 'darwin');
    assert.ok(nextStepOf(error).includes(place));
    assert.ok(firstStep(error, 'darwin').includes(place));
    checkReadable(error);
  });

  for (const [host, platform, code] of [
    ['192.168.64.4', 'linux', 'EHOSTUNREACH'],
    ['192.0.2.1', 'darwin', 'EHOSTUNREACH'],
    ['192.168.64.4', 'darwin', 'ENETUNREACH'],
  ] as const) {
    it(`doesn't for ${code} to ${host} on ${platform}`, () => {
      const error = dialled(host, platform, code);
      assert.ok(error.code === 'HostUnreachable' && 'reason' in error && error.reason === 'noRoute');
      assert.ok(!firstStep(error, platform).includes(place));
    });
  }

  const reports: readonly [report: string, isNamed: boolean][] = [
    ['nc: connectx to 192.168.1.5 port 22 (tcp) failed: No route to host', true],
    ['ssh: connect to host bastion.local port 22: No route to host', true],
    ['ssh: connect to host 192.0.2.7 port 22: No route to host', false],
    ['connect EHOSTUNREACH 192.168.1.5:5432 - Local (192.168.1.2:50123)', true],
    ['connect EHOSTUNREACH fe80::1%en0:5432 - Local (fe80::2:50123)', true],
    ['connect EHOSTUNREACH 192.0.2.7:5432 - Local (192.168.1.2:50123)', false],
    ['nc: connectx to 192.168.1.5 port 22 (tcp) failed: Connection refused', false],
  ];
  for (const [report, isNamed] of reports) {
    it(`${isNamed ? 'is' : "isn't"} taken for it, in "${report}"`, () => {
      const ofCommand = proxyCommandFailed('web', { exitCode: 1 }, report);
      const ofTarget = targetUnreachable(
        { host: 'db', port: 5432 },
        'thisMachine',
        'hostUnreachable',
        report,
      );
      for (const error of [ofCommand, ofTarget]) {
        assert.equal(firstStep(error, 'darwin').includes(place), isNamed);
        assert.ok(!firstStep(error, 'linux').includes(place));
      }
    });
  }

  it("of the server's network is the server's matter", () => {
    const error = targetUnreachable(
      { host: '192.168.1.5', port: 80 },
      { host: 'web' },
      'hostUnreachable',
      'No route to host',
    );
    assert.ok(!firstStep(error, 'darwin').includes(place));
  });
});

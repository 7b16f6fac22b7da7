// Hints about a local port that may not be available.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Forward, Listen } from '../../../src/tunnels/config/forward';
import { portHints } from '../../../src/tunnels/config/portHints';
import { inEnglish } from '../../support/inEnglish';

const facts = { unprivilegedFrom: 1024, handedOut: { from: 32_768, to: 60_999 } };

function local(listen: Listen): Forward {
  return { kind: 'local', listen, target: { host: 'db', port: 1 }, label: 'D', ifPortBusy: 'fail' };
}
const onPort = (port: number): Forward => local({ bind: undefined, port });

describe('the hint about a port', () => {
  const cases: readonly [title: string, forward: Forward, hint: RegExp | undefined, of?: typeof facts][] = [
    [
      'names the privileges that a port below 1024 needs',
      onPort(80),
      /^Port 80 needs privileges .*1024 or above\./,
    ],
    ['is missing for port 1024', onPort(1024), undefined],
    [
      'is missing for port 80 where no port is privileged',
      onPort(80),
      undefined,
      { ...facts, unprivilegedFrom: 0 },
    ],
    [
      'names the range of ports that the system hands out',
      onPort(50_000),
      /^Port 50000 is in the range .*32768 to 60999.* at times\.$/,
    ],
    ['is there for the last port that the system hands out', onPort(60_999), /^Port 60999 /],
    ['is missing for the first port above those that the system hands out', onPort(61_000), undefined],
    ['is missing for an unprivileged port that the system does not hand out', onPort(5432), undefined],
    ['is missing for any free port', onPort(0), undefined],
    ['is missing for a socket path', local({ path: '/tmp/s' }), undefined],
    ['is there for a SOCKS proxy on a privileged port', { ...onPort(443), kind: 'dynamic' }, /^Port 443 /],
    [
      'is missing for a privileged port of the server',
      { ...onPort(80), kind: 'remote' } as Forward,
      undefined,
    ],
  ];
  for (const [title, forward, hint, of = facts] of cases) {
    it(title, () => {
      const [first, ...others] = portHints(forward, of);
      assert.deepEqual(others, []);
      if (hint) {
        assert.match(inEnglish(first), hint);
      } else {
        assert.equal(first, undefined);
      }
    });
  }
});

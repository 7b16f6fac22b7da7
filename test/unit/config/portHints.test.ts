// What is remarkable about a port, before it fails.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Forward, Listen } from '../../../src/tunnels/config/forward';
import { portHints } from '../../../src/tunnels/config/portHints';

const facts = { unprivilegedFrom: 1024, handedOut: { from: 32_768, to: 60_999 } };

function local(listen: Listen): Forward {
  return { kind: 'local', listen, target: { host: 'db', port: 1 }, label: 'D', ifPortBusy: 'fail' };
}
const onPort = (port: number): Forward => local({ bind: undefined, port });

describe('hints about a port', () => {
  const cases: readonly [title: string, forward: Forward, hint: RegExp | undefined, of?: typeof facts][] = [
    ['a privileged one', onPort(80), /^Port 80 needs privileges here: .* from 1024 upwards\./],
    ['the first that is not', onPort(1024), undefined],
    ['where nobody needs any', onPort(80), undefined, { ...facts, unprivilegedFrom: 0 }],
    [
      'one that the system hands out',
      onPort(50_000),
      /^Port 50000 is in the range .*32768 to 60999.* at times\.$/,
    ],
    ['the last of them', onPort(60_999), /^Port 60999 /],
    ['one above', onPort(61_000), undefined],
    ['an ordinary one', onPort(5432), undefined],
    ['any free one', onPort(0), undefined],
    ['a socket', local({ path: '/tmp/s' }), undefined],
    ['a SOCKS proxy', { ...onPort(443), kind: 'dynamic' }, /^Port 443 /],
    ['one of the server', { ...onPort(80), kind: 'remote' } as Forward, undefined],
  ];
  for (const [title, forward, hint, of = facts] of cases) {
    it(title, () => {
      const [first, ...others] = portHints(forward, of);
      assert.deepEqual(others, []);
      if (hint) {
        assert.match(first ?? '', hint);
      } else {
        assert.equal(first, undefined);
      }
    });
  }
});

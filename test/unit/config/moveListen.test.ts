// Changing where a forward listens, in each notation of the settings.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Listen } from '../../../src/tunnels/config/forward';
import { moveListen } from '../../../src/tunnels/config/moveListen';
import { withValueAt } from '../../../src/tunnels/util/jsonPath';
import { parseTunnel } from '../../../src/tunnels/config/parsing/parseTunnel';

function withListen(tunnel: object, index: number, listen: Listen): unknown {
  const whole = { host: 'a', ...tunnel };
  const parsed = parseTunnel('t', whole, 'user');
  assert.ok('entry' in parsed);
  const change = moveListen(whole, index, parsed.entry.definition.forwards[index]!, listen);
  assert.ok(change);
  const { host: _host, ...rest } = withValueAt(whole, change) as { host: string };
  return rest;
}
const port = (number: number, bind?: string): Listen => ({ bind, port: number });

describe('changing where a forward listens', () => {
  const cases: readonly [tunnel: object, index: number, listen: Listen, after: object][] = [
    [{ localForward: '5432:db:5432' }, 0, port(5433), { localForward: '5433:db:5432' }],
    [
      { localForward: ['1:a:1', '*:80:b:80'] },
      1,
      port(8080, '*'),
      { localForward: ['1:a:1', '*:8080:b:80'] },
    ],
    [{ localForward: '80 [::1]:80' }, 0, port(8080), { localForward: '8080:[::1]:80' }],
    [
      { localForward: [{ listen: 80, target: 'b:80', label: 'Web' }] },
      0,
      port(8080),
      { localForward: [{ listen: 8080, target: 'b:80', label: 'Web' }] },
    ],
    [
      { localForward: { listen: '::1:80'.replace('::1', '[::1]'), target: 'b:80' } },
      0,
      port(8080, '::1'),
      { localForward: { listen: '[::1]:8080', target: 'b:80' } },
    ],
    [
      { localForward: '1:a:1', dynamicForward: [1080, '1081'] },
      2,
      port(1082),
      { localForward: '1:a:1', dynamicForward: [1080, 1082] },
    ],
  ];
  for (const [tunnel, index, listen, after] of cases) {
    it(`writes ${JSON.stringify(after)}`, () => assert.deepEqual(withListen(tunnel, index, listen), after));
  }
  it('leaves a tunnel alone that does not have the forward as a key', () => {
    const forward = { kind: 'dynamic', listen: port(1), label: '1', ifPortBusy: 'fail' } as const;
    assert.equal(moveListen({ host: 'a' }, 0, forward, port(2)), undefined);
    assert.equal(moveListen('ssh -D 1 a', 0, forward, port(2)), undefined);
    assert.equal(moveListen({ ssh: 'ssh -D 1 a' }, 0, forward, port(2)), undefined);
  });
});

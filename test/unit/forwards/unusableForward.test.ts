// A forward with a Unix socket of this machine, on Windows: the platform is handed in.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { parseTunnel } from '../../../src/tunnels/config/parsing/parseTunnel';
import { TunnelForwards } from '../../../src/tunnels/daemon/tunnel/tunnelForwards';
import { isRetryable } from '../../../src/tunnels/errors/errors';
import { messageOf, nextStepOf } from '../../support/errorWords';
import { forwardOptions } from '../../support/forwardOptions';

describe('the forwards of a tunnel on Windows', () => {
  it('fail if they use a Unix socket of this machine, and the others work', async () => {
    const parsed = parseTunnel(
      'staging',
      { host: 'a', localForward: [{ listen: 0, target: '/run/x', label: 'works' }, '/run/y:b:2'] },
      'user',
    );
    assert.ok('entry' in parsed);
    const forwards = new TunnelForwards(parsed.entry.definition.forwards, {
      ...forwardOptions(),
      platform: 'win32',
      rememberedPort: () => undefined,
      maxDelay: 1,
      onClient: () => undefined,
    });
    try {
      const [error, ...more] = await forwards.open(undefined);
      assert.ok(error);
      assert.deepEqual(more, []);
      assert.match(
        messageOf(error),
        /^On Windows, no forward can listen on a Unix socket such as "\/run\/y"\.$/,
      );
      assert.match(nextStepOf(error), /^Use a port, for example .*sshTunnels\.overrides/);
      assert.equal(isRetryable(error), false);
      const states = Object.values(forwards.states).map(({ status }) => status);
      assert.deepEqual(states.sort(), ['failed', 'listening']);
    } finally {
      await forwards.close();
    }
    assert.deepEqual([...new Set(Object.values(forwards.states).map(({ status }) => status))], ['closed']);
  });
});

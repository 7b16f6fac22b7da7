// Time-outs that are longer than a timer can run are shortened: such a timer would fire at once.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { toHostConfig } from '../../../../src/tunnels/ssh/config/configValues';
import { effectiveHost } from '../../../../src/tunnels/ssh/config/effectiveHost';
import type { LocalUser } from '../../../../src/tunnels/ssh/config/localUser';
import { parseSshGOutput } from '../../../../src/tunnels/ssh/config/sshG';

const local: LocalUser = { name: 'me', home: '/home/me', uid: 1000, machine: 'box', homeOf: () => undefined };
const tooLong = 3_000_000_000;

describe('a time-out that is longer than a timer can run', () => {
  for (const [where, config, settings] of [
    ['ssh_config', `connecttimeout ${tooLong}\nserveraliveinterval ${tooLong}`, {}],
    ['the settings', '', { connectTimeout: tooLong, serverAliveInterval: tooLong }],
  ] as const) {
    it(`is shortened to what a timer can run when it is from ${where}`, () => {
      const defaults = parseSshGOutput('ciphers a\nmacs m\nkexalgorithms k\nhostkeyalgorithms h\n');
      const resolved = toHostConfig(parseSshGOutput(config), { alias: 'web', local, env: {}, defaults });
      const { connectTimeout, serverAliveInterval } = effectiveHost(resolved, {}, settings);
      for (const seconds of [connectTimeout, serverAliveInterval]) {
        assert.equal(seconds, 2_147_483);
        assert.ok(seconds * 1000 < 2 ** 31);
      }
    });
  }
});

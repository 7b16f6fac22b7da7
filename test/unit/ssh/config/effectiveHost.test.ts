// Which time-outs apply. Time-outs that are longer than a timer can run are shortened: such a timer would fire at once.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { toHostConfig } from '../../../../src/tunnels/ssh/config/configValues';
import { effectiveHost } from '../../../../src/tunnels/ssh/config/effectiveHost';
import type { HostConfig } from '../../../../src/tunnels/ssh/config/hostConfig';
import type { LocalUser } from '../../../../src/tunnels/ssh/config/localUser';
import { parseSshGOutput } from '../../../../src/tunnels/ssh/config/sshG';

const local: LocalUser = { name: 'me', home: '/home/me', uid: 1000, machine: 'box', homeOf: () => undefined };
const tooLong = 3_000_000_000;

function resolve(config: string): HostConfig {
  const defaults = parseSshGOutput('ciphers a\nmacs m\nkexalgorithms k\nhostkeyalgorithms h\n');
  return toHostConfig(parseSshGOutput(config), { alias: 'web', local, env: {}, defaults });
}

describe('the time-out of a ProxyCommand', () => {
  for (const [title, config, options, settings, expected] of [
    ['is none by default', 'connecttimeout none', {}, {}, undefined],
    ['is none for ConnectTimeout 0', 'connecttimeout 0', {}, {}, undefined],
    ['is ConnectTimeout of ssh_config', 'connecttimeout 7', {}, {}, 7],
    ["is the user's setting before ssh_config's", 'connecttimeout 7', {}, { connectTimeout: 8 }, 8],
    [
      "is the tunnel's before all others",
      'connecttimeout 7',
      { connectTimeout: 9 },
      { connectTimeout: 8 },
      9,
    ],
    ["is none for the tunnel's 0", 'connecttimeout 7', { connectTimeout: 0 }, {}, undefined],
  ] as const) {
    it(title, () => {
      assert.equal(effectiveHost(resolve(config), options, settings).proxyCommandTimeout, expected);
    });
  }
});

describe('a time-out that is longer than a timer can run', () => {
  for (const [where, config, settings] of [
    ['ssh_config', `connecttimeout ${tooLong}\nserveraliveinterval ${tooLong}`, {}],
    ['the settings', '', { connectTimeout: tooLong, serverAliveInterval: tooLong }],
  ] as const) {
    it(`is shortened to what a timer can run when it is from ${where}`, () => {
      const { connectTimeout, serverAliveInterval } = effectiveHost(resolve(config), {}, settings);
      for (const seconds of [connectTimeout, serverAliveInterval]) {
        assert.equal(seconds, 2_147_483);
        assert.ok(seconds * 1000 < 2 ** 31);
      }
    });
  }
});

// Which source of a time-out applies, and time-outs that are longer than a timer can run: such a timer would fire at once.
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

describe('a time-out that applies to a ProxyCommand as well', () => {
  for (const [title, config, options, settings, expected] of [
    ['is not ours', 'connecttimeout none', {}, {}, false],
    ['is that of ssh_config', 'connecttimeout 7', {}, {}, true],
    ["is the user's", 'connecttimeout none', {}, { connectTimeout: 10 }, true],
    ["is the tunnel's", 'connecttimeout none', { connectTimeout: 0 }, {}, true],
  ] as const) {
    it(title, () => {
      assert.equal(effectiveHost(resolve(config), options, settings).isConnectTimeoutSet, expected);
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

describe('connectTimeout', () => {
  const rows: readonly (readonly [
    title: string,
    config: string,
    setting: number | undefined,
    key: number | undefined,
    seconds: number,
  ])[] = [
    ['is 10 s where nothing sets it', 'connecttimeout none', undefined, undefined, 10],
    ["is ssh_config's", 'connecttimeout 7', undefined, undefined, 7],
    ['of 0 in ssh_config means no time-out', 'connecttimeout 0', undefined, undefined, 0],
    ['of 0 in the setting means no time-out', 'connecttimeout 7', 0, undefined, 0],
    ['of 0 in the tunnel means no time-out', 'connecttimeout 7', 5, 0, 0],
    ['in the tunnel applies, whatever else is set', 'connecttimeout 0', 0, 3, 3],
  ];
  for (const [title, config, setting, key, seconds] of rows) {
    it(title, () => {
      const options = key === undefined ? {} : { connectTimeout: key };
      const settings = setting === undefined ? {} : { connectTimeout: setting };
      assert.equal(effectiveHost(resolve(config), options, settings).connectTimeout, seconds);
    });
  }
});

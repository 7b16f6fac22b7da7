// Parsing DISPLAY, in all the forms in which systems write it.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { findDisplay } from '../../../../src/tunnels/forwards/x11/display';
import { parseDisplay } from '../../../../src/tunnels/forwards/x11/displayName';
import type { DisplayAddress } from '../../../../src/tunnels/forwards/x11/displayName';
import { TunnelFailure } from '../../../../src/tunnels/errors/errors';
import { nextStepOf } from '../../../support/errorWords';

const socket = (number: number): readonly DisplayAddress[] => [
  { path: `\0/tmp/.X11-unix/X${number}` },
  { path: `/tmp/.X11-unix/X${number}` },
];
const tcp = (host: string, port: number): readonly DisplayAddress[] => [{ host, port }];

const forms: readonly (readonly [string, readonly DisplayAddress[], screen: number, authName: string])[] = [
  [':0', socket(0), 0, ':0'],
  [':0.1', socket(0), 1, ':0'],
  [':99.0', socket(99), 0, ':99'],
  ['unix:3', socket(3), 0, ':3'],
  ['desk/unix:3.0', socket(3), 0, ':3'],
  ['localhost:10.0', tcp('localhost', 6010), 0, 'unix:10'],
  ['desk.example.org:1', tcp('desk.example.org', 6001), 0, 'desk.example.org:1'],
  ['tcp/desk:1.2', tcp('desk', 6001), 2, 'tcp/desk:1'],
  ['192.168.1.7:0.0', tcp('192.168.1.7', 6000), 0, '192.168.1.7:0'],
  ['[::1]:0', tcp('::1', 6000), 0, '[::1]:0'],
];

describe('parsing DISPLAY', () => {
  for (const [text, addresses, screen, authName] of forms) {
    it(`accepts the display name ${text}`, () => {
      assert.deepEqual(parseDisplay(text, 'linux'), { text, addresses, screen, authName });
    });
  }

  it('finds an abstract socket on Linux only, and a TCP port on Windows', () => {
    assert.deepEqual(parseDisplay(':0', 'darwin')?.addresses, [{ path: '/tmp/.X11-unix/X0' }]);
    assert.deepEqual(parseDisplay(':1', 'win32')?.addresses, tcp('127.0.0.1', 6001));
  });

  it('accepts a socket of XQuartz, with or without a screen', () => {
    const path = '/private/tmp/com.apple.launchd.abc/org.xquartz:0';
    assert.deepEqual(parseDisplay(path, 'darwin')?.addresses, [{ path }]);
    const named = parseDisplay(`${path}.0`, 'darwin');
    assert.deepEqual(named?.addresses, [{ path: `${path}.0` }, { path }]);
    assert.equal(named.authName, path);
  });

  for (const text of ['nonsense', ':', 'host', ':x', ':0.x', 'a b:0', 'host::0', ':99999', ':-1', 'a\0b:0']) {
    it(`refuses the display name ${JSON.stringify(text)}`, async () => {
      assert.equal(parseDisplay(text, 'linux'), undefined);
      await assert.rejects(
        findDisplay(text, 'linux'),
        (error) => error instanceof TunnelFailure && error.code === 'NoDisplay',
      );
    });
  }

  it('finds no display when it is not set, except the first on Windows', async () => {
    assert.deepEqual((await findDisplay(undefined, 'win32')).addresses, tcp('localhost', 6000));
    for (const [platform, remedy] of [
      ['linux', /desktop session/],
      ['darwin', /XQuartz/],
    ] as const) {
      await assert.rejects(findDisplay('', platform), (error) => {
        return error instanceof TunnelFailure && remedy.test(nextStepOf(error.error));
      });
    }
  });
});

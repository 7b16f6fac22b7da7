// Parsing one tunnel of the settings.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { TunnelEntry } from '../../../../src/tunnels/config/definition';
import { parseTunnel } from '../../../../src/tunnels/config/parsing/parseTunnel';
import { plain, problemsOf } from '../problems';

function entryOf(value: unknown): TunnelEntry {
  const parsed = parseTunnel('staging', value, 'user');
  assert.ok('entry' in parsed, JSON.stringify(parsed));
  return parsed.entry;
}

describe('the tunnel parser', () => {
  it('fills in the defaults of missing keys', () => {
    assert.deepEqual(entryOf({ host: 'staging', localForward: '8080:www.example.org:80' }), {
      definition: {
        destination: { host: 'staging' },
        forwards: [
          {
            kind: 'local',
            listen: { bind: undefined, port: 8080 },
            target: { host: 'www.example.org', port: 80 },
            label: '8080',
            ifPortBusy: 'fail',
          },
        ],
        x11Programs: [],
        options: {},
        reconnect: true,
      },
      autoStart: true,
      runIn: undefined,
      statusBar: false,
    });
  });

  it('reads every key', () => {
    const entry = entryOf({
      host: 'ssh://me@staging:2222',
      proxyJump: ['bastion', 'me@[::1]:22'],
      localForward: [
        {
          listen: '*:5432',
          target: 'db.internal:5432',
          label: 'Database',
          env: 'DB_PORT',
          protocol: 'postgresql',
          ifPortBusy: 'next',
        },
        { listen: 0, target: '[::1]:6379', label: 'redis' },
      ],
      remoteForward: [],
      compression: false,
      exitOnForwardFailure: true,
      serverAliveInterval: 0,
      serverAliveCountMax: 5,
      connectTimeout: 20,
      reconnect: false,
      autoStart: 'onConnect',
      runIn: 'everywhere',
      statusBar: true,
      description: 'The staging machines',
    });
    assert.deepEqual(entry, {
      definition: {
        destination: { host: 'staging', user: 'me', port: 2222 },
        proxyJump: [{ host: 'bastion' }, { host: '::1', user: 'me', port: 22 }],
        forwards: [
          {
            kind: 'local',
            listen: { bind: '*', port: 5432 },
            target: { host: 'db.internal', port: 5432 },
            label: 'Database',
            ifPortBusy: 'next',
            env: 'DB_PORT',
            protocol: 'postgresql',
          },
          {
            kind: 'local',
            listen: { bind: undefined, port: 0 },
            target: { host: '::1', port: 6379 },
            label: 'redis',
            ifPortBusy: 'fail',
          },
        ],
        x11Programs: [],
        options: {
          compression: false,
          exitOnForwardFailure: true,
          serverAliveInterval: 0,
          serverAliveCountMax: 5,
          connectTimeout: 20,
        },
        reconnect: false,
      },
      autoStart: 'onConnect',
      runIn: 'everywhere',
      statusBar: true,
      description: 'The staging machines',
    });
  });

  const jumps: readonly [value: unknown, hosts: readonly string[] | undefined][] = [
    [undefined, undefined],
    ['bastion', ['bastion']],
    ['a,b', ['a', 'b']],
    [
      ['a', 'b, c'],
      ['a', 'b', 'c'],
    ],
    ['none', []],
    ['NONE', []],
    [['none'], []],
    [[], []],
  ];
  for (const [proxyJump, hosts] of jumps) {
    it(`reads the proxyJump ${proxyJump === undefined ? 'of a tunnel without one' : JSON.stringify(proxyJump)}`, () => {
      const entry = entryOf(proxyJump === undefined ? plain : { ...plain, proxyJump });
      assert.deepEqual(
        entry.definition.proxyJump?.map(({ host }) => host),
        hosts,
      );
    });
  }

  it('accepts the longest time of a timer in Node as serverAliveInterval', () => {
    const { options } = entryOf({ ...plain, serverAliveInterval: 2_147_483 }).definition;
    assert.equal(options.serverAliveInterval, 2_147_483);
  });

  for (const autoStart of [true, false, 'onConnect']) {
    it(`accepts autoStart ${String(autoStart)}`, () =>
      assert.equal(entryOf({ ...plain, autoStart }).autoStart, autoStart));
  }

  for (const name of ['staging', 'my tunnel', '__proto__', 'constructor', 'a'.repeat(100), 'Köln 🚇']) {
    it(`accepts the name "${name.slice(0, 20)}"`, () => assert.deepEqual(problemsOf(plain, name), []));
  }

  it('accepts 500 forwards', () => {
    const localForward = Array.from({ length: 500 }, (_, index) => `${1000 + index}:localhost:80`);
    assert.equal(entryOf({ ...plain, localForward }).definition.forwards.length, 500);
  });
});

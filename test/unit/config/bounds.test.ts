// Huge settings: they are read in little time, with few problems and short messages.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { settingsMarks } from '../../../src/extension/settings/settingsDiagnostics';
import { parseOverrides } from '../../../src/tunnels/config/overrides';
import { parseTunnels } from '../../../src/tunnels/config/parseTunnels';
import { plain, problemsOf } from './problems';

const places = { home: '/home/me', workspaceFolder: '/home/me/shop' };
/** Milliseconds: the window is blocked while it reads settings. */
const longest = 3000;
const million = 1_000_000;
const many = 300_000;
const mega = 10 * 1024 * 1024;

function inTime<T>(work: () => T): T {
  const start = performance.now();
  const result = work();
  const took = performance.now() - start;
  assert.ok(took < longest, `it took ${took.toFixed(0)} ms`);
  return result;
}

function keysWithValues(count: number, value: unknown): Record<string, unknown> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`key${index}`, value]));
}

function nested(depth: number): unknown {
  let value: unknown = 'x';
  for (let level = 0; level < depth; level++) {
    value = level % 2 === 0 ? [value] : { host: value };
  }
  return value;
}

describe('the tunnel parser', () => {
  const list = Array<string>(million).fill('0:a:1');
  const cases: readonly [title: string, value: unknown, problem: RegExp][] = [
    ['a million forwards', { ...plain, localForward: list }, /1000000 forwards; 500 are the most/],
    ['300000 unknown keys', { ...plain, ...keysWithValues(many, 1) }, /more keys here that are none/],
    [
      '300000 unknown keys of a forward',
      { ...plain, localForward: keysWithValues(many, 1) },
      /more keys here that are none/,
    ],
    [
      '300000 programs',
      { ...plain, x11Programs: keysWithValues(many, 'x') },
      /300000 programs; 100 are the most/,
    ],
    ['a million jump hosts', { ...plain, proxyJump: list }, /1000000 jump hosts; 50 are the most/],
    [
      'a million jump hosts in one string',
      { ...plain, proxyJump: 'a,'.repeat(million) },
      /more than 50 jump hosts/,
    ],
    ['a host of 10 MB', { host: 'a'.repeat(mega) }, /longer than 4096/],
    ['a host of 10 MB with a user', { host: `${'a:'.repeat(mega / 2)}@b` }, /longer than 4096/],
    ['a forward of 10 MB', { ...plain, localForward: '1:'.repeat(mega / 2) }, /longer than 4096/],
    ['a forward of 10 MB of spaces', { ...plain, localForward: ' 1'.repeat(mega / 2) }, /longer than 4096/],
    [
      'a target of 10 MB',
      { ...plain, localForward: { listen: 1, target: '['.repeat(mega) } },
      /longer than 4096/,
    ],
    [
      'a path of 10 MB',
      { ...plain, localForward: { listen: `/${'a'.repeat(mega)}`, target: 'a:1' } },
      /longer than 4096/,
    ],
    [
      'a label of 10 MB',
      { ...plain, localForward: { listen: 1, target: 'a:1', label: 'a'.repeat(mega) } },
      /longer than 100/,
    ],
    [
      'an env name of 10 MB',
      { ...plain, localForward: { listen: 1, target: 'a:1', env: 'A'.repeat(mega) } },
      /longer than 100/,
    ],
    ['a description of 10 MB', { ...plain, description: 'a\u200b'.repeat(mega / 2) }, /longer than 1000/],
    [
      'a protocol of 10 MB',
      { ...plain, localForward: { listen: 1, target: 'a:1', protocol: 'a'.repeat(mega) } },
      /URL/,
    ],
    ['a command of 10 MB', { ...plain, x11Programs: { a: 'a'.repeat(mega) } }, /longer than 4096/],
    ['a key of 10 MB', { ...plain, ['a'.repeat(mega)]: 1 }, /is not a key of a tunnel/],
    ['a command line of 10 MB', `ssh ${'-Z '.repeat(mega / 3)}`, /longer than 20000/],
    ['a command line of 10 MB in an object', { ssh: 'ssh -L '.repeat(mega / 7) }, /longer than 20000/],
    ['deeply nested lists', nested(100_000), /a list|an object/],
    ['deeply nested lists as a host', { host: nested(100_000) }, /an object|a list/],
    ['deeply nested lists as a forward', { ...plain, localForward: nested(100_000) }, /a forward|a key/i],
  ];
  for (const [title, value, problem] of cases) {
    it(`refuses ${title} in time, with few and short problems`, () => {
      const problems = inTime(() => problemsOf(value));
      assert.match(problems.join('\n').slice(0, 20_000), problem);
      assert.ok(problems.length <= 51, `${problems.length} problems`);
      assert.ok(
        problems.every((text) => text.length < 1000),
        'a problem that is too long',
      );
    });
  }

  it('refuses a name of 10 MB in time, with a short problem', () => {
    const [problem = ''] = inTime(() => problemsOf(plain, 'a\u202e'.repeat(mega / 2)));
    assert.match(problem, /longer than 100/);
    assert.ok(problem.length < 1000);
  });

  it('reports the first 50 problems of 500 invalid forwards, and that there are more', () => {
    const wrong = {
      listen: 'x',
      target: 'y',
      label: '',
      env: 'PATH',
      protocol: '-',
      ifPortBusy: 1,
      a: 1,
      b: 2,
    };
    const problems = inTime(() => problemsOf({ ...plain, localForward: Array(500).fill(wrong) }));
    assert.equal(problems.length, 51);
    assert.match(problems.at(-1) ?? '', /more wrong with it/);
  });
});

describe('the parser of the tunnels setting', () => {
  it('takes the first 1000 of 300000 tunnels, and reports the limit', () => {
    const { tunnels, problems } = inTime(() => parseTunnels(keysWithValues(many, plain), places));
    assert.equal(tunnels.length, 1000);
    assert.match(problems[0]?.message ?? '', /^It has 300000 tunnels; 1000 are the most that are read/);
  });
  it('takes tunnels up to 5000 forwards in all, and reports the limit', () => {
    const each = { ...plain, localForward: Array<string>(500).fill('0:a:1') };
    const { tunnels, problems } = inTime(() => parseTunnels(keysWithValues(1000, each), places));
    assert.equal(tunnels.length, 10);
    assert.match(problems[0]?.message ?? '', /^It has more than 5000 forwards/);
  });
  it('stops early at tunnels with many problems, and reports one problem', () => {
    const { tunnels, problems } = inTime(() =>
      parseTunnels(keysWithValues(1000, keysWithValues(100, 1)), places),
    );
    assert.ok(tunnels.length < 400, `${tunnels.length}`);
    assert.equal(problems.length, 1);
  });
  it('takes tunnels named like properties of Object.prototype', () => {
    const setting: unknown = JSON.parse(
      '{"__proto__":{"host":"a"},"constructor":{"host":"b"},"toString":{"host":"c"},"hasOwnProperty":{"host":"d"}}',
    );
    const { tunnels } = parseTunnels(setting, places);
    const hosts = tunnels.map(({ parsed }) =>
      'entry' in parsed ? parsed.entry.definition.destination.host : '-',
    );
    assert.deepEqual(hosts, ['a', 'b', 'c', 'd']);
    assert.equal('host' in {}, false);
  });
  it('refuses keys of a tunnel named like properties of Object.prototype', () => {
    for (const key of [
      'constructor',
      'toString',
      'hasOwnProperty',
      'valueOf',
      '__defineGetter__',
      'prototype',
    ]) {
      assert.match(problemsOf({ ...plain, [key]: { host: 'evil' } }).join(), /is not a key of a tunnel/, key);
    }
  });
});

describe('the overrides parser', () => {
  it('refuses 300000 overrides in time', () => {
    const { byName, problems } = inTime(() => parseOverrides(keysWithValues(many, {})));
    assert.equal(byName.size, 0);
    assert.match(problems[0]?.message ?? '', /300000 overrides; 1000 are the most/);
  });
  it('refuses 300000 labels of one override in time', () => {
    const { byName } = inTime(() => parseOverrides({ db: { listen: keysWithValues(many, 1) } }));
    const parsed = byName.get('db');
    assert.ok(parsed && 'problems' in parsed);
    assert.match(parsed.problems[0]?.message ?? '', /300000 labels; 500 are the most/);
  });
});

describe('the problem marks of a huge settings file', () => {
  const options = {
    within: [],
    ports: { unprivilegedFrom: 1024, handedOut: { from: 32768, to: 60999 } },
    places,
  };
  const cases: readonly [title: string, text: () => string, marks: number][] = [
    [
      'are missing in a file of 10 MB',
      () => JSON.stringify({ 'sshTunnels.tunnels': { a: {} }, x: 'x'.repeat(mega) }),
      0,
    ],
    [
      'are missing in 500000 nested lists',
      () => `{"sshTunnels.tunnels": ${'['.repeat(500_000)}${']'.repeat(500_000)}}`,
      0,
    ],
    [
      'show the first 200 problems of 900 invalid tunnels',
      () => JSON.stringify({ 'sshTunnels.tunnels': keysWithValues(900, {}) }),
      200,
    ],
  ];
  for (const [title, text, marks] of cases) {
    it(title, () => assert.equal(inTime(() => settingsMarks(text(), options)).length, marks));
  }
});

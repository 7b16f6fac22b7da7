// Huge settings: they are read in little time, with few problems and short messages.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { settingsMarks } from '../../../../src/extension/settings/diagnostics/findProblems';
import { parseOverrides } from '../../../../src/tunnels/config/parsing/parseOverrides';
import { parseTunnel } from '../../../../src/tunnels/config/parsing/parseTunnel';
import { parseTunnelsInSteps } from '../../../../src/tunnels/config/parsing/parseTunnels';
import type { ParsedTunnels } from '../../../../src/tunnels/config/parsing/parseTunnels';
import { assertLinear, growth } from '../../../support/growth';
import { plain, problemsOf } from '../problems';
import { inEnglish } from '../../../support/inEnglish';
import { atOnce } from '../../../../src/tunnels/util/pacing/slices';

const variables = { home: '/home/me', workspaceFolder: '/home/me/shop' };
/** How large each of them is. */
const many = 100_000;
const some = 30_000;
const mega = 1024 * 1024;
/** How large, where it is measured whether the time for it is in proportion. */
const measured = 20_000;

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
  const list = (size: number): string[] => Array<string>(size).fill('0:a:1');
  const cases: readonly [title: string, size: number, value: (size: number) => unknown, problem: RegExp][] = [
    [
      '100000 forwards',
      many,
      (size) => ({ ...plain, localForward: list(size) }),
      /00000 forwards; the maximum is 500/,
    ],
    [
      '30000 unknown keys',
      some,
      (size) => ({ ...plain, ...keysWithValues(size, 1) }),
      /more unknown properties/,
    ],
    [
      '30000 unknown keys of a forward',
      some,
      (size) => ({ ...plain, localForward: keysWithValues(size, 1) }),
      /more unknown properties/,
    ],
    [
      '30000 programs',
      some,
      (size) => ({ ...plain, x11Programs: keysWithValues(size, 'x') }),
      /30000 programs; the maximum is 100/,
    ],
    [
      '100000 jump hosts',
      many,
      (size) => ({ ...plain, proxyJump: list(size) }),
      /00000 jump hosts; the maximum is 50/,
    ],
    [
      '100000 jump hosts in one string',
      many,
      (size) => ({ ...plain, proxyJump: 'a,'.repeat(size) }),
      /more than 50 jump hosts/,
    ],
    ['a host of a megabyte', mega, (size) => ({ host: 'a'.repeat(size) }), /longer than 4096/],
    [
      'a host of a megabyte with a user',
      mega,
      (size) => ({ host: `${'a:'.repeat(size / 2)}@b` }),
      /longer than 4096/,
    ],
    [
      'a forward of a megabyte',
      mega,
      (size) => ({ ...plain, localForward: '1:'.repeat(size / 2) }),
      /longer than 4096/,
    ],
    [
      'a forward of a megabyte of spaces',
      mega,
      (size) => ({ ...plain, localForward: ' 1'.repeat(size / 2) }),
      /longer than 4096/,
    ],
    [
      'a target of a megabyte',
      mega,
      (size) => ({ ...plain, localForward: { listen: 1, target: '['.repeat(size) } }),
      /longer than 4096/,
    ],
    [
      'a path of a megabyte',
      mega,
      (size) => ({ ...plain, localForward: { listen: `/${'a'.repeat(size)}`, target: 'a:1' } }),
      /longer than 4096/,
    ],
    [
      'a label of a megabyte',
      mega,
      (size) => ({ ...plain, localForward: { listen: 1, target: 'a:1', label: 'a'.repeat(size) } }),
      /longer than 100/,
    ],
    [
      'an env name of 1 MB',
      mega,
      (size) => ({ ...plain, localForward: { listen: 1, target: 'a:1', env: 'A'.repeat(size) } }),
      /at most 100 characters/,
    ],
    [
      'a description of a megabyte',
      mega,
      (size) => ({ ...plain, description: 'a\u200b'.repeat(size / 2) }),
      /longer than 1000/,
    ],
    [
      'a protocol of a megabyte',
      mega,
      (size) => ({ ...plain, localForward: { listen: 1, target: 'a:1', protocol: 'a'.repeat(size) } }),
      /URL/,
    ],
    [
      'a command of 1 MB',
      mega,
      (size) => ({ ...plain, x11Programs: { a: 'a'.repeat(size) } }),
      /longer than 4096/,
    ],
    ['a key of 1 MB', mega, (size) => ({ ...plain, ['a'.repeat(size)]: 1 }), /Unknown property/],
    ['a command line of 1 MB', mega, (size) => `ssh ${'-Z '.repeat(size / 3)}`, /longer than 20000/],
    [
      'a command line of 1 MB in an object',
      mega,
      (size) => ({ ssh: 'ssh -L '.repeat(size / 7) }),
      /longer than 20000/,
    ],
    [
      'an option with 19000 spaces',
      19_000,
      (size) => `ssh -o "a=${' '.repeat(size - 100)}b" ${'x'.repeat(100)}`,
      /ssh_config has no keyword "a"/,
    ],
    [
      'a time-out of 19000 digits',
      19_000,
      (size) => `ssh -o ConnectTimeout=${'1'.repeat(size - 100)}x a`,
      /ConnectTimeout must be a time/,
    ],
    ['deeply nested lists', many, nested, /^: The tunnel must be|^\.host: host must be/],
    ['deeply nested lists as a host', many, (size) => ({ host: nested(size) }), /^\.host: host must be/],
    [
      'deeply nested lists as a forward',
      many,
      (size) => ({ ...plain, localForward: nested(size) }),
      /forward|property/i,
    ],
  ];
  for (const [title, size, value, problem] of cases) {
    it(`refuses ${title} in linear time, with few and short problems`, () => {
      assertLinear(Math.min(size, measured), value, problemsOf);
      const problems = problemsOf(value(size));
      assert.match(problems.join('\n').slice(0, 20_000), problem);
      assert.ok(problems.length <= 51, `${problems.length} problems`);
      assert.ok(
        problems.every((text) => text.length < 1000),
        'a problem that is too long',
      );
    });
  }

  it('stops reading at the first 50 problems, before it looks for what was meant', () => {
    const key = (index: number): string => `${'serverAliveIntervall'.slice(0, 5 + (index % 15))}${index}`;
    const wrong = {
      listen: 1,
      target: 'a:1',
      ...Object.fromEntries(Array.from({ length: 20 }, (_, index) => [key(index), 1])),
    };
    const forwards = (count: number): unknown => ({ ...plain, localForward: Array(count).fill(wrong) });
    const ratio = growth(forwards(5), forwards(500), problemsOf, 9);
    assert.ok(ratio < 9, `a hundred times the forwards take ${ratio.toFixed(1)} times as long`);
  });

  it('reads a command line of 1200 unknown keywords about as fast as one of known keywords', () => {
    const line = (option: string): string => `ssh ${`-o ${option} `.repeat(1200)}`;
    const ratio = growth(line('LogLevel=b'), line('serverali=b'), problemsOf, 3);
    assert.ok(ratio < 3, `unknown keywords take ${ratio.toFixed(1)} times as long`);
  });

  it('refuses a name of 1 MB in linear time, with a short problem', () => {
    const nameOf = (size: number): string => 'a\u202e'.repeat(size / 2);
    assertLinear(measured, nameOf, (name) => problemsOf(plain, name));
    const [problem = ''] = problemsOf(plain, nameOf(mega));
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
    const wrongTimes = (count: number): unknown => ({ ...plain, localForward: Array(count).fill(wrong) });
    assertLinear(500, wrongTimes, problemsOf);
    const problems = problemsOf(wrongTimes(500));
    assert.equal(problems.length, 51);
    assert.match(problems.at(-1) ?? '', /more problems/);
  });
});

describe('the parser of the tunnels setting', () => {
  const parse = (setting: unknown): ParsedTunnels =>
    atOnce(parseTunnelsInSteps(setting, (name, value) => parseTunnel(name, value, 'project', variables)));

  it('takes the first 1000 of 30000 tunnels in linear time, and reports the limit', () => {
    const setting = (size: number): unknown => keysWithValues(size, plain);
    assertLinear(some, setting, parse);
    const { tunnels, problems } = parse(setting(some));
    assert.equal(tunnels.length, 1000);
    assert.match(inEnglish(problems[0]?.message), /^It has 30000 tunnels; the maximum is 1000/);
  });
  it('takes tunnels up to 5000 forwards in all, and reports the limit', () => {
    const each = { ...plain, localForward: Array<string>(500).fill('0:a:1') };
    const { tunnels, problems } = parse(keysWithValues(1000, each));
    assert.equal(tunnels.length, 10);
    assert.match(inEnglish(problems[0]?.message), /^It has more than 5000 forwards/);
  });
  it('stops early at tunnels with many problems, and reports one problem', () => {
    const { tunnels, problems } = parse(keysWithValues(1000, keysWithValues(100, 1)));
    assert.ok(tunnels.length < 400, `${tunnels.length}`);
    assert.equal(problems.length, 1);
  });
  it('takes tunnels named like properties of Object.prototype', () => {
    const setting: unknown = JSON.parse(
      '{"__proto__":{"host":"a"},"constructor":{"host":"b"},"toString":{"host":"c"},"hasOwnProperty":{"host":"d"}}',
    );
    const { tunnels } = parse(setting);
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
      assert.match(problemsOf({ ...plain, [key]: { host: 'evil' } }).join(), /Unknown property/, key);
    }
  });
});

describe('the overrides parser', () => {
  it('refuses 30000 overrides in linear time', () => {
    const overrides = (size: number): unknown => keysWithValues(size, {});
    assertLinear(some, overrides, parseOverrides);
    const { byName, problems } = parseOverrides(overrides(some));
    assert.equal(byName.size, 0);
    assert.match(inEnglish(problems[0]?.message), /30000 overrides; the maximum is 1000/);
  });
  it('refuses 30000 labels of one override in linear time', () => {
    const labels = (size: number): unknown => ({ db: { listen: keysWithValues(size, 1) } });
    assertLinear(some, labels, parseOverrides);
    const parsed = parseOverrides(labels(some)).byName.get('db');
    assert.ok(parsed && 'problems' in parsed);
    assert.match(inEnglish(parsed.problems[0]?.message), /30000 labels; the maximum is 500/);
  });
});

describe('the problem marks of a huge settings file', () => {
  const options = {
    within: [],
    ports: { unprivilegedFrom: 1024, handedOut: { from: 32768, to: 60999 } },
    variables,
  };
  const cases: readonly [
    title: string,
    size: number,
    text: (size: number) => string,
    marks: number,
    smaller?: number,
  ][] = [
    [
      'are one, which says that a file of 10 MB is not checked',
      10 * mega,
      (size) => JSON.stringify({ 'sshTunnels.tunnels': { a: {} }, x: 'x'.repeat(size) }),
      1,
    ],
    [
      'are missing in deeply nested lists',
      many,
      (size) => `{"sshTunnels.tunnels": ${'['.repeat(size)}${']'.repeat(size)}}`,
      0,
    ],
    [
      'show 200 problems of command lines with 250 kB of unknown keywords',
      mega / 4,
      (size) => {
        const lines = Array<string>(Math.ceil(size / 19_000)).fill(`ssh ${'-o a=b '.repeat(2600)}`);
        return JSON.stringify({ 'sshTunnels.tunnels': Object.fromEntries(lines.entries()) });
      },
      200,
      mega / 4,
    ],
    [
      'show the first 200 problems of 900 invalid tunnels',
      900,
      (size) => JSON.stringify({ 'sshTunnels.tunnels': keysWithValues(size, {}) }),
      200,
    ],
  ];
  for (const [title, size, text, marks, smaller = measured] of cases) {
    it(title, () => {
      const read = (all: string): readonly unknown[] => atOnce(settingsMarks(all, options));
      assertLinear(Math.min(size, smaller), text, read);
      assert.equal(read(text(size)).length, marks);
    });
  }
});

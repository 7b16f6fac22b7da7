// What is underlined in a settings file: each problem at its place, through comments and escapes.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { settingsMarks } from '../../../../src/extension/settings/settingsDiagnostics';
import type { MarkOptions } from '../../../../src/extension/settings/settingsDiagnostics';

const ports = { unprivilegedFrom: 1024, handedOut: { from: 49_152, to: 65_535 } };

const places = { home: '/home/me', workspaceFolder: undefined };

/** The underlined texts, with what is said of each. */
function underlined(
  text: string,
  options: Partial<MarkOptions> = {},
): [marked: string, message: string, kind: string][] {
  const lines = text.split('\n');
  return settingsMarks(text, { within: [], ports, places, ...options }).map(
    ({ start, end, message, kind }) => {
      assert.equal(start.line, end.line, 'more than one line');
      return [lines[start.line]?.slice(start.character, end.character) ?? '', message, kind];
    },
  );
}

function settings(tunnel: string): string {
  return `{\n  // The team's.\n  "sshTunnels.tunnels": {\n    "staging": ${tunnel},\n  }\n}`;
}

describe('the marks of a settings file', () => {
  const cases: readonly [title: string, tunnel: string, marked: string, message: RegExp][] = [
    ['a port out of range', '{ "host": "a", "localForward": "1:web:99999" }', '99999', /^"1:web:99999": /],
    ['a field in the middle', '{ "host": "a", "localForward": ["99999:web:80"] }', '99999', /99999/],
    ['something missing at the end', '{ "host": "a", "localForward": "1:web" }', 'b"', /needs a port/],
    ['behind an escape', '{ "host": "a", "localForward": "1:w\\u0065b:x" }', 'x', /"1:web:x"/],
    ['behind a tab', '{ "host": "a", "localForward": "1\\tweb:0x" }', '0x', /0x/],
    ['one of a list', '{ "host": "a", "proxyJump": "one, two|, three" }', '|', /two|/],
    [
      'a value of the wrong type',
      '{ "host": "a", "compression": "yes" }',
      '"compression": "yes"',
      /true or false/,
    ],
    ['an unknown key', '{ "host": "a", "pasword": 1 }', '"pasword": 1', /"pasword" is not a key/],
    ['a key that is missing', '{\n "localForward": "1:a:1"\n}', '"staging"', /needs "host"/],
    [
      'a forward without one',
      '{ "host": "a", "localForward": [\n{ "target": "a:1" }] }',
      '{ "target": "a:1" }',
      /needs "listen"/,
    ],
    [
      'a path that can not be worked out',
      '{ "host": "a", "localForward": "${workspaceFolder}/s:b:1" }',
      '"localForward": "${workspaceFolder}/s:b:1"',
      /no workspace folder/,
    ],
    ['no object', '5', '"staging": 5', /must be an object/],
  ];
  for (const [title, tunnel, marked, message] of cases) {
    it(`${title}: ${marked}`, () => {
      const [first, ...others] = underlined(settings(tunnel));
      assert.deepEqual(others, []);
      assert.equal(first?.[0], marked);
      assert.match(first[1], message);
      assert.equal(first[2], 'problem');
    });
  }

  it('are none where all is well, nor where the file is none', () => {
    assert.deepEqual(underlined(settings('{ "host": "a", "localForward": "8080:web:80" }')), []);
    assert.deepEqual(
      ['', 'x', '[]', '{ "sshTunnels.tunnels": null }'].flatMap((text) => underlined(text)),
      [],
    );
  });
  it('are found in what is half typed', () =>
    assert.equal(underlined('{ "sshTunnels.tunnels": { "a": { "host": "a b" ')[0]?.[0], ' '));
  it('are found in a .code-workspace file', () => {
    const text = `{ "folders": [], "settings": ${settings('{ "host": "a b" }')} }`;
    assert.deepEqual(
      underlined(text, { within: ['settings'] }).map(([marked]) => marked),
      [' '],
    );
    assert.deepEqual(underlined(text), []);
  });
  it('count lines that end in either way', () => {
    const [mark] = settingsMarks(settings('{ "host": "a b" }').replaceAll('\n', '\r\n'), {
      within: [],
      ports,
      places,
    });
    assert.deepEqual([mark?.start.line, mark?.start.character], [3, 27]);
  });
  it('of the setting as a whole', () =>
    assert.deepEqual(underlined('{ "sshTunnels.tunnels": [] }')[0]?.[0], '"sshTunnels.tunnels"'));
});

describe('the hints', () => {
  const cases: readonly [forward: string, marked: string][] = [
    ['"80:web:80"', '80'],
    ['"*:443:web:80"', '443'],
    ['{ "listen": 80, "target": "web:80" }', '"listen": 80'],
    ['{ "listen": "localhost:50000", "target": "web:50000" }', '50000'],
  ];
  for (const [forward, marked] of cases) {
    it(`of ${forward}`, () => {
      const found = underlined(settings(`{ "host": "a", "localForward": ${forward} }`));
      assert.deepEqual(
        found.map(([text, , kind]) => [text, kind]),
        [[marked, 'hint']],
      );
    });
  }
});

describe('the hints of a command line', () => {
  for (const tunnel of ['"ssh -L 80:web:80 me@a"', '{ "ssh": "ssh -L 80:web:80 me@a" }']) {
    it(`stand in it: ${tunnel}`, () =>
      assert.deepEqual(
        underlined(settings(tunnel)).map(([marked]) => marked),
        ['80'],
      ));
  }
});

describe('the marks of variables', () => {
  const tunnel = (listen: number, env: string): string =>
    `{ "host": "a", "localForward": { "listen": ${listen}, "target": "b:1", "env": "${env}" } }`;
  const two = (first: string, second: string): ReturnType<typeof underlined> =>
    underlined(
      `{ "sshTunnels.tunnels": { "staging": ${tunnel(2001, first)},\n"eu": ${tunnel(2002, second)} } }`,
    );

  it('point out one of another tunnel that sets the same beside its own', () => {
    for (const [first, second] of [
      ['DB', 'DB_HOST'],
      ['DB_ADDRESS', 'DB'],
    ] as const) {
      const [[marked, message, kind] = [], ...others] = two(first, second);
      assert.deepEqual([marked, kind, others], [`"env": "${second}"`, 'hint', []]);
      assert.ok(message?.startsWith(`"${second}" and "${first}" of the tunnel "staging" set a`), message);
    }
  });
  it('leave alone what two tunnels share, and what only looks alike', () => {
    assert.deepEqual([...two('DB', 'DB'), ...two('DB', 'DB_PORT'), ...two('DB', 'DBHOST')], []);
  });
});

describe('the marks of overrides', () => {
  const labels = new Map([['staging', ['Database', 'redis']]]);
  const overrides = (value: string): string => `{ "sshTunnels.overrides": ${value} }`;

  it('underline what is wrong', () => {
    const found = underlined(overrides('{ "staging": { "listen": { "Database": "localhost:x" } } }'), {
      labels,
    });
    assert.deepEqual(
      found.map(([marked]) => marked),
      ['x'],
    );
  });
  it('point out a label that nothing here has', () => {
    const found = underlined(
      overrides('{ "staging": { "listen": { "Databse": 1234 } }, "other": { "listen": { "x": 1 } } }'),
      {
        labels,
      },
    );
    assert.deepEqual(found, [
      [
        '"Databse": 1234',
        'The tunnel "staging" of this window has no forward "Databse"; it has "Database", "redis".',
        'hint',
      ],
    ]);
  });
  it('are for the user alone', () => assert.deepEqual(underlined(overrides('5')), []));
});

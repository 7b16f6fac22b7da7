// The diagnostics of a settings file: each problem is underlined at its place, through comments and escapes.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { settingsMarks } from '../../../../../src/extension/settings/diagnostics/findProblems';
import type { MarkOptions } from '../../../../../src/extension/settings/diagnostics/findProblems';
import { atOnce } from '../../../../../src/tunnels/util/pacing/slices';
import { inEnglish } from '../../../../support/inEnglish';

const ports = { unprivilegedFrom: 1024, handedOut: { from: 49_152, to: 65_535 } };

const variables = { home: '/home/me', workspaceFolder: undefined, platform: 'linux' } as const;

/** The underlined texts, with what is said of each. */
function underlined(
  text: string,
  options: Partial<MarkOptions> = {},
): [marked: string, message: string, kind: string][] {
  const lines = text.split('\n');
  return atOnce(settingsMarks(text, { within: [], ports, variables, ...options })).map(
    ({ start, end, message, kind }) => {
      assert.equal(start.line, end.line, 'more than one line');
      return [lines[start.line]?.slice(start.character, end.character) ?? '', inEnglish(message), kind];
    },
  );
}

function settings(tunnel: string): string {
  return `{\n  // The team's.\n  "sshTunnels.tunnels": {\n    "staging": ${tunnel},\n  }\n}`;
}

describe('the diagnostics of a settings file', () => {
  const cases: readonly [title: string, tunnel: string, marked: string, message: RegExp][] = [
    [
      'a port out of range',
      '{ "host": "a", "localForward": "1:web:99999" }',
      '99999',
      /^A port must be a number from 1 to 65535\.$/,
    ],
    [
      'a wrong field in the middle of a forward',
      '{ "host": "a", "localForward": ["99999:web:80"] }',
      '99999',
      /A port must be a number from 0 to 65535\./,
    ],
    [
      'a missing port at the end of a forward',
      '{ "host": "a", "localForward": "1:web" }',
      'b"',
      /needs a port/,
    ],
    [
      'a wrong port behind an escaped letter',
      '{ "host": "a", "localForward": "1:w\\u0065b:x" }',
      'x',
      /A port must be a number from 1 to 65535, or a service such as "http"\./,
    ],
    [
      'a wrong port behind an escaped tab',
      '{ "host": "a", "localForward": "1\\tweb:0x" }',
      '0x',
      /A port must be a number from 1 to 65535, or a service such as "http"\./,
    ],
    ['one wrong jump host in a list', '{ "host": "a", "proxyJump": "one, two|, three" }', '|', /two|/],
    [
      'a value of the wrong type',
      '{ "host": "a", "compression": "yes" }',
      '"compression": "yes"',
      /true or false/,
    ],
    ['an unknown key', '{ "host": "a", "pasword": 1 }', '"pasword": 1', /Unknown property "pasword"/],
    ['a missing "host"', '{\n "localForward": "1:a:1"\n}', '"staging"', /needs "host"/],
    [
      'a forward without "listen"',
      '{ "host": "a", "localForward": [\n{ "target": "a:1" }] }',
      '{ "target": "a:1" }',
      /needs "listen"/,
    ],
    [
      'a variable that has no value here',
      '{ "host": "a", "localForward": "${workspaceFolder}/s:b:1" }',
      '"localForward": "${workspaceFolder}/s:b:1"',
      /no workspace folder/,
    ],
    ['a tunnel that is no object', '5', '"staging": 5', /must be an object/],
  ];
  for (const [title, tunnel, marked, message] of cases) {
    it(`underline ${marked} for ${title}`, () => {
      const [first, ...others] = underlined(settings(tunnel));
      assert.deepEqual(others, []);
      assert.equal(first?.[0], marked);
      assert.match(first[1], message);
      assert.equal(first[2], 'problem');
    });
  }

  it('are empty for a valid file, and for one without tunnels', () => {
    assert.deepEqual(underlined(settings('{ "host": "a", "localForward": "8080:web:80" }')), []);
    assert.deepEqual(
      ['', 'x', '[]', '{ "sshTunnels.tunnels": null }'].flatMap((text) => underlined(text)),
      [],
    );
  });
  it('are found in a half-typed file', () =>
    assert.equal(underlined('{ "sshTunnels.tunnels": { "a": { "host": "a b" ')[0]?.[0], ' '));
  it('are found in a .code-workspace file', () => {
    const text = `{ "folders": [], "settings": ${settings('{ "host": "a b" }')} }`;
    assert.deepEqual(
      underlined(text, { within: ['settings'] }).map(([marked]) => marked),
      [' '],
    );
    assert.deepEqual(underlined(text), []);
  });
  it('are at the right place in a file with Windows line ends', () => {
    const text = settings('{ "host": "a b" }').replaceAll('\n', '\r\n');
    const [mark] = atOnce(settingsMarks(text, { within: [], ports, variables }));
    assert.deepEqual([mark?.start.line, mark?.start.character], [3, 27]);
  });
  it('underline the whole setting when it is no object', () =>
    assert.deepEqual(underlined('{ "sshTunnels.tunnels": [] }')[0]?.[0], '"sshTunnels.tunnels"'));
});

describe('the port hints of a settings file', () => {
  const cases: readonly [forward: string, marked: string][] = [
    ['"80:web:80"', '80'],
    ['"*:443:web:80"', '443'],
    ['{ "listen": 80, "target": "web:80" }', '"listen": 80'],
    ['{ "listen": "localhost:50000", "target": "web:50000" }', '50000'],
  ];
  for (const [forward, marked] of cases) {
    it(`underline ${marked} in ${forward}`, () => {
      const found = underlined(settings(`{ "host": "a", "localForward": ${forward} }`));
      assert.deepEqual(
        found.map(([text, , kind]) => [text, kind]),
        [[marked, 'hint']],
      );
    });
  }
});

describe('the hints about Unix sockets', () => {
  const tunnel =
    '{ "host": "a", "localForward": ["8080:/run/x", "/run/y:b:1"], "remoteForward": "9000:~/z" }';
  it('name just the forwards that Windows lacks a socket for', () => {
    const found = underlined(settings(tunnel), { variables: { ...variables, platform: 'win32' } });
    assert.deepEqual(
      found.map(([marked, message, kind]) => [marked, message.split(' ').slice(0, 4).join(' '), kind]),
      [
        ['"/run/y:b:1"', 'On Windows, no forward', 'hint'],
        ['"remoteForward": "9000:~/z"', 'On Windows, a Unix', 'hint'],
      ],
    );
  });
  it('are not there on other systems', () => assert.deepEqual(underlined(settings(tunnel)), []));
});

describe('the port hints of a command line', () => {
  for (const tunnel of ['"ssh -L 80:web:80 me@a"', '{ "ssh": "ssh -L 80:web:80 me@a" }']) {
    it(`underline the port within ${tunnel}`, () =>
      assert.deepEqual(
        underlined(settings(tunnel)).map(([marked]) => marked),
        ['80'],
      ));
  }
});

describe('the diagnostics of the overrides setting', () => {
  const labels = new Map([['staging', ['Database', 'redis']]]);
  const overrides = (value: string): string => `{ "sshTunnels.overrides": ${value} }`;

  it('underline a wrong listen address', () => {
    const found = underlined(overrides('{ "staging": { "listen": { "Database": "localhost:x" } } }'), {
      labels,
    });
    assert.deepEqual(
      found.map(([marked]) => marked),
      ['x'],
    );
  });
  it('point out a label that no forward of the tunnel has', () => {
    const found = underlined(
      overrides('{ "staging": { "listen": { "Databse": 1234 } }, "other": { "listen": { "x": 1 } } }'),
      {
        labels,
      },
    );
    assert.deepEqual(found, [
      [
        '"Databse": 1234',
        'The tunnel "staging" of this window has no forward "Databse". Its forwards: "Database", "redis".',
        'hint',
      ],
    ]);
  });
  it("are empty in a settings file that is not the user's", () =>
    assert.deepEqual(underlined(overrides('5')), []));
});

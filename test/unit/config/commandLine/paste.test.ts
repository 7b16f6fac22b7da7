// A copied command line, pasted into a shell, runs ssh with these arguments and runs nothing else.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, it } from 'mocha';
import { formatCommandLine } from '../../../../src/tunnels/config/commandLine/formatCommandLine';
import { quoteForWindows } from '../../../../src/tunnels/config/commandLine/quoteWord';
import { word } from '../../../../src/tunnels/errors/shellCommands';
import { parseTunnel } from '../../../../src/tunnels/config/parsing/parseTunnel';
import type { TunnelDefinition } from '../../../../src/tunnels/config/definition';
import { inEnglish } from '../../../support/inEnglish';

const evil = [
  ...[
    "a'; touch x; '",
    'a$(touch x)',
    'a`touch x`',
    'a;touch x',
    'a|touch x',
    'a&touch x',
    'a&&touch x',
    'a"b',
    'a\\',
  ],
  ...[
    '$HOME',
    '!!',
    '*',
    '~root',
    'a b',
    '-oProxyCommand=x',
    '%PATH%',
    'a > b',
    "'",
    '#a',
    'a”; touch x; “',
    '@x',
    '=ls',
  ],
];

function definition(value: unknown): TunnelDefinition {
  const parsed = parseTunnel('db', value, 'user');
  assert.ok('entry' in parsed, JSON.stringify(parsed));
  return parsed.entry.definition;
}

function withPath(text: string): TunnelDefinition {
  return definition({
    host: 'db',
    localForward: { listen: `/tmp/${text}`, target: `/run/${text}`, label: 'a' },
  });
}

describe('a command line pasted into a POSIX shell', () => {
  for (const text of evil) {
    it(`passes ${JSON.stringify(text)} to ssh unchanged`, () => {
      const { line } = formatCommandLine(withPath(text));
      const script = `ssh() { printf '<%s>' "$@"; }\n${line}`;
      const shown = execFileSync('/bin/sh', ['-c', script], {
        encoding: 'utf8',
        cwd: '/',
        env: { PATH: '/nowhere' },
      });
      const escaped = text.replaceAll('\\', '\\\\');
      assert.equal(shown, `<-N><-L></tmp/${escaped}:/run/${escaped}><db>`);
      const named = execFileSync('/bin/sh', ['-c', `printf '<%s>' ${word(text, 'linux')}`], {
        encoding: 'utf8',
      });
      assert.equal(named, `<${text}>`);
    });
  }
});

/** Characters that cmd.exe or PowerShell interpret outside double quotes, and those they interpret inside. */
const specialOutside = /[^\w@+=:./ -]|(^| )@/;
const specialInside = /[$`%!\u2018-\u201f]/;

describe('a command line pasted into a shell of Windows', () => {
  for (const text of evil) {
    it(`leaves nothing of ${JSON.stringify(text)} for the shell to interpret`, () => {
      const { line, missing } = formatCommandLine(withPath(text), { shell: 'windows' });
      for (const shown of [line, `nslookup ${word(text, 'win32')}`, `ssh ${quoteForWindows(text) ?? ''}`]) {
        const parts = shown.split('"');
        assert.equal(parts.length % 2, 1, shown);
        parts.forEach((part, index) => {
          assert.doesNotMatch(part, index % 2 === 0 ? specialOutside : specialInside, shown);
        });
      }
      assert.ok(line.includes('-L') || missing.length === 1);
    });
  }
  it('is empty when the user name cannot be quoted', () => {
    const { line, missing } = formatCommandLine(definition({ host: 'me%PATH%@db' }), { shell: 'windows' });
    assert.equal(line, '');
    assert.match(missing.map(inEnglish).join(), /shells of Windows/);
  });
});

// Overrides, by which users change a project's tunnel: parsing and applying them.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { applyOverride } from '../../../../src/tunnels/config/applyOverride';
import { formatJsonPath } from '../../../../src/tunnels/util/jsonPath';
import type { DefinitionProblem, TunnelEntry } from '../../../../src/tunnels/config/definition';
import { formatListen } from '../../../../src/tunnels/config/forward';
import { parseOverrides } from '../../../../src/tunnels/config/parsing/parseOverrides';
import { parseTunnel } from '../../../../src/tunnels/config/parsing/parseTunnel';
import { formatDestination } from '../../../../src/tunnels/config/definition';
import { assertProblems } from '../problems';
import { inEnglish } from '../../../support/inEnglish';

function inWords(problems: readonly DefinitionProblem[]): string[] {
  return problems.map(({ path, message }) => `${formatJsonPath(path)}: ${inEnglish(message)}`);
}

function problemsOf(override: unknown): string[] {
  const parsed = parseOverrides({ staging: override }).byName.get('staging');
  return parsed && 'problems' in parsed ? inWords(parsed.problems) : [];
}

describe('the overrides parser', () => {
  const wrong: readonly [value: unknown, ...problems: RegExp[]][] = [
    [true, /^: The override must be an object such as \{ "disabled": true \}\.$/],
    [{ disabled: 'yes' }, /^\.disabled: disabled must be true or false\./],
    [{ autoStart: 1 }, /^\.autoStart: /],
    [{ host: 'me@ho st' }, /^\.host: Spaces and control characters are not allowed\./],
    [{ listen: 5432 }, /^\.listen: .*maps labels to ports/],
    [{ listen: { Database: 99_999 } }, /^\.listen\.Database: A port must be a number from 0 to 65535\./],
    [{ listen: { 'My DB': [1] } }, /^\.listen\["My DB"\]: It must be a port, "address:port" or a path\.$/],
    [
      { ports: {}, password: 'x' },
      /Unknown property "ports"; did you mean "listen"/,
      /Unknown property "password"/,
    ],
  ];
  for (const [value, ...problems] of wrong) {
    it(`refuses the override ${JSON.stringify(value)}`, () => assertProblems(problemsOf(value), problems));
  }
  it('never shows the value of an unknown key', () =>
    assert.doesNotMatch(problemsOf({ password: 'hunter2' }).join(), /hunter2/));
  it('reports the position of a problem within a string', () => {
    const parsed = parseOverrides({ a: { listen: { D: 'localhost:x' } } }).byName.get('a');
    assert.ok(parsed && 'problems' in parsed);
    assert.equal(parsed.problems[0]?.at, 10);
  });
  it('refuses a setting that is not an object', () =>
    assertProblems(inWords(parseOverrides([]).problems), [
      /^: It must be an object that maps tunnel names to your changes\.$/,
    ]));
  it('accepts a valid override beside an invalid one', () => {
    const { byName } = parseOverrides({ a: 1, b: { disabled: true } });
    assert.ok('problems' in byName.get('a')!);
    assert.ok('override' in byName.get('b')!);
  });
  it('accepts a missing setting', () => assert.equal(parseOverrides(undefined).byName.size, 0));
});

describe('applying an override', () => {
  const project = entry({
    host: 'staging',
    localForward: [{ listen: 5432, target: 'db:5432', label: 'Database' }, '8080:web:80'],
    dynamicForward: 1080,
  });

  function entry(value: unknown): TunnelEntry {
    const parsed = parseTunnel('staging', value, 'user');
    assert.ok('entry' in parsed);
    return parsed.entry;
  }
  function apply(value: unknown): ReturnType<typeof applyOverride> {
    const parsed = parseOverrides({ staging: value }).byName.get('staging');
    assert.ok(parsed && 'override' in parsed);
    return applyOverride(project, parsed.override);
  }
  function applied(value: unknown): Extract<ReturnType<typeof applyOverride>, { entry: unknown }> {
    const result = apply(value);
    assert.ok('entry' in result, JSON.stringify(result));
    return result;
  }
  const ports = ({ definition }: TunnelEntry): string[] =>
    definition.forwards.map(({ label, listen }) => `${label} ${formatListen(listen)}`);

  it('changes where forwards listen, by label, and keeps the labels', () =>
    assert.deepEqual(ports(applied({ listen: { Database: 15_432, 8080: '0.0.0.0:8081' } }).entry), [
      'Database 15432',
      '8080 0.0.0.0:8081',
      '1080 1080',
    ]));
  it('changes the host and autoStart', () => {
    const result = applied({ host: 'me@other:2222', autoStart: false });
    assert.equal(formatDestination(result.entry.definition), 'me@other:2222');
    assert.equal(result.entry.autoStart, false);
    assert.deepEqual(result.note.changes.map(inEnglish), ['host me@other:2222', 'autoStart false']);
  });
  it('changes nothing when the override is empty', () => {
    const { entry: same, note } = applied({});
    assert.deepEqual(same, project);
    assert.deepEqual(note, { disabled: false, changes: [] });
  });
  it('disables the tunnel', () => assert.equal(applied({ disabled: true }).note.disabled, true));
  it('ignores a label that the tunnel does not have', () => {
    const result = applied({ listen: { Unknown: 1 } });
    assert.deepEqual(result.entry, project);
    assert.deepEqual(result.note.changes, []);
  });
  it('refuses two forwards on one port', () => {
    const result = apply({ listen: { Database: 8080 } });
    assert.ok('problems' in result);
    assertProblems(inWords(result.problems), [/^\.listen\.Database: "8080" is already used by "8080"/]);
  });
  it('can swap the ports of two forwards', () =>
    assert.deepEqual(ports(applied({ listen: { Database: 8080, 8080: 5432 } }).entry).slice(0, 2), [
      'Database 8080',
      '8080 5432',
    ]));
  it('can make a local forward listen on a socket path, but not a SOCKS proxy', () => {
    const path = '/tmp/db.sock';
    assert.equal(ports(applied({ listen: { Database: path } }).entry)[0], `Database ${path}`);
    const result = apply({ listen: { 1080: path } });
    assert.ok('problems' in result);
    assertProblems(inWords(result.problems), [/^\["1080"\]|^\.listen\["1080"\]: .* is a path/]);
  });
});

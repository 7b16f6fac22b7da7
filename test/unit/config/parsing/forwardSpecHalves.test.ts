// Parsing the keys `listen` and `target` of a forward.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { combineSpec, parseListen, parseTarget } from '../../../../src/tunnels/config/parsing/forwardSpec';
import { inEnglish } from '../../../support/inEnglish';

function tcp(port: number, bind?: string) {
  return { bind, port };
}
function to(host: string, port: number) {
  return { host, port };
}

describe('the parser of "listen" in a forward', () => {
  const good: readonly [text: string, listen: object][] = [
    ['8080', tcp(8080)],
    ['0', tcp(0)],
    ['localhost:8080', tcp(8080, 'localhost')],
    [':8080', tcp(8080, '*')],
    ['*:8080', tcp(8080, '*')],
    ['[::1]:8080', tcp(8080, '::1')],
    ['/tmp/a b:c', { path: '/tmp/a b:c' }],
    ['~/a', { path: '~/a' }],
  ];
  for (const [text, listen] of good) {
    it(`parses "${text}"`, () => assert.deepEqual(parseListen(text), { value: listen }));
  }

  const bad: readonly [text: string, at: number, message: RegExp][] = [
    ['', 0, /^The port is missing\.$/],
    ['localhost', 0, /^A port must be a number from 0 to 65535, or a service such as "http"\.$/],
    ['localhost:', 10, /^The port is missing\.$/],
    ['::1:8080', 2, /Too many colons/],
    ['8080:host:80', 10, /Too many colons/],
    [' 8080', 0, /A port must be a number from 0 to 65535, or a service such as "http"\./],
    ['~', 0, /The path of a socket must begin with "\/" or "~\/"\./],
    ['a b:8080', 1, /can't contain " "/],
    ['${env:PORT}', 0, /^Only \$\{userHome\}\/ and /],
    ['/tmp/\u0007', 5, /^Control characters/],
  ];
  for (const [text, at, message] of bad) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      const parsed = parseListen(text);
      assert.ok('error' in parsed, 'it was parsed');
      assert.match(inEnglish(parsed.error.message), message);
      assert.equal(parsed.error.at, at);
    });
  }
});

describe('the parser of "target" in a forward', () => {
  const good: readonly [text: string, target: object][] = [
    ['db.internal:5432', to('db.internal', 5432)],
    ['[::1]:80', to('::1', 80)],
    ['/run/a b:c', { path: '/run/a b:c' }],
    [`${'a'.repeat(253)}:80`, to('a'.repeat(253), 80)],
    ['/a://b', { path: '/a://b' }],
    ['${workspaceFolder}/x.sock', { path: '${workspaceFolder}/x.sock' }],
  ];
  for (const [text, target] of good) {
    it(`parses "${text.slice(0, 40)}"`, () => assert.deepEqual(parseTarget(text), { value: target }));
  }

  const bad: readonly [text: string, at: number, message: RegExp][] = [
    ['', 0, /^The target is empty; write a host and a port, as in "localhost:80"\.$/],
    ['host', 4, /^The target needs a port, as in "localhost:80"\.$/],
    ['5432', 0, /^The target needs a host, as in "localhost:80"\.$/],
    [':80', 0, /^The target needs a host, as in "localhost:80"\.$/],
    ['*:80', 0, /^The target needs a host, as in "localhost:80"\.$/],
    ['host:0', 5, /^A port must be a number from 1 to 65535\.$/],
    ['::1:80', 2, /Too many colons/],
    ['http://host:80', 0, /^Write the target as host:port, not as a URL\.$/],
    ['./x', 0, /The path of a socket must begin with "\/" or "~\/"\./],
    [`${'a'.repeat(254)}:80`, 253, /^A host has at most 253 characters\.$/],
  ];
  for (const [text, at, message] of bad) {
    it(`refuses "${text.slice(0, 40)}"`, () => {
      const parsed = parseTarget(text);
      assert.ok('error' in parsed, 'it was parsed');
      assert.match(inEnglish(parsed.error.message), message);
      assert.equal(parsed.error.at, at);
    });
  }
});

describe('a forward of "listen" and "target"', () => {
  it('is refused without a target for a local forward', () => {
    const parsed = combineSpec('local', tcp(8080), undefined);
    assert.ok('error' in parsed);
    assert.match(inEnglish(parsed.error.message), /^The target is missing/);
  });

  it('is a SOCKS proxy without a target for a remote forward', () => {
    assert.deepEqual(combineSpec('remote', tcp(8080), undefined), {
      value: { kind: 'remote', listen: tcp(8080), target: undefined },
    });
  });
});

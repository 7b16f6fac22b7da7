// A port or an address as people write it becomes a forward; a mistake gets a sentence.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { nameOfHost, proposeName } from '../../../../../src/extension/commands/add/proposals';
import {
  forwardSetting,
  readTypedForward,
  wantedPort,
} from '../../../../../src/extension/commands/add/typedForward';
import type { ForwardKind } from '../../../../../src/tunnels/config/forward';

function settingFor(kind: ForwardKind, text: string): unknown {
  const parsed = readTypedForward(kind, text);
  if ('error' in parsed) {
    return `error: ${parsed.error.message.text}`;
  }
  const { value } = parsed;
  return forwardSetting(value, value.listen ?? { bind: undefined, port: wantedPort(value, 1024) });
}

function nameFor(kind: ForwardKind, text: string, host = 'bastion', taken: readonly string[] = []): string {
  const parsed = readTypedForward(kind, text);
  assert.ok('value' in parsed, JSON.stringify(parsed));
  return proposeName(parsed.value, host, new Set(taken));
}

describe('what is typed for a local forward', () => {
  const cases: readonly (readonly [text: string, setting: unknown])[] = [
    ['5432', '5432:localhost:5432'],
    ['db:5432', '5432:db:5432'],
    [' db:5432 ', '5432:db:5432'],
    ['www.internal:80', '8080:www.internal:80'],
    ['http://www.internal/', '8080:www.internal:80'],
    ['https://x', '8443:x:443'],
    ['http://x:3000/a?b=c:d', { listen: 3000, target: 'x:3000', protocol: 'http' }],
    ['postgresql://me:secret@db.internal/app', '5432:db.internal:5432'],
    ['[::1]:80', '8080:[::1]:80'],
    ['http://[::1]/', '8080:[::1]:80'],
    ['/var/run/docker.sock', '2375:/var/run/docker.sock'],
    ['/run/postgresql/.s.PGSQL.5432', '5432:/run/postgresql/.s.PGSQL.5432'],
    ['15432:db:5432', '15432:db:5432'],
    ['15432:5432', '15432:localhost:5432'],
    ['127.0.0.2:15432:db:5432', '127.0.0.2:15432:db:5432'],
    ['/tmp/d.sock:/var/run/docker.sock', '/tmp/d.sock:/var/run/docker.sock'],
    ['2375:/var/run/docker.sock', '2375:/var/run/docker.sock'],
    ['localhost:http', '8080:localhost:80'],
  ];
  for (const [text, setting] of cases) {
    it(`"${text}"`, () => assert.deepEqual(settingFor('local', text), setting));
  }
  for (const text of [
    'db',
    'db:',
    '70000',
    'db:70000',
    'gopher2://x',
    'http://',
    '~/x.sock',
    'a:b:c:d:e',
    '::1:80',
  ]) {
    it(`"${text}" is a mistake`, () =>
      assert.match(String(settingFor('local', text)), /^error: [A-Z"].*\.$/));
  }
});

describe('what is typed for a remote and a dynamic forward', () => {
  it('is a port here, with or without one of the server', () => {
    assert.equal(settingFor('remote', '3000'), '3000:localhost:3000');
    assert.equal(settingFor('remote', '9000:3000'), '9000:localhost:3000');
    assert.equal(settingFor('remote', '0:localhost:3000'), '0:localhost:3000');
    assert.match(String(settingFor('remote', '/run/app.sock')), /^error: Add the port that the server opens/);
    assert.equal(settingFor('remote', '9000:/run/app.sock'), '9000:/run/app.sock');
  });
  it('is the port of a proxy', () => {
    assert.equal(settingFor('dynamic', '1080'), 1080);
    assert.equal(settingFor('dynamic', '127.0.0.2:1080'), '127.0.0.2:1080');
    assert.match(String(settingFor('dynamic', 'x')), /^error: /);
  });
});

describe('the name of a new tunnel', () => {
  it('comes from the target or the service', () => {
    assert.equal(nameFor('local', 'db.internal:5432'), 'db');
    assert.equal(nameFor('local', '5432'), 'postgres');
    assert.equal(nameFor('local', '/var/run/docker.sock'), 'docker');
    assert.equal(nameFor('local', '3000'), 'bastion-3000');
    assert.equal(nameFor('dynamic', '1080', 'bastion.example.org'), 'bastion-proxy');
  });
  it('is one that no tunnel has', () => {
    assert.equal(nameFor('local', 'db:5432', 'bastion', ['db']), 'db-bastion');
    assert.equal(nameFor('local', 'db:5432', 'bastion', ['db', 'db-bastion']), 'db-bastion-2');
    assert.equal(nameOfHost('bastion', new Set(['bastion'])), 'bastion-2');
  });
});

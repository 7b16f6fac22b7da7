// What a message may quote: names, hosts and paths, without passwords in them.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  describeFault,
  hideInCommand,
  hideInProxyCommand,
  hidePasswords,
  looksLikePassword,
  quote,
  quoteId,
  quoteKey,
} from '../../../src/tunnels/util/shown';
import { assertLinear } from '../../support/growth';

describe('hiding passwords in a text', () => {
  const hidden: readonly [text: string, shown: string][] = [
    ['postgres://app:hunter2@db:5432/app', 'postgres://…@db:5432/app'],
    ['postgres://app:my hunter2@db', 'postgres://…@db'],
    ['postgres://app:hun@ter2@db', 'postgres://…@db'],
    ['postgres://app:hunter2/x@db', 'postgres://…@db'],
    ['https://hunter2@example.org', 'https://…@example.org'],
    ['https://example.org/?key=hunter2', 'https://example.org/?…'],
    ['ssh://me:hunter2@h:22', 'ssh://me:…@h:22'],
    ['ssh://me%3Ahunter2@h', 'ssh://me:…@h'],
    ['me:hunter2@h', 'me:…@h'],
    ['8080:me:hunter2@h:80', '8080:…@h:80'],
    ['8080:postgres://app:hunter2@db', '8080:postgres://…@db'],
    ['see me:hunter2@h and you:hunter2@h', 'see me:…@h and you:…@h'],
    ['PGPASSWORD=hunter2', 'PGPASSWORD=…'],
    ['--password=my hunter2', '--password=…'],
    ['--password my hunter2', '--password …'],
    ['--db-token hunter2', '--db-token …'],
    ['{"apiKey": "hunter2"}', '{"apiKey":…'],
    ['Password: my hunter2', 'Password: …'],
    ['secret:hunter2', 'secret:…'],
    ['DB_PASSWORD:hunter2', 'DB_PASSWORD:…'],
    ['AccountKey=hunter2', 'AccountKey=…'],
    ['Authorization: Basic aHVudGVyMg==', 'Authorization:…'],
    ['with Bearer hunter2', 'with Bearer …'],
    ['x-api-key: hunter2', 'x-api-key: …'],
    ['pw=hunter2', 'pw=…'],
    ['app, pw: hunter2', 'app, pw: …'],
    ['xfreerdp -pw hunter2', 'xfreerdp -pw …'],
  ];
  for (const [text, shown] of hidden) {
    it(`turns ${JSON.stringify(text)} into ${JSON.stringify(shown)}`, () => {
      assert.equal(hidePasswords(text), shown);
      assert.ok(looksLikePassword(text));
    });
  }
  for (const text of [
    'me@example.org',
    'me@example.org:2222',
    'ssh://me@example.org:2222',
    'me@corp.com@example.org',
    '[::1]:8080',
    '2001:db8::1',
    '/run/user/1000/docker.sock',
    '8080:localhost:80',
    'Passwords of the team',
    'Token service: EU',
    'Secrets (vault)',
    'compass:http',
    'token:8080',
    '--stopwatch 5',
    '--ipwhitelist=10.0.0.1',
    'pwsh:80',
    'psk:8080',
    '8080:tokenizer:80',
    'staging -p 22',
    'https://example.org/a',
    'a@b: the database',
  ]) {
    it(`leaves ${JSON.stringify(text)} as it is`, () => {
      assert.equal(hidePasswords(text), text);
      assert.ok(!looksLikePassword(text));
    });
  }

  const commands: readonly [command: string, shown: string][] = [
    ['xclock -update 1', 'xclock -update 1'],
    ['xfreerdp /p:hunter2 /v:h', 'xfreerdp /p:…'],
    ['rdesktop -u me -p hunter2 h', 'rdesktop -u me -p…'],
    ['sshpass -phunter2 xterm', 'sshpass -p…'],
    ['curl -u me:hunter2 h', 'curl -u me:…'],
    ['mysql-workbench --password=hunter2', 'mysql-workbench --password=…'],
  ];
  for (const [command, shown] of commands) {
    it(`shows the command ${JSON.stringify(command)} as ${JSON.stringify(shown)}`, () =>
      assert.equal(hideInCommand(command), shown));
  }

  const proxyCommands: readonly [command: string, shown: string][] = [
    ['ssh -p 2222 -W %h:%p me@gate', 'ssh -p 2222 -W %h:%p me@gate'],
    ['sshpass -p hunter2 ssh -W %h:%p gate', 'sshpass -p … ssh -W %h:%p gate'],
    ["sshpass -p'hunter2 or so' ssh gate", 'sshpass -p… ssh gate'],
    ['SSHPASS=hunter2 sshpass -e ssh gate', 'SSHPASS=… sshpass -e ssh gate'],
    ['env HTTP_PROXY_PASSWORD="a b" connect -H p:1 h 22', 'env HTTP_PROXY_PASSWORD=… connect -H p:1 h 22'],
    ['nc --proxy-password hunter2 h 22', 'nc --proxy-password … h 22'],
    ['connect -H me:hunter2@proxy:3128 h 22', 'connect -H me:…@proxy:3128 h 22'],
  ];
  for (const [command, shown] of proxyCommands) {
    it(`shows the ProxyCommand ${JSON.stringify(command)} as ${JSON.stringify(shown)}`, () =>
      assert.equal(hideInProxyCommand(command), shown));
  }

  for (const part of [
    'a:',
    ',a:',
    '@',
    ':@',
    '://',
    '?',
    'pass',
    'pass-',
    'password ',
    '-',
    '" ',
    'a://b:',
  ]) {
    it(`takes time in proportion to the length of ${JSON.stringify(part)}, again and again`, () =>
      assertLinear(
        1000,
        (size) => part.repeat(size / part.length),
        (text) => hidePasswords(text),
      ));
  }
});

describe('quoting a text', () => {
  it('hides a password, and shows invisible characters as escapes', () =>
    assert.equal(quote('me:hunter2@h\u202e'), String.raw`"me:…@h\u{202e}"`));
  it('shows only the beginning of a long text, and no password whose "@" is further away', () => {
    assert.equal(quote('h'.repeat(100)), `"${'h'.repeat(80)}…"`);
    assert.equal(quote(`me:hunter2${'x'.repeat(2000)}@h`), '"me…"');
  });
  it('shows a key only if it is a word of letters', () => {
    assert.equal(quoteKey('identityFile'), '"identityFile"');
    assert.equal(quoteKey('private_key-path'), '"private_key-path"');
    assert.equal(quoteKey('hunter2'), '"…"');
    assert.equal(quoteKey('--password=hunter'), '"…"');
  });
  it('keeps the user in the id of a tunnel, which a colon precedes', () => {
    assert.equal(quoteId('workspace:me@h'), '"workspace:me@h"');
    assert.equal(quoteId('folder:shop:me@h'), '"folder:shop:me@h"');
    assert.equal(quoteId('workspace:me:hunter2@h'), '"workspace:me:…@h"');
    assert.equal(quoteId('me:hunter2@h'), '"me:…@h"');
  });
});

describe('describing an unexpected error for the log', () => {
  it('says what and where, without the message', () => {
    const described = describeFault(new TypeError("reading 'hunter2'\n    at hunter2"));
    assert.match(described, /^TypeError at .*shown\.test\.ts/);
    assert.doesNotMatch(described, /hunter2/);
  });
});

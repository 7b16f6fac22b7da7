// Parsing destinations: every spelling of OpenSSH, and text that must never reach a command line.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Destination } from '../../../../src/tunnels/config/definition';
import { parseDestination } from '../../../../src/tunnels/config/parsing/parseDestination';
import { quote } from '../../../../src/tunnels/util/shown';
import { inEnglish } from '../../../support/inEnglish';

describe('the destination parser', () => {
  const good: readonly [text: string, destination: Destination][] = [
    ['staging', { host: 'staging' }],
    ['work/web1', { host: 'work/web1' }],
    ['example.org:2222', { host: 'example.org', port: 2222 }],
    ['me@example.org', { host: 'example.org', user: 'me' }],
    ['me@example.org:2222', { host: 'example.org', user: 'me', port: 2222 }],
    ['me@corp.com@example.org', { host: 'example.org', user: 'me@corp.com' }],
    ['CORP\\me@host', { host: 'host', user: 'CORP\\me' }],
    ['svc$@host', { host: 'host', user: 'svc$' }],
    ['10.0.0.7:22', { host: '10.0.0.7', port: 22 }],
    ['::1', { host: '::1' }],
    ['me@2001:db8::1', { host: '2001:db8::1', user: 'me' }],
    ['fe80::1%eth0', { host: 'fe80::1%eth0' }],
    ['[::1]', { host: '::1' }],
    ['[::1]:2222', { host: '::1', port: 2222 }],
    ['me@[2001:db8::1]:2222', { host: '2001:db8::1', user: 'me', port: 2222 }],
    ['[example.org]:2222', { host: 'example.org', port: 2222 }],
    ['host:65535', { host: 'host', port: 65535 }],
    ['ssh://host', { host: 'host' }],
    ['ssh://host/', { host: 'host' }],
    ['SSH://host', { host: 'host' }],
    ['ssh://me@host:2222', { host: 'host', user: 'me', port: 2222 }],
    ['ssh://me@host:2222/', { host: 'host', user: 'me', port: 2222 }],
    ['ssh://me%40corp.com@host', { host: 'host', user: 'me@corp.com' }],
    ['ssh://me@corp.com@host', { host: 'host', user: 'me@corp.com' }],
    ['ssh://a%20b@host', { host: 'host', user: 'a b' }],
    ['ssh://a+b@host', { host: 'host', user: 'a+b' }],
    ['ssh://[2001:db8::1]:2222', { host: '2001:db8::1', port: 2222 }],
    ['ssh://me@[fe80::1%25eth0]', { host: 'fe80::1%eth0', user: 'me' }],
  ];
  for (const [text, destination] of good) {
    it(`parses "${text}"`, () => assert.deepEqual(parseDestination(text, 'user'), { value: destination }));
  }

  const bad: readonly [text: string, at: number, message: RegExp][] = [
    ['', 0, /^The host is missing\.$/],
    ['me:hunter2@host', 2, /^A user name can't contain ":"\..*secret storage/],
    ['ssh://me%3Ahunter2@host', 6, /^A user name can't contain ":"\..*secret storage/],
    ['me%3Ahunter2@host', 2, /^A user name can't contain ":"\..*secret storage/],
    ['PGPASSWORD=hunter2', 10, /^A host can't contain "="\.$/],
    ['-oProxyCommand=x', 0, /begin with "-".*option/],
    ['-l@host', 0, /begin with "-".*option/],
    ['me@-oProxyCommand=x', 3, /begin with "-"/],
    ['[-x]:22', 1, /begin with "-"/],
    ['@host', 0, /^The user name before "@" is missing\.$/],
    ['me@', 3, /^The host is missing\.$/],
    ['me@:22', 3, /^The host is missing\.$/],
    ['host:', 5, /^The port is missing\.$/],
    ['host:0', 5, /^A port must be a number from 1 to 65535\.$/],
    ['host:65536', 5, /^A port must be a number from/],
    ['host:sssh', 5, /^A port must be a number from 1 to 65535, or a service such as "http"\.$/],
    ['host:22:23', 0, /too many colons/],
    ['2001:db8::1::22', 0, /too many colons.*\[::1\]:22/],
    ['[::1', 0, /^"\[" has no "\]"\.$/],
    ['[::1]22', 5, /^Only a colon and a port can follow "\]"/],
    ['[::1]:', 6, /^The port is missing\.$/],
    ['[]:22', 1, /^The host is missing\.$/],
    ['[1:2]:22', 1, /A host can't contain a colon, except for an IPv6 address\./],
    ['my host', 2, /^Spaces and control characters/],
    [' host', 0, /^Spaces and control characters/],
    ['\u0007host', 0, /^Spaces and control characters/],
    ['host\n', 4, /^Spaces and control characters/],
    ['ho\u0000st', 2, /^Spaces and control characters/],
    ['ho\u202est', 2, /^Spaces and control characters/],
    ['ho${env:X}st', 2, /socket paths only\.$/],
    ...Array.from('`$;&|<>()\'"\\,{}', (character): [string, number, RegExp] => [
      `me@ho${character}st`,
      5,
      /^A host can't contain /,
    ]),
    ...Array.from('\'"`;&<>|(){}', (character): [string, number, RegExp] => [
      `m${character}e@host`,
      1,
      /^A user name can't contain /,
    ]),
    ['"me@host', 0, /^A user name can't contain/],
    ['\\@host', 0, /or end in "\\"\.$/],
    ['me\\@host', 2, /or end in "\\"\.$/],
    ['-me@host', 0, /begin with "-"/],
    ['ssh:///', 6, /^The host is missing\.$/],
    ['ssh://', 6, /^The host is missing\.$/],
    ['ssh://@host', 6, /^The user name before "@" is missing\.$/],
    ['ssh://-me@host', 6, /begin with "-"/],
    ['ssh://-host', 6, /begin with "-"/],
    ['ssh://me@-host', 9, /begin with "-"/],
    ['ssh://%2Dme@host', 6, /begin with "-"/],
    ['ssh://me%0A@host', 6, /^A user name can't contain "\\n"\.$/],
    ['ssh://me%00@host', 6, /^A user name can't contain/],
    ['ssh://a%20-b@host', 6, /after a space/],
    ['ssh://me%4@host', 8, /percent-encoded/],
    ['ssh://me%zz@host', 8, /percent-encoded/],
    ['ssh://me:hunter2@host', 8, /^A user name can't contain ":"\. Remove the password:/],
    ['ssh://:hunter2@host', 6, /^A user name can't contain ":"\. Remove the password:/],
    ['ssh://me;fingerprint=x@host', 8, /^Connection parameters/],
    ['ssh://host/path', 10, /^Nothing may follow/],
    ['ssh://host//', 10, /^Nothing may follow/],
    ['ssh://host?x', 10, /^Nothing may follow/],
    ['ssh://host#x', 10, /^Nothing may follow/],
    ['ssh://host:', 11, /^The port is missing\.$/],
    ['ssh://host:0', 11, /^A port must be a number from 1 to 65535\.$/],
    ['ssh://2001:db8::1::2', 6, /too many colons/],
    ['http://host', 0, /^Only ssh:\/\/ URLs are supported, as in "ssh:\/\/me@example\.org:2222"\.$/],
  ];
  for (const [text, at, message] of bad) {
    it(`refuses ${quote(text)}`, () => {
      const parsed = parseDestination(text, 'user');
      assert.ok('error' in parsed, 'it was parsed');
      assert.match(inEnglish(parsed.error.message), message);
      assert.equal(parsed.error.at, at);
      assert.doesNotMatch(inEnglish(parsed.error.message), /hunter2/);
    });
  }
});

// Parsing forwards as OpenSSH writes them, and the problems of anything else.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { formatAddress } from '../../../../src/tunnels/util/address';
import type { Address } from '../../../../src/tunnels/util/address';
import { formatListen } from '../../../../src/tunnels/config/forward';
import type { ForwardKind, Listen } from '../../../../src/tunnels/config/forward';
import { quote } from '../../../../src/tunnels/util/shown';
import { parseForwardSpec } from '../../../../src/tunnels/config/parsing/forwardSpec';
import { inEnglish } from '../../../support/inEnglish';

function tcp(port: number, bind?: string) {
  return { bind, port };
}
function to(host: string, port: number) {
  return { host, port };
}

describe('the forward parser', () => {
  const good: readonly [
    kind: ForwardKind,
    text: string,
    spec: { listen: Listen; target?: Address | undefined },
  ][] = [
    ['local', '8080:www.example.org:80', { listen: tcp(8080), target: to('www.example.org', 80) }],
    ['local', '127.0.0.1:8080:host:80', { listen: tcp(8080, '127.0.0.1'), target: to('host', 80) }],
    ['local', 'localhost:8080:host:80', { listen: tcp(8080, 'localhost'), target: to('host', 80) }],
    ['local', '*:8080:host:80', { listen: tcp(8080, '*'), target: to('host', 80) }],
    ['local', ':8080:host:80', { listen: tcp(8080, '*'), target: to('host', 80) }],
    ['local', '0.0.0.0:8080:host:80', { listen: tcp(8080, '0.0.0.0'), target: to('host', 80) }],
    ['local', '[::]:8080:host:80', { listen: tcp(8080, '::'), target: to('host', 80) }],
    ['local', '0:host:80', { listen: tcp(0), target: to('host', 80) }],
    ['local', '65535:host:65535', { listen: tcp(65535), target: to('host', 65535) }],
    ['local', '8080:10.0.0.7:80', { listen: tcp(8080), target: to('10.0.0.7', 80) }],
    ['local', '8080:db_1.internal:80', { listen: tcp(8080), target: to('db_1.internal', 80) }],
    ['local', '8080:[2001:db8::1]:80', { listen: tcp(8080), target: to('2001:db8::1', 80) }],
    ['local', '8080:[fe80::1%eth0]:80', { listen: tcp(8080), target: to('fe80::1%eth0', 80) }],
    ['local', '8080:[host]:80', { listen: tcp(8080), target: to('host', 80) }],
    ['local', '[::1]:8080:[2001:db8::1]:80', { listen: tcp(8080, '::1'), target: to('2001:db8::1', 80) }],
    ['local', '8080 host:80', { listen: tcp(8080), target: to('host', 80) }],
    ['local', ' 8080 \t host:80 ', { listen: tcp(8080), target: to('host', 80) }],
    ['local', '*:8080 host:80', { listen: tcp(8080, '*'), target: to('host', 80) }],
    ['local', '[::1]:8080 [2001:db8::1]:80', { listen: tcp(8080, '::1'), target: to('2001:db8::1', 80) }],
    ['local', '/tmp/a:/tmp/b', { listen: { path: '/tmp/a' }, target: { path: '/tmp/b' } }],
    ['local', '/tmp/a /tmp/b', { listen: { path: '/tmp/a' }, target: { path: '/tmp/b' } }],
    ['local', '8080:/run/x.sock', { listen: tcp(8080), target: { path: '/run/x.sock' } }],
    ['local', '8080 /run/x.sock', { listen: tcp(8080), target: { path: '/run/x.sock' } }],
    ['local', '127.0.0.1:8080:/x', { listen: tcp(8080, '127.0.0.1'), target: { path: '/x' } }],
    ['local', '*:8080:/x', { listen: tcp(8080, '*'), target: { path: '/x' } }],
    ['local', '/tmp/a:host:80', { listen: { path: '/tmp/a' }, target: to('host', 80) }],
    ['local', '/tmp/a host:80', { listen: { path: '/tmp/a' }, target: to('host', 80) }],
    ['local', '/tmp/a:[::1]:80', { listen: { path: '/tmp/a' }, target: to('::1', 80) }],
    ['local', '~/a:/b', { listen: { path: '~/a' }, target: { path: '/b' } }],
    ['local', '${userHome}/a:/b', { listen: { path: '${userHome}/a' }, target: { path: '/b' } }],
    ['local', '/tmp/a\\:b:/c', { listen: { path: '/tmp/a:b' }, target: { path: '/c' } }],
    ['local', '[/tmp/a:b]:/c', { listen: { path: '/tmp/a:b' }, target: { path: '/c' } }],
    ['remote', '9000:localhost:3000', { listen: tcp(9000), target: to('localhost', 3000) }],
    ['remote', '*:9000:localhost:3000', { listen: tcp(9000, '*'), target: to('localhost', 3000) }],
    ['remote', '0:localhost:3000', { listen: tcp(0), target: to('localhost', 3000) }],
    ['remote', '/tmp/a:localhost:3000', { listen: { path: '/tmp/a' }, target: to('localhost', 3000) }],
    ['remote', '1080', { listen: tcp(1080), target: undefined }],
    ['remote', '0', { listen: tcp(0), target: undefined }],
    ['remote', 'localhost:1080', { listen: tcp(1080, 'localhost'), target: undefined }],
    ['remote', '[::1]:1080', { listen: tcp(1080, '::1'), target: undefined }],
    ['remote', ':1080', { listen: tcp(1080, '*'), target: undefined }],
    ['dynamic', '1080', { listen: tcp(1080) }],
    ['dynamic', '0', { listen: tcp(0) }],
    ['dynamic', ' 1080 ', { listen: tcp(1080) }],
    ['dynamic', '127.0.0.1:1080', { listen: tcp(1080, '127.0.0.1') }],
    ['dynamic', '[::1]:1080', { listen: tcp(1080, '::1') }],
    ['dynamic', '*:1080', { listen: tcp(1080, '*') }],
    ['dynamic', ':1080', { listen: tcp(1080, '*') }],
  ];
  for (const [kind, text, spec] of good) {
    it(`parses the ${kind} forward "${text}"`, () => {
      assert.deepEqual(parseForwardSpec(kind, text), { value: { kind, ...spec } });
    });
  }

  const bad: readonly [kind: ForwardKind, text: string, at: number, message: RegExp][] = [
    ['local', '8080:www.example.org', 20, /^The target needs a port, as in "localhost:80"\.$/],
    ['local', '8080 www.example.org', 20, /^The target needs a port, as in "localhost:80"\.$/],
    ['local', '8080:www.example.org:', 20, /^The target needs a port, as in "localhost:80"\.$/],
    ['local', '8080:[::1]', 10, /^The target needs a port, as in "localhost:80"\.$/],
    ['remote', '9000:example.org', 16, /^The target needs a port, as in "localhost:80"\.$/],
    ['local', '/tmp/a:host', 11, /^The target needs a port, as in "localhost:80"\.$/],
    ['local', '', 0, /^The forward is empty\.$/],
    ['local', '  ', 0, /^The forward is empty\.$/],
    ['local', '8080', 4, /^The forward needs a target, as in "8080:localhost:80"\.$/],
    ['local', 'localhost:8080', 14, /^The forward needs a target, as in "8080:localhost:80"\.$/],
    ['local', '8080:', 5, /^The forward needs a target, as in "8080:localhost:80"\.$/],
    ['local', '/tmp/a', 6, /^The forward needs a target, as in "8080:localhost:80"\.$/],
    ['local', '8080:80', 5, /^The target needs a host, as in "localhost:80"\.$/],
    ['remote', '9000:3000', 5, /^The target needs a host, as in "localhost:80"\.$/],
    ['local', 'localhost:8080:80', 15, /^The target needs a host, as in "localhost:80"\.$/],
    ['local', '8080::80', 5, /^The target needs a host, as in "localhost:80"\.$/],
    ['local', '*:8080::', 7, /^The target needs a host, as in "localhost:80"\.$/],
    ['local', '*:8080::80', 7, /^The target needs a host, as in "localhost:80"\.$/],
    ['local', '8080:*:80', 5, /^The target needs a host/],
    [
      'local',
      'htp:localhost:80',
      0,
      /^A port must be a number from 0 to 65535, or a service such as "http"\.$/,
    ],
    [
      'local',
      '8080:localhost:htp',
      15,
      /^A port must be a number from 1 to 65535, or a service such as "http"\.$/,
    ],
    ['local', '65536:localhost:80', 0, /^A port must be a number from 0 to 65535\.$/],
    ['local', '8080:localhost:0', 15, /^A port must be a number from 1 to 65535\.$/],
    ['local', '8080:localhost:65536', 15, /^A port must be a number from 1 to 65535\.$/],
    [
      'local',
      '-1:localhost:80',
      0,
      /^A port must be a number from 0 to 65535, or a service such as "http"\.$/,
    ],
    [
      'local',
      '80.5:localhost:80',
      0,
      /^A port must be a number from 0 to 65535, or a service such as "http"\.$/,
    ],
    [
      'local',
      '1e3:localhost:80',
      0,
      /^A port must be a number from 0 to 65535, or a service such as "http"\.$/,
    ],
    ['local', ':localhost:80', 0, /^The port is missing\.$/],
    ['local', '*::host:80', 2, /^The port is missing\.$/],
    ['local', '8080:-oProxyCommand=x:80', 5, /can't begin with "-"/],
    ['local', '-8:8080:host:80', 0, /can't begin with "-"/],
    ['local', '8080:$host:80', 5, /can't contain "\$"/],
    ['local', '8080:ho$t:80', 7, /can't contain "\$"/],
    ['local', '8080:me@host:80', 7, /A forward has no user and no password: write the target as host:port\./],
    ['local', '8080:host\u0000:80', 9, /^Control characters are not allowed\.$/],
    ['local', '8080:host:80\n', 12, /^Control characters are not allowed\.$/],
    ['local', '\u00078080:host:80', 0, /^Control characters are not allowed\.$/],
    ['local', '8080:\u202ehost:80', 5, /^Control characters are not allowed\.$/],
    ['local', '8080 host 80', 10, /at most two parts/],
    ['local', '8080:::1:80', 5, /Too many colons.*brackets/],
    ['local', '8080:2001:db8::1:80', 14, /Too many colons.*brackets/],
    ['local', '8080:2001:db8:0:0:0:0:0:1:80', 16, /Too many colons.*brackets/],
    ['local', '8080 ::1:80', 7, /Too many colons.*brackets/],
    ['local', '::1:8080 host:80', 2, /Too many colons.*brackets/],
    ['local', '8080:host:80:', 13, /Too many colons/],
    ['local', '8080:[::g]:80', 6, /^A host can't contain a colon, except for an IPv6 address\.$/],
    ['local', '8080:a\\:b:80', 5, /^A host can't contain a colon, except for an IPv6 address\.$/],
    [
      'remote',
      '127.0.0.1:htp',
      10,
      /^A port must be a number from 0 to 65535, or a service such as "http"\.$/,
    ],
    ['local', '[127.0.0.1:1]:8080:host:80', 1, /A host can't contain a colon, except for an IPv6 address\./],
    ['local', '8080:[::1:80', 5, /^"\[" has no "\]"\.$/],
    ['local', '8080:[::1]80', 10, /^A colon must follow "\]"\.$/],
    ['local', '8080:[]:80', 6, /^The host is missing\.$/],
    ['local', '[]:8080:host:80', 1, /^The host is missing\.$/],
    ['local', '8080:http://host:80', 5, /^Write the target as host:port, not as a URL\.$/],
    ['local', '8080 https://host', 5, /Write the target as host:port, not as a URL\./],
    ['local', '8080:host/80', 5, /^The path of a socket must begin with "\/" or "~\/"\.$/],
    [
      'local',
      String.raw`\\.\pipe\docker_engine:/var/run/docker.sock`,
      0,
      /^Paths and named pipes of Windows can't/,
    ],
    ['remote', '9000://./pipe/docker_engine', 5, /^Paths and named pipes of Windows can't/],
    ['remote', String.raw`9000:C:\Users\joe\x.sock`, 5, /^Paths and named pipes of Windows can't/],
    ['local', String.raw`~\x.sock:/y`, 0, /^Paths and named pipes of Windows can't/],
    ['local', '8080:./x', 5, /The path of a socket must begin with "\/" or "~\/"\./],
    ['local', '~me/x:/y', 0, /The path of a socket must begin with "\/" or "~\/"\./],
    ['local', '/a:8080:/b', 8, /A path can't be combined with an address or a port\./],
    ['local', '8080:/x:80', 5, /A path can't be combined with an address or a port\./],
    ['local', '/a:/b:80', 3, /A path can't be combined with an address or a port\./],
    ['local', '8080:${env:HOST}:80', 5, /^Only \$\{userHome\}\/ and /],
    ['local', '8080:${userHome}:80', 5, /^Only \$\{userHome\}\/ and /],
    ['local', '${userHome}x:/y', 0, /^Only \$\{userHome\}\/ and /],
    ['local', '/a:~/b', 3, /^A path on the server must be absolute, beginning with "\/"\.$/],
    ['remote', '${userHome}/a:/b', 0, /A path on the server must be absolute, beginning with "\/"\./],
    ['local', '/x/${userHome}/y:/z', 3, /only at the beginning of a path\.$/],
    ['local', '8080:/x\\', 7, /^Remove the "\\" at the end\.$/],
    ['dynamic', '/tmp/a', 0, /listens on a port, not on a path\.$/],
    ['remote', '/tmp/a', 0, /listens on a port, not on a path\.$/],
    ['dynamic', '1080:host:80', 5, /^A SOCKS proxy has no target/],
    ['dynamic', '1080 host:80', 5, /^A SOCKS proxy has no target/],
    ['dynamic', 'localhost:1080:host:80', 15, /^A SOCKS proxy has no target/],
    ['dynamic', '::1:1080', 2, /Too many colons.*brackets/],
    ['dynamic', '1080:localhost', 0, /^A number is not a bind address; use "\*" for all interfaces\.$/],
    [
      'dynamic',
      'localhost:htp',
      10,
      /^A port must be a number from 0 to 65535, or a service such as "http"\.$/,
    ],
    ['local', '8080:8081:localhost:80', 0, /^A number is not a bind address; use "\*" for all interfaces\.$/],
    ['dynamic', '1080:1081', 0, /^A number is not a bind address; use "\*" for all interfaces\.$/],
    ['dynamic', 'sock', 0, /^A port must be a number from 0 to 65535, or a service such as "http"\.$/],
    ['dynamic', '65536', 0, /^A port must be a number from/],
    ['dynamic', '', 0, /^The forward is empty\.$/],
  ];
  for (const [kind, text, at, message] of bad) {
    it(`refuses the ${kind} forward ${quote(text)}`, () => {
      const parsed = parseForwardSpec(kind, text);
      assert.ok('error' in parsed, 'it was parsed');
      assert.match(inEnglish(parsed.error.message), message);
      assert.equal(parsed.error.at, at);
    });
  }

  it('parses a formatted forward into the same text again', () => {
    const texts = ['8080:host:80', '*:8080:[::1]:80', '[fe80::1%eth0]:1:h:2', '/tmp/a:/tmp/b', '8080:/x'];
    for (const text of texts) {
      const parsed = parseForwardSpec('local', text);
      assert.ok('value' in parsed && parsed.value.kind === 'local', text);
      assert.equal(`${formatListen(parsed.value.listen)}:${formatAddress(parsed.value.target)}`, text);
    }
  });
});

// Parsing the forwards of a tunnel: strings and objects, default labels, and duplicates.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { formatJsonPath } from '../../../../src/tunnels/util/jsonPath';
import type { Forward } from '../../../../src/tunnels/config/forward';
import { parseForwards } from '../../../../src/tunnels/config/parsing/parseForward';
import { inEnglish } from '../../../support/inEnglish';

function parse(tunnel: Readonly<Record<string, unknown>>): { forwards: Forward[]; problems: string[] } {
  const problems: string[] = [];
  const forwards = parseForwards(tunnel, (path, message) =>
    problems.push(`${formatJsonPath(path)}: ${inEnglish(message)}`),
  );
  return { forwards, problems };
}

describe('parsing the forwards of a tunnel', () => {
  it('reads a port alone as a SOCKS proxy, for dynamic and for remote forwards', () => {
    const { forwards, problems } = parse({ dynamicForward: 1080, remoteForward: [{ listen: 1081 }] });
    assert.deepEqual(problems, []);
    assert.deepEqual(forwards, [
      {
        kind: 'remote',
        listen: { bind: undefined, port: 1081 },
        target: undefined,
        label: '1081',
        ifPortBusy: 'fail',
      },
      { kind: 'dynamic', listen: { bind: undefined, port: 1080 }, label: '1080', ifPortBusy: 'fail' },
    ]);
  });

  it('reads socket paths in an object, and labels the forward with its path', () => {
    const { forwards, problems } = parse({
      localForward: { listen: '${userHome}/a b', target: '/run/c:d' },
    });
    assert.deepEqual(problems, []);
    assert.deepEqual(forwards, [
      {
        kind: 'local',
        listen: { path: '${userHome}/a b' },
        target: { path: '/run/c:d' },
        label: '${userHome}/a b',
        ifPortBusy: 'fail',
      },
    ]);
  });

  const labels: readonly [title: string, tunnel: Readonly<Record<string, unknown>>, labels: string[]][] = [
    ['is the port', { localForward: ['*:8080:a:1', '8081:a:1'] }, ['8080', '8081']],
    [
      'includes the address when the port is taken',
      { localForward: ['127.0.0.1:80:a:1', '[::1]:80:a:1'] },
      ['80', '[::1]:80'],
    ],
    [
      'includes the kind of forward when the port is taken',
      { localForward: '80:a:1', remoteForward: '80:a:1' },
      ['80', 'remote 80'],
    ],
    [
      'includes a number when nothing else is free',
      { localForward: ['0:a:1', '0:a:2', '0:a:3', '0:a:4'] },
      ['0', 'local 0', '0 (2)', '0 (3)'],
    ],
    [
      'is never the label given to a later forward',
      { localForward: ['*:80:a:1', { listen: 81, target: 'a:1', label: '80' }] },
      ['*:80', '80'],
    ],
  ];
  for (const [title, tunnel, expected] of labels) {
    it(`sets a default label that ${title}`, () => {
      const { forwards, problems } = parse(tunnel);
      assert.deepEqual(problems, []);
      assert.deepEqual(
        forwards.map(({ label }) => label),
        expected,
      );
    });
  }

  const forward = { listen: 8080, target: 'host:80' };
  const bad: readonly [title: string, tunnel: Readonly<Record<string, unknown>>, problem: RegExp][] = [
    [
      'a port alone as a local forward',
      { localForward: [8080] },
      /^\.localForward\[0\]: The forward needs a target, as in "8080:localhost:80"\./,
    ],
    [
      'a fraction as port',
      { dynamicForward: 80.5 },
      /^\.dynamicForward: A port must be a number from 0 to 65535, or a service such as "http"\./,
    ],
    [
      'a negative port',
      { dynamicForward: [-1] },
      /^\.dynamicForward\[0\]: A port must be a number from 0 to 65535, or a service such as "http"\./,
    ],
    [
      'null as a forward',
      { localForward: null },
      /^\.localForward: A forward must be a string such as "8080:localhost:80", or an object/,
    ],
    [
      'true as a forward',
      { dynamicForward: [true] },
      /^\.dynamicForward\[0\]: A forward must be a port such as 1080, or an object with "listen"\./,
    ],
    [
      'a list within a list of forwards',
      { localForward: [[]] },
      /^\.localForward\[0\]: A forward must be a string such as "8080:localhost:80", or an object/,
    ],
    [
      'a forward without "listen"',
      { localForward: { target: 'a:1' } },
      /^\.localForward: The forward needs "listen"/,
    ],
    [
      'a local forward without "target"',
      { localForward: [{ listen: 80 }] },
      /^\.localForward\[0\]: The target is missing/,
    ],
    [
      'a dynamic forward with a target',
      { dynamicForward: [{ listen: 1080, target: 'a:1' }] },
      /^\.dynamicForward\[0\]\.target: A SOCKS proxy has no target/,
    ],
    [
      'a SOCKS proxy on a socket path',
      { remoteForward: [{ listen: '/tmp/a' }] },
      /^\.remoteForward\[0\]: Without a target it is a SOCKS proxy/,
    ],
    [
      'null as "listen"',
      { localForward: { ...forward, listen: null } },
      /^\.localForward\.listen: listen must be a port, "address:port" or a path\./,
    ],
    [
      'a port above 65535 as "listen"',
      { localForward: { ...forward, listen: 65536 } },
      /^\.localForward\.listen: A port must be a number from 0 to 65535\./,
    ],
    [
      'a number as "target"',
      { localForward: { ...forward, target: 80 } },
      /^\.localForward\.target: target must be a string such as "localhost:80"\./,
    ],
    [
      'a target without a port',
      { localForward: { ...forward, target: 'a' } },
      /^\.localForward\.target: The target needs a port, as in "localhost:80"\./,
    ],
    [
      'a slash in a label',
      { localForward: { ...forward, label: 'a/b' } },
      /^\.localForward\.label: A label can't contain "\/", which separates tunnel and label\./,
    ],
    ['an empty label', { localForward: { ...forward, label: '' } }, /^\.localForward\.label: .*It is empty/],
    [
      'a control character in a label',
      { localForward: { ...forward, label: 'a\u0007' } },
      /label: .*control character/,
    ],
    [
      'a label of 101 characters',
      { localForward: { ...forward, label: 'a'.repeat(101) } },
      /label: .*longer than 100/,
    ],
    [
      'a number as label',
      { localForward: { ...forward, label: 1 } },
      /label must be a string such as "Database"\./,
    ],
    [
      'the env name PATH',
      { localForward: { ...forward, env: 'PATH' } },
      /^\.localForward\.env: "PATH" is not a valid env: end it in "_PORT"/,
    ],
    [
      'an env on a socket',
      { localForward: { listen: '/tmp/db.sock', target: 'db:1', env: 'DB_PORT' } },
      /^\.localForward\.env: "DB_PORT" can't be set: the forward listens on a socket/,
    ],
    [
      'an env for a URL without a protocol',
      { localForward: { ...forward, env: 'REDIS_URL' } },
      /^\.localForward\.env: "REDIS_URL" is a URL: give the forward a "protocol"/,
    ],
    [
      'an env for a URL that names a file',
      { localForward: { ...forward, env: 'DATABASE_URL', protocol: 'sqlite' } },
      /^\.localForward\.env: "DATABASE_URL" can't be a URL with the protocol "sqlite"/,
    ],
    [
      'a number as env',
      { localForward: { ...forward, env: 1 } },
      /^\.localForward\.env: env must be a string such as "DB_PORT"\./,
    ],
    [
      'a protocol with "://"',
      { localForward: { ...forward, protocol: 'HTTP://' } },
      /^\.localForward\.protocol: protocol must be the scheme of a URL, as in "https"\./,
    ],
    [
      'an unknown value of ifPortBusy',
      { localForward: { ...forward, ifPortBusy: 'retry' } },
      /one of "fail", "ask", "next"\.$/,
    ],
    [
      'an unknown key of a forward',
      { localForward: { ...forward, lable: 'a' } },
      /^\.localForward\.lable: .*"label"\?$/,
    ],
    [
      '"port" instead of "listen"',
      { localForward: { ...forward, port: 1 } },
      /^\.localForward\.port: .*"listen"\?$/,
    ],
    [
      'a password in a forward',
      { localForward: { ...forward, password: 'x' } },
      /^\.localForward\.password: .*secret storage/,
    ],
    [
      'one label for two forwards',
      {
        localForward: [
          { ...forward, label: 'a' },
          { ...forward, listen: 81, label: 'a' },
        ],
      },
      /^\.localForward\[1\]\.label: "a" is already the label of localForward\[0\]; labels must be unique\.$/,
    ],
    [
      'one env name for two forwards',
      {
        localForward: [
          { ...forward, env: 'A_PORT' },
          { ...forward, listen: 81, env: 'A_PORT' },
        ],
      },
      /^\.localForward\[1\]\.env: "A_PORT" is already the env of localForward\[0\]/,
    ],
    [
      'two local forwards on one port',
      { localForward: ['80:a:1', '80:b:2'] },
      /^\.localForward\[1\]: "80" is already used by localForward\[0\]\.$/,
    ],
    [
      'two remote forwards on one port',
      { remoteForward: ['80:a:1', '80:b:2'] },
      /^\.remoteForward\[1\]: "80" is already/,
    ],
    [
      'one port without bind address and with localhost',
      { localForward: ['80:a:1', 'localhost:80:b:2'] },
      /"localhost:80" is already/,
    ],
    [
      'one port without bind address and with 127.0.0.1',
      { localForward: ['80:a:1', '127.0.0.1:80:b:2'] },
      /"127\.0\.0\.1:80" is al/,
    ],
    [
      'one port without bind address and with LOCALHOST',
      { localForward: ['80:a:1', 'LOCALHOST:80:b:2'] },
      /"LOCALHOST:80" is al/,
    ],
    [
      'one port with a bind address in two spellings',
      { localForward: ['web:80:a:1', 'Web:80:b:2'] },
      /"Web:80" is already/,
    ],
    [
      'one port on every interface in two spellings',
      { localForward: [':80:a:1', '*:80:b:2'] },
      /"\*:80" is already/,
    ],
    [
      'a dynamic forward on the port of a local forward',
      { localForward: '80:a:1', dynamicForward: 80 },
      /by localForward\.$/,
    ],
    ['two forwards on one socket path', { localForward: ['/x:a:1', '/x:b:2'] }, /"\/x" is already used/],
  ];
  for (const [title, tunnel, problem] of bad) {
    it(`refuses ${title}`, () => {
      const { problems } = parse(tunnel);
      assert.equal(problems.length, 1, JSON.stringify(problems));
      assert.match(problems[0] ?? '', problem);
    });
  }

  const fine: readonly [title: string, tunnel: Readonly<Record<string, unknown>>][] = [
    ['port 0 twice', { localForward: ['0:a:1', '0:b:2'], dynamicForward: 0 }],
    ['one port for a local and a remote forward', { localForward: '80:a:1', remoteForward: '80:a:1' }],
    [
      'one port on several bind addresses',
      { localForward: ['127.0.0.1:80:a:1', '127.0.0.2:80:a:1', '[::1]:80:a:1'] },
    ],
    ['two forwards to one target', { localForward: ['80:a:1', '81:a:1'] }],
    ['a tunnel without forwards', {}],
  ];
  for (const [title, tunnel] of fine) {
    it(`accepts ${title}`, () => assert.deepEqual(parse(tunnel).problems, []));
  }
});

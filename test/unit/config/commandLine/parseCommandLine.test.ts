// Parsing whole ssh command lines into the keys of a tunnel.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { parseCommandLine } from '../../../../src/tunnels/config/commandLine/parseCommandLine';

describe('the ssh command line parser', () => {
  const host = 'host';
  const cases: readonly [line: string, record: Readonly<Record<string, unknown>>][] = [
    [
      'ssh -C -N -L 8080:www.example.org:80 -L 12345:example.com:80 -R 9000:localhost:3000 -D 1080 -J bastion -p 2222 me@host',
      {
        host: 'me@host:2222',
        proxyJump: 'bastion',
        localForward: ['8080:www.example.org:80', '12345:example.com:80'],
        remoteForward: ['9000:localhost:3000'],
        dynamicForward: ['1080'],
        compression: true,
      },
    ],
    ['ssh -f -T -X laptop firefox', { host: 'laptop', x11Programs: { firefox: 'firefox' } }],
    [
      'ssh -fTXC joe@laptop firefox',
      { host: 'joe@laptop', x11Programs: { firefox: 'firefox' }, compression: true },
    ],
    [
      'ssh -fTY laptop /usr/bin/xterm -e top',
      { host: 'laptop', x11Programs: { xterm: { command: '/usr/bin/xterm -e top', trusted: true } } },
    ],
    ['ssh -X host "xterm -e \'top -d 1\'"', { host, x11Programs: { xterm: "xterm -e 'top -d 1'" } }],
    ['ssh -X host LANG=C xclock', { host, x11Programs: { xclock: 'LANG=C xclock' } }],
    ['ssh -X host -- -odd', { host, x11Programs: { '-odd': '-odd' } }],
    ['ssh -X -- host xclock -v', { host, x11Programs: { xclock: 'xclock -v' } }],
    ['ssh -X host -C xclock -v', { host, x11Programs: { xclock: 'xclock -v' }, compression: true }],
    ['ssh -o ForwardX11=yes host xclock', { host, x11Programs: { xclock: 'xclock' } }],
    ['ssh -Y -X host xclock', { host, x11Programs: { xclock: { command: 'xclock', trusted: true } } }],
    ['ssh -X host /usr/bin/', { host, x11Programs: { program: '/usr/bin/' } }],
    [
      'ssh -L 8000:localhost:8000 me@docs.example.org',
      { host: 'me@docs.example.org', localForward: ['8000:localhost:8000'] },
    ],
    ['me@host -L 1:a:2', { host: 'me@host', localForward: ['1:a:2'] }],
    ['-L 1:a:2 host', { host, localForward: ['1:a:2'] }],
    ['/usr/bin/ssh host', { host }],
    ['ssh.exe host', { host }],
    ['C:\\Windows\\System32\\OpenSSH\\ssh.exe host', { host }],
    ['"C:\\Program Files\\ssh.exe" host', { host }],
    ['ssh host -L1:a:2 -NfL3:b:4', { host, localForward: ['1:a:2', '3:b:4'] }],
    ['ssh -- host', { host }],
    ['ssh host --', { host }],
    // User and port: the first one given counts.
    ['ssh -l a b@host', { host: 'a@host' }],
    ['ssh b@host -l a', { host: 'b@host' }],
    ['ssh -l a -l b host', { host: 'a@host' }],
    ['ssh -p 1 -p 2 -o Port=3 host', { host: 'host:1' }],
    ['ssh -o Port=3 host -p 1', { host: 'host:3' }],
    ['ssh ssh://me@host:2222', { host: 'me@host:2222' }],
    ['ssh ssh://me@host:2222/ -p 1 -l you', { host: 'me@host:2222' }],
    ['ssh -p 1 ssh://me@host:2222', { host: 'me@host:1' }],
    ['ssh a@b@host', { host: 'a@b@host' }],
    ['ssh me@::1', { host: 'me@::1' }],
    ['ssh [::1] -p 2222', { host: '[::1]:2222' }],
    ['ssh -p 22 me@fe80::1%eth0', { host: 'me@[fe80::1%eth0]:22' }],
    ['ssh DOMAIN\\joe@host', { host: 'DOMAIN\\joe@host' }],
    ['ssh -l DOMAIN\\joe host', { host: 'DOMAIN\\joe@host' }],
    ['ssh -o User=DOMAIN\\joe host', { host: 'DOMAIN\\joe@host' }],
    ['ssh -J DOMAIN\\joe@bastion host', { host, proxyJump: 'DOMAIN\\joe@bastion' }],
    ["ssh 'DOMAIN\\joe'@host", { host: 'DOMAIN\\joe@host' }],
    ["ssh 'jo do@host'", { host: 'ssh://jo%20do@host' }],
    ['ssh -C -o Compression=no host', { host, compression: true }],
    ['ssh -o Compression=no -o Compression=yes host', { host, compression: false }],
    ['ssh -J a -o ProxyJump=b host', { host, proxyJump: 'a' }],
    ['ssh -J me@a:22,ssh://b:2222 host', { host, proxyJump: 'me@a:22,ssh://b:2222' }],
    ['ssh -X -x host', { host }],
    // -g binds every interface where a forward names no bind address (ssh(1)).
    [
      'ssh -g -L 1:a:2 -L localhost:3:a:4 -L :5:a:6 -R 7:a:8 -D 9 host',
      {
        host,
        localForward: ['*:1:a:2', 'localhost:3:a:4', ':5:a:6'],
        remoteForward: ['7:a:8'],
        dynamicForward: ['*:9'],
      },
    ],
    ['ssh -L 1:a:2 host -g', { host, localForward: ['*:1:a:2'] }],
    ['ssh -g -L /tmp/a:/tmp/b host', { host, localForward: ['/tmp/a:/tmp/b'] }],
    ['ssh -o GatewayPorts=no -g -D 9 host', { host, dynamicForward: ['*:9'] }],
    // A space within a quoted argument does not separate listener and target.
    ["ssh -L '/tmp/a b:/tmp/c d' host", { host, localForward: [{ listen: '/tmp/a b', target: '/tmp/c d' }] }],
    ["ssh -R '/tmp/a b:db:5432' host", { host, remoteForward: [{ listen: '/tmp/a b', target: 'db:5432' }] }],
    ['ssh -L ~/a.sock:/var/run/b.sock host', { host, localForward: ['~/a.sock:/var/run/b.sock'] }],
    ['ssh -L ${userHome}/a:/b host', { host, localForward: ['${userHome}/a:/b'] }],
    ["ssh -L '[::1]:8080:[::2]:80' host", { host, localForward: ['[::1]:8080:[::2]:80'] }],
    ['ssh -S none -L 1:a:2 host', { host, localForward: ['1:a:2'] }],
    ['ssh -L 1:a:2 \\\n  -L 3:b:4 \\\n  host', { host, localForward: ['1:a:2', '3:b:4'] }],
  ];
  for (const [line, record] of cases) {
    it(`parses ${JSON.stringify(line)}`, () => {
      const read = parseCommandLine(line);
      assert.deepEqual(read.problems, []);
      assert.deepEqual(read.record, record);
    });
  }

  it('returns the keys in the order of the settings', () =>
    assert.deepEqual(Object.keys(parseCommandLine('ssh -C -D 1 -L 1:a:2 -J b host').record), [
      'host',
      'proxyJump',
      'localForward',
      'dynamicForward',
      'compression',
    ]));
});

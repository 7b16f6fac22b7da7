// The problems of an ssh command line, and the position at which each is reported.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { formatJsonPath } from '../../../../src/tunnels/util/jsonPath';
import { parseCommandLine } from '../../../../src/tunnels/config/commandLine/parseCommandLine';
import { parseTunnel } from '../../../../src/tunnels/config/parsing/parseTunnel';
import { inEnglish } from '../../../support/inEnglish';

type Expected = readonly (readonly [at: number | undefined, message: RegExp])[];

function problems(value: unknown): readonly { path: string; at: number | undefined; message: string }[] {
  const parsed = parseTunnel('docs', value, 'user', { home: '/home/me', workspaceFolder: undefined });
  return 'problems' in parsed
    ? parsed.problems.map(({ path, at, message }) => ({
        path: formatJsonPath(path),
        at,
        message: inEnglish(message),
      }))
    : [];
}

function assertProblems(value: unknown, path: string, expected: Expected): void {
  const actual = problems(value);
  assert.equal(actual.length, expected.length, JSON.stringify(actual, null, 2));
  expected.forEach(([at, message], index) => {
    assert.match(actual[index]?.message ?? '', message);
    assert.equal(actual[index]?.at, at, actual[index]?.message);
    assert.equal(actual[index]?.path, path);
  });
}

describe('the ssh command line parser', () => {
  const cases: readonly [line: string, ...expected: Expected][] = [
    ['', [0, /^The command needs a host, as in "ssh -L 8080:localhost:80 me@example\.org"\.$/]],
    ['ssh', [3, /^The command needs a host/]],
    ['ssh -L 8080:a:80 ', [16, /^The command needs a host/]],
    ['ssh -L', [6, /^"-L" needs a value\.$/], [6, /^The command needs a host/]],
    [
      'ssh -p host',
      [7, /^A port must be a number from 1 to 65535, or a service such as "http"\.$/],
      [11, /^The command needs a host/],
    ],
    ['ssh -z host', [5, /^ssh has no option "-z"\.$/]],
    ['ssh -Nz host', [6, /^ssh has no option "-z"\.$/]],
    ['ssh --forward host', [4, /^ssh has no options that begin with "--"\.$/]],
    [
      'ssh host:22',
      [8, /^ssh doesn't accept a port after the host: use "-p", as in "ssh -p 2222 example\.org"\.$/],
    ],
    ['ssh me@ho;st', [9, /^A tunnel is a single ssh command; "st" can't be part of it\./]],
    ["ssh 'me@ho;st'", [4, /A host can't contain ";"/]],
    ['ssh me@-x', [7, /would be read as an option/]],
    ['ssh @host', [4, /The user name before "@" is missing/]],
    ['ssh http://host', [4, /Only ssh:\/\/ URLs are supported/]],
    ['ssh ssh://me:hunter2@host', [12, /^A user name can't contain ":"\. Remove the password:/]],
    ['ssh -l -x host', [7, /A user name can't begin with "-"/]],
    ['ssh -p 0 host', [7, /^A port must be a number from 1 to 65535\.$/]],
    ['ssh -p99999 host', [6, /^A port must be a number from 1 to 65535\.$/]],
    ['ssh host uptime', [9, /^The command after the host can't be part of a tunnel\. A tunnel runs/]],
    ['ssh -J a -J b host', [9, /^There is already a jump host: list all in one -J, separated by commas/]],
    ['ssh -J a,,b host', [9, /^The host is missing\.$/]],
    ['ssh -J a,b:x host', [11, /^A port must be a number from 1 to 65535, or a service such as "http"\.$/]],
    // Within the value of a forward, the position is that of the wrong character.
    ['ssh -L 8080:a host', [13, /^The target needs a port, as in "localhost:80"\.$/]],
    ['ssh -L8080:a:99999 host', [13, /^A port must be a number from 1 to 65535\.$/]],
    ['ssh -NL 8080:a:x host', [15, /A port must be a number from 1 to 65535, or a service such as "http"\./]],
    ['ssh -L "8080:a:x" host', [7, /A port must be a number from 1 to 65535, or a service such as "http"\./]],
    ['ssh -D a:b:c host', [7, /./]],
    [
      'ssh -o LocalForward="8080 a:x" host',
      [7, /A port must be a number from 1 to 65535, or a service such as "http"\./],
    ],
    ['ssh -o "Port=x" host', [7, /^A port must be a number from 1 to 65535, or a service such as "http"\.$/]],
    ['ssh -oPort=x host', [11, /^A port must be a number from 1 to 65535, or a service such as "http"\.$/]],
    [
      'ssh -oServerAliveInterval=9999999 host',
      [26, /^serverAliveInterval must be a whole number from 0 to 2147483\.$/],
    ],
    ['ssh -L 1:a:1 -L 1:b:2 host', [13 + 3, /^"1" is already used by "-L 1:a:1"\.$/]],
    [
      'ssh -X -W a:1 -i ~/.ssh/id -p x host',
      [5, /^"-X" needs the command/],
      [7, /^"-W" can't be part/],
      [14, /^"-i" can't be part of a tunnel. It belongs in a Host block/],
      [30, /^A port must be a number from 1 to 65535, or a service such as "http"\.$/],
    ],
    [
      'sshpass -p hunter2 ssh host',
      [0, /^"sshpass" can't be part of a tunnel\. You are asked for the password/],
    ],
    ['sudo ssh host', [0, /^"sudo" can't be part of a tunnel\. A tunnel runs as you/]],
    ['scp a b:c', [0, /^"scp" is not ssh/]],
    ['ssh -L 1:a:2 host | tee x', [18, /^"\|" feeds another command/], [18, /"tee" can't be part of it/]],
    ['ssh -L 1:a:2 host > x', [18, /^">" redirects a file/]],
    ['ssh -L 1:a:2 <user>@host', [13, /^Replace the placeholder with a value of your own\.$/]],
    ['ssh -L ${workspaceFolder}/a:/b -L 1:c:2 host', [7, /the tunnel belongs to no workspace folder/]],
  ];
  for (const [line, ...expected] of cases) {
    it(`reports what is wrong with ${JSON.stringify(line)}`, () => {
      assertProblems(line, '', expected);
      assertProblems({ ssh: line }, '.ssh', expected);
    });
  }
});

describe('a command line in the settings', () => {
  for (const line of [
    '$ ssh -L 1:a:2 host',
    'nohup autossh -M 0 -L 1:a:2 host > /dev/null 2>&1 &',
    'ssh -o Protocol=2 \\\n -L 1:a:2 \\\n host # the database',
    'ssh –L 1:a:2 host;',
  ]) {
    it(`may have what makes no difference: ${JSON.stringify(line)}`, () => assertProblems(line, '', []));
  }
});

describe('a tunnel with "ssh" and other keys', () => {
  const ssh = 'ssh -C -L 8080:a:80 host';

  it('is read with the keys about the tunnel as a whole', () => {
    const rest = { autoStart: false, statusBar: true, reconnect: false, connectTimeout: 5, description: 'x' };
    const parsed = parseTunnel('docs', { ssh, ...rest }, 'user');
    assert.ok('entry' in parsed, JSON.stringify(parsed));
    const { definition, ...entry } = parsed.entry;
    assert.deepEqual(entry, { autoStart: false, runIn: undefined, statusBar: true, description: 'x' });
    assert.deepEqual(definition.options, { compression: true, connectTimeout: 5 });
    assert.equal(definition.reconnect, false);
    assert.deepEqual(
      definition.forwards.map(({ label }) => label),
      ['8080'],
    );
  });

  const clashes: readonly [key: string, value: unknown, path: string, message: RegExp][] = [
    ['host', 'b', '', /^The tunnel has both "host" and "ssh"; use only one of them\.$/],
    [
      'proxyJump',
      'b',
      '.proxyJump',
      /^"proxyJump" can't be combined with "ssh": add -J to the command line,/,
    ],
    [
      'localForward',
      '1:a:2',
      '.localForward',
      /add -L to the command line, or use "host" and other properties instead of "ssh"\.$/,
    ],
    ['remoteForward', '1:a:2', '.remoteForward', /add -R to/],
    ['dynamicForward', 1, '.dynamicForward', /add -D to/],
    ['x11Programs', {}, '.x11Programs', /add -X to/],
    ['compression', false, '.compression', /^"compression" is also set by the command line in "ssh";/],
    ['autoStart', 'no', '.autoStart', /^autoStart must be one of true, false, "onConnect"\.$/],
    ['connectTimeout', 'x', '.connectTimeout', /^connectTimeout must be a whole number from 0 to 2147483\.$/],
    ['pasword', 'x', '.pasword', /Unknown property/],
  ];
  for (const [key, value, path, message] of clashes) {
    it(`is refused with "${key}": ${JSON.stringify(value)}`, () =>
      assertProblems({ ssh, [key]: value }, path, [[undefined, message]]));
  }
  it('is refused when "ssh" is a list', () =>
    assertProblems({ ssh: ['ssh', 'host'] }, '.ssh', [
      [undefined, /^ssh must be a string such as "ssh -L 8080:localhost:80/],
    ]));
});

describe('the ssh command line parser', () => {
  const cases: readonly [line: string, option: string, keyword?: string, value?: string][] = [
    ['ssh -i ~/.ssh/id host', '-i', 'IdentityFile', '~/.ssh/id'],
    ["ssh -i '/a b/id' host", '-i', 'IdentityFile', '"/a b/id"'],
    ['ssh -4 host', '-4', 'AddressFamily', 'inet'],
    ['ssh -A host', '-A'],
    ['ssh -o ciphers=aes128-ctr host', '-o ciphers', 'ciphers', 'aes128-ctr'],
    [
      'ssh -o "ProxyCommand=nc -x \'a b\' %h %p" host',
      '-o ProxyCommand',
      'ProxyCommand',
      "nc -x 'a b' %h %p",
    ],
    ['ssh -o \'SendEnv "A" B\' host', '-o SendEnv', 'SendEnv', 'A B'],
    ['ssh -o HostName=10.0.0.5 host', '-o HostName', 'HostName', '10.0.0.5'],
    ['ssh host uptime', 'uptime'],
    ['ssh -X host', '-X'],
  ];
  for (const [line, option, keyword, value] of cases) {
    it(`offers to leave out ${option}${keyword === undefined ? '' : `, or to write ${keyword} in a Host block`}, in "${line}"`, () => {
      const [problem] = parseCommandLine(line).problems;
      const configOption = keyword === undefined ? undefined : { keyword, value };
      assert.deepEqual(problem?.leaveOut, configOption === undefined ? {} : { configOption });
    });
  }
  for (const line of [
    'ssh -V',
    'ssh -z host',
    'ssh -W a:1 host',
    'ssh',
    'ssh -p x host',
    'ssh -o Include=x host',
  ]) {
    it(`offers no option of a Host block for "${line}"`, () =>
      assert.equal(parseCommandLine(line).problems[0]?.leaveOut?.configOption, undefined));
  }
});

// The problems of a tunnel in the settings, each with the path it is reported at.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { parseTunnel } from '../../../../src/tunnels/config/parsing/parseTunnel';
import { english, localize } from '../../../../src/tunnels/util/l10n';
import type { Localizer } from '../../../../src/tunnels/util/l10n';
import { quote } from '../../../../src/tunnels/util/shown';
import { assertProblems, plain, problemsOf } from '../problems';

describe('the tunnel parser', () => {
  const whole: readonly [title: string, value: unknown, problems: readonly RegExp[]][] = [
    ['null as a tunnel', null, [/^: The tunnel must be an object with "host", or an ssh command line\.$/]],
    ['a number as a tunnel', 22, [/^: The tunnel must be an object with "host", or an ssh command line\.$/]],
    [
      'a list as a tunnel',
      [plain],
      [/^: The tunnel must be an object with "host", or an ssh command line\.$/],
    ],
    ['a tunnel without keys', {}, [/^: The tunnel needs "host":/]],
    [
      'a tunnel with both "host" and "ssh"',
      { host: 'a', ssh: 'ssh a' },
      [/^: The tunnel has both "host" and "ssh"; use only one of them\.$/],
    ],
    ['501 forwards', { ...plain, localForward: Array(501).fill('0:a:1') }, [/^: .*501.*500/]],
    [
      '501 forwards of two kinds',
      { ...plain, localForward: Array(300).fill('0:a:1'), remoteForward: Array(201).fill('0:a:1') },
      [/^: The tunnel has 501 forwards; the maximum is 500\.$/],
    ],
  ];
  for (const [title, value, problems] of whole) {
    it(`refuses ${title}`, () => assertProblems(problemsOf(value), problems));
  }

  const names: readonly [name: string, problem: RegExp][] = [
    ['', /It is empty/],
    ['  ', /It is empty/],
    ['a/b', /"\/" separates tunnel and forward/],
    ['a\nb', /control character/],
    ['\nb', /control character/],
    ['a\u202eb', /control character/],
    ['${workspaceFolder}', /socket paths only/],
    ['a'.repeat(101), /longer than 100 characters/],
  ];
  for (const [name, problem] of names) {
    it(`refuses the name ${quote(name.slice(0, 20))}`, () =>
      assertProblems(problemsOf(plain, name), [problem]));
  }

  const keys: readonly [key: string, value: unknown, problem: RegExp][] = [
    ['host', 22, /^\.host: host must be a string such as "me@example\.org"\./],
    ['host', '', /^\.host: The host is missing\./],
    ['host', '-oProxyCommand=x', /^\.host: .*option\.$/],
    ['host', 'ssh://me:hunter2@host', /^\.host: A user name can't contain ":"\. Remove the password:/],
    ['proxyJump', 7, /^\.proxyJump: A jump host must be a string such as "bastion"\./],
    ['proxyJump', ['a', null], /^\.proxyJump\[1\]: A jump host must be a string such as "bastion"\./],
    ['proxyJump', 'a,', /^\.proxyJump: The host is missing\./],
    [
      'proxyJump',
      ['a', '-b'],
      /^\.proxyJump\[1\]: A host can't begin with "-": it would be read as an option\./,
    ],
    ['autoStart', 'yes', /^\.autoStart: autoStart must be one of true, false, "onConnect"\./],
    ['autoStart', 1, /^\.autoStart: autoStart must be one of true, false, "onConnect"\./],
    ['runIn', 'remote', /^\.runIn: runIn must be one of "local", "everywhere"\./],
    ['statusBar', 'true', /^\.statusBar: statusBar must be true or false\./],
    ['reconnect', null, /^\.reconnect: reconnect must be true or false\./],
    ['compression', 0, /^\.compression: compression must be true or false\./],
    ['exitOnForwardFailure', {}, /^\.exitOnForwardFailure: exitOnForwardFailure must be true or false\./],
    [
      'serverAliveInterval',
      -1,
      /^\.serverAliveInterval: serverAliveInterval must be a whole number from 0 to 2147483\./,
    ],
    [
      'serverAliveInterval',
      1.5,
      /^\.serverAliveInterval: serverAliveInterval must be a whole number from 0 to 2147483\./,
    ],
    [
      'serverAliveInterval',
      '15',
      /^\.serverAliveInterval: serverAliveInterval must be a whole number from 0 to 2147483\./,
    ],
    [
      'serverAliveInterval',
      2_147_484,
      /^\.serverAliveInterval: serverAliveInterval must be a whole number from 0 to 2147483\./,
    ],
    [
      'serverAliveCountMax',
      0,
      /^\.serverAliveCountMax: serverAliveCountMax must be a whole number from 1 to 1000\./,
    ],
    ['connectTimeout', -5, /^\.connectTimeout: connectTimeout must be a whole number from 0 to 2147483\./],
    ['description', 7, /^\.description: description must be a string such as "The staging database"\./],
    ['description', 'a\nb', /^\.description: .*control character/],
    ['description', 'in ${workspaceFolder}', /^\.description: .*socket paths only/],
    [
      'x11Programs',
      ['xclock'],
      /^\.x11Programs: x11Programs must be an object such as \{ "Clock": "xclock" \}\./,
    ],
  ];
  for (const [key, value, problem] of keys) {
    it(`refuses ${key} with the value ${JSON.stringify(value)}`, () =>
      assertProblems(problemsOf({ ...plain, [key]: value }), [problem]));
  }

  const unknown: readonly [key: string, problem: RegExp][] = [
    ['localFoward', /did you mean "localForward"\?$/],
    ['LocalForward', /did you mean "localForward"\?$/],
    ['local_forward', /did you mean "localForward"\?$/],
    ['hots', /did you mean "host"\?$/],
    ['autostart', /did you mean "autoStart"\?$/],
    ['jumpHost', /did you mean "proxyJump"\?$/],
    ['frobnicate', /; a tunnel has host, ssh, proxyJump,/],
    ['a'.repeat(5000), /; a tunnel has/],
    ['constructor', /Unknown property/],
    ['password', /VS Code's secret storage, or use a key in the SSH agent\.$/],
    ['PassWord', /secret storage/],
    ['passphrase', /secret storage/],
    ['identityFile', /~\/\.ssh\/config \(IdentityFile\), or load it into the SSH agent\.$/],
    ['IDENTITYFILE', /IdentityFile/],
    ['privateKey', /IdentityFile/],
    ['private_key_path', /IdentityFile/],
    ['certificateFile', /~\/\.ssh\/config/],
    ['proxyCommand', /Commands belong in a Host block of your ~\/\.ssh\/config/],
    ['localCommand', /Commands belong/],
    ['knownHostsCommand', /Commands belong/],
    ['strictHostKeyChecking', /user setting sshTunnels\.strictHostKeyChecking/],
    ['stricthostkeychecking', /user setting sshTunnels\.strictHostKeyChecking/],
    ['userKnownHostsFile', /user setting sshTunnels\.userKnownHostsFile/],
    ['identityAgent', /user setting sshTunnels\.identityAgent/],
    ['sshConfigFile', /user setting sshTunnels\.sshConfigFile/],
    ['user', /Write it in "host", as in "me@example\.org:2222"/],
    ['port', /Write it in "host"/],
    ['hostname', /Write it in "host"/],
    ['forwardAgent', /never forwards the SSH agent/],
    ['gatewayPorts', /"\*:8080:localhost:80"/],
    ['forwardX11', /"x11Programs"/],
    ['ciphers', /Host block of your ~\/\.ssh\/config\.$/],
    ['disabled', /"autoStart": false/],
  ];
  for (const [key, problem] of unknown) {
    it(`refuses the key ${key.slice(0, 30)} without showing its value`, () => {
      const problems = problemsOf({ ...plain, [key]: 'hunter2' });
      assertProblems(problems, [problem]);
      assert.doesNotMatch(problems.join(), /hunter2/);
    });
  }

  it('refuses the key __proto__ and leaves Object.prototype as it was', () => {
    const value: unknown = JSON.parse('{ "host": "a", "__proto__": { "statusBar": true } }');
    assertProblems(problemsOf(value), [/\["…"\]: Unknown property "…"; a tunnel has host, ssh, proxyJump,/]);
    assert.equal(Object.hasOwn(Object.prototype, 'statusBar'), false);
  });

  it('ignores inherited properties', () => {
    const inherited: unknown = Object.create({ host: 'inherited' });
    assertProblems(problemsOf(inherited), [/^: The tunnel needs "host"/]);
  });

  for (const odd of [Symbol('x'), () => 1, 10n, undefined, NaN]) {
    it(`refuses ${String(odd).slice(0, 20)} as a tunnel and as the value of a key`, () => {
      assert.notEqual(problemsOf(odd).length, 0);
      for (const key of ['host', 'proxyJump', 'localForward', 'x11Programs', 'autoStart', 'connectTimeout']) {
        const problems = problemsOf({ ...plain, [key]: odd });
        assert.equal(problems.length, 1, JSON.stringify(problems));
        assert.ok(problems[0]?.startsWith(`.${key}: `), problems[0]);
      }
    });
  }

  it('reports all problems of a tunnel at once', () => {
    const value = {
      host: 'ho st',
      proxyJump: ['-x'],
      localForward: ['8080:www.example.org', { listen: 'x', target: 'y', frob: 1 }],
      pasword: 'hunter2',
      autoStart: 'no',
      serverAliveInterval: '15',
      statusBar: 1,
    };
    assertProblems(problemsOf(value, 'a/b'), [
      /^: The name of the tunnel is not valid\. "\/" separates tunnel and/,
      /^\.pasword: .*/,
      /^\.host: Spaces/,
      /^\.proxyJump\[0\]: /,
      /^\.localForward\[0\]: The target needs a port, as in "localhost:80"\.$/,
      /^\.localForward\[1\]\.frob: /,
      /^\.localForward\[1\]\.listen: A port must be a number/,
      /^\.localForward\[1\]\.target: The target needs a port, as in "localhost:80"\.$/,
      /^\.serverAliveInterval: /,
      /^\.autoStart: /,
      /^\.statusBar: /,
    ]);
  });

  it('reports each problem as sentences that are translated where they are shown', () => {
    const translated: Localizer = { t: (text, args) => english.t(`‹${text}›`, args) };
    const value = { host: 'web:', description: '', password: 'hunter2', localForward: '1:web:htp' };
    const parsed = parseTunnel('web', value, 'user');
    assert.ok('problems' in parsed);
    assert.deepEqual(
      parsed.problems.map(({ message }) => localize(message, translated).replace(/(?<=stored).*(?=››)/, '')),
      [
        `‹Unknown property "password". ‹Passwords can't be stored››`,
        '‹The port is missing.›',
        '‹A port must be a number from 1 to 65535, or a service such as "http".›',
        '‹description is not valid. ‹It is empty.››',
      ],
    );
  });
});

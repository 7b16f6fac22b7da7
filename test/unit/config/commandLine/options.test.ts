// Every option of ssh: it sets a key of the tunnel, is ignored, or is refused with the reason.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { parseCommandLine } from '../../../../src/tunnels/config/commandLine/parseCommandLine';
import { inEnglish } from '../../../support/inEnglish';

/** As handed to getopt(3) by main() in ssh.c of OpenSSH 10.2. */
const getopt = '1246ab:c:e:fgi:kl:m:no:p:qstvxAB:CD:E:F:GI:J:KL:MNO:P:Q:R:S:TVw:W:XYy';

/** The keys that an option sets, or the message that refuses it. */
type Outcome = Readonly<Record<string, unknown>> | 'ignored' | RegExp;
const inBlock = (keyword: string): RegExp =>
  new RegExp(`belongs in a Host block of your ~/\\.ssh/config \\(${keyword}\\)\\.$`);

function verb(outcome: Outcome): string {
  if (outcome === 'ignored') return 'ignores';
  return outcome instanceof RegExp ? 'refuses' : 'reads';
}

const outcomes: Readonly<Record<string, readonly [value: string, outcome: Outcome]>> = {
  '1': ['', /Version 1 of the protocol/],
  '2': ['', 'ignored'],
  '4': ['', inBlock('AddressFamily')],
  '6': ['', inBlock('AddressFamily')],
  a: ['', 'ignored'],
  b: ['10.0.0.1', inBlock('BindAddress')],
  c: ['aes128-ctr', inBlock('Ciphers')],
  e: ['none', 'ignored'],
  f: ['', 'ignored'],
  g: ['', 'ignored'],
  i: ['~/.ssh/id', inBlock('IdentityFile')],
  k: ['', 'ignored'],
  l: ['me', { host: 'me@host' }],
  m: ['hmac-sha2-256', inBlock('MACs')],
  n: ['', 'ignored'],
  o: ['Compression=yes', { host: 'host', compression: true }],
  p: ['2222', { host: 'host:2222' }],
  q: ['', 'ignored'],
  s: ['', /requests a subsystem/],
  t: ['', 'ignored'],
  v: ['', 'ignored'],
  x: ['', 'ignored'],
  A: ['', /A tunnel never forwards the SSH agent\.$/],
  B: ['eth0', inBlock('BindInterface')],
  C: ['', { host: 'host', compression: true }],
  D: ['1080', { host: 'host', dynamicForward: ['1080'] }],
  E: ['/tmp/log', /log of SSH Tunnels/],
  F: ['/tmp/config', /user setting sshTunnels\.sshConfigFile instead\.$/],
  G: ['', /prints the configuration/],
  I: ['/lib/p11.so', inBlock('PKCS11Provider')],
  J: ['bastion', { host: 'host', proxyJump: 'bastion' }],
  K: ['', /GSSAPI/],
  L: ['8080:a:80', { host: 'host', localForward: ['8080:a:80'] }],
  M: ['', /share a connection/],
  N: ['', 'ignored'],
  O: ['exit', /controls an ssh that is already running/],
  P: ['tag', inBlock('Tag')],
  Q: ['cipher', /lists algorithms/],
  R: ['9000:a:80', { host: 'host', remoteForward: ['9000:a:80'] }],
  S: ['/tmp/ctl', /share a connection/],
  T: ['', 'ignored'],
  V: ['', /prints the version/],
  w: ['0:0', /network interface \(tun\)/],
  W: ['a:80', /connects standard input and output/],
  X: ['', /^"-X" needs the command of an X11 program/],
  Y: ['', /^"-Y" needs the command of an X11 program/],
  y: ['', /log of SSH Tunnels/],
};

describe('the ssh command line parser', () => {
  const letters = [...getopt.matchAll(/(\w)(:?)/g)].map(([, letter = '', colon]) => ({
    letter,
    takesValue: colon === ':',
  }));

  it('knows every option of ssh and no other', () =>
    assert.deepEqual(Object.keys(outcomes).sort(), letters.map(({ letter }) => letter).sort()));

  for (const { letter, takesValue } of letters) {
    const [value, outcome] = outcomes[letter] ?? ['', 'ignored'];
    it(`${verb(outcome)} the option -${letter}`, () => {
      assert.equal(value !== '', takesValue);
      // With the value in the same word, in the next word, in a cluster, and after the host.
      const ways = takesValue
        ? [`-${letter}${value} host`, `-${letter} ${value} host`, `-v${letter} ${value} host`]
        : [`-${letter} host`, `-v${letter}q host`];
      for (const way of [...ways, `host -${letter} ${value}`]) {
        const { record, problems } = parseCommandLine(`ssh ${way}`);
        if (outcome instanceof RegExp) {
          assert.equal(problems.length, 1, way);
          assert.match(inEnglish(problems[0]?.message), outcome);
          assert.match(inEnglish(problems[0]?.message), new RegExp(`^"-${letter}" `));
          assert.deepEqual(record, { host: 'host' });
        } else {
          assert.deepEqual(problems, [], way);
          assert.deepEqual(record, outcome === 'ignored' ? { host: 'host' } : outcome);
        }
      }
    });
  }
});

describe('the ssh command line parser', () => {
  const host = 'host';
  const cases: readonly [option: string, outcome: Outcome][] = [
    ['LocalForward=8080 a:80', { host, localForward: ['8080:a:80'] }],
    ['localforward "8080" a:80', { host, localForward: ['8080:a:80'] }],
    ['LocalForward=8080', /takes two words: where to listen, and the target\.$/],
    ['RemoteForward 9000 a:80', { host, remoteForward: ['9000:a:80'] }],
    ['RemoteForward 9000', { host, remoteForward: ['9000'] }],
    ['DynamicForward=127.0.0.1:1080', { host, dynamicForward: ['127.0.0.1:1080'] }],
    ['DynamicForward=1080 a:80', /takes one word/],
    ['ProxyJump=a,b', { host, proxyJump: 'a,b' }],
    ['ProxyJump none', { host, proxyJump: 'none' }],
    ['Port=2222', { host: 'host:2222' }],
    ['Port=ssh', { host: 'host:22' }],
    ['Port=sssh', /^A port must be a number from 1 to 65535, or a service such as "http"\.$/],
    ['User = me', { host: 'me@host' }],
    ['COMPRESSION=no', { host, compression: false }],
    ['Compression=Yes', { host, compression: true }],
    ['Compression=9', /^Compression must be "yes" or "no"\.$/],
    ['ExitOnForwardFailure yes', { host, exitOnForwardFailure: true }],
    ['ServerAliveInterval=15', { host, serverAliveInterval: 15 }],
    ['ServerAliveInterval=none', { host, serverAliveInterval: 0 }],
    ['ServerAliveInterval=often', /^ServerAliveInterval must be a time such as "15" or "1m"\.$/],
    ['ServerAliveCountMax=5', { host, serverAliveCountMax: 5 }],
    ['ServerAliveCountMax=1m', /must be a whole number\.$/],
    ['ConnectTimeout=1m30s', { host, connectTimeout: 90 }],
    ['GatewayPorts=yes', 'ignored'],
    ['GatewayPorts=clientspecified', /must be "yes" or "no"\.$/],
    ['ForwardX11=no', 'ignored'],
    ['ForwardX11=yes', /^"-X" needs the command/],
    ['ForwardX11Trusted=yes', 'ignored'],
    ['RequestTTY=no', 'ignored'],
    ['SessionType=none', 'ignored'],
    ['SessionType=subsystem', /belongs in a Host block/],
    ['ControlMaster=no', 'ignored'],
    ['ControlMaster=auto', /belongs in a Host block/],
    ['ControlPath=none', 'ignored'],
    ['ForwardAgent=no', 'ignored'],
    ['ForwardAgent=yes', /never forwards the SSH agent/],
    ['LogLevel=DEBUG', 'ignored'],
    ['IdentityFile=~/.ssh/id', /IdentityFile\), or load it into the SSH agent\.$/],
    ['IdentitiesOnly=yes', /belongs in a Host block/],
    ['StrictHostKeyChecking=no', /user setting sshTunnels\.strictHostKeyChecking/],
    ['UserKnownHostsFile=/dev/null', /user setting sshTunnels\.userKnownHostsFile/],
    ['ProxyCommand=nc %h %p', /Commands belong in a Host block/],
    ['HostName=10.0.0.5', /belongs in a Host block/],
    ['BindAddress=10.0.0.5', /belongs in a Host block/],
    ['Password=hunter2', /Passwords can't be stored in settings/],
    ['Comprssion=yes', /^ssh_config has no keyword "Comprssion"; did you mean "Compression"\?$/],
    ['Frobnicate=yes', /^ssh_config has no keyword "Frobnicate"\.$/],
    ['Compression', /^"-o" needs an ssh_config keyword and its value/],
    ['=x', /^"-o" needs an ssh_config keyword/],
  ];
  for (const [option, outcome] of cases) {
    it(`${verb(outcome)} the option -o '${option}'`, () => {
      const { record, problems } = parseCommandLine(`ssh -o '${option}' host`);
      if (outcome instanceof RegExp) {
        assert.equal(problems.length, 1, JSON.stringify(problems));
        assert.match(inEnglish(problems[0]?.message), outcome);
        assert.doesNotMatch(inEnglish(problems[0]?.message), /hunter2/);
      } else {
        assert.deepEqual(problems, []);
        assert.deepEqual(record, outcome === 'ignored' ? { host } : outcome);
      }
    });
  }
});

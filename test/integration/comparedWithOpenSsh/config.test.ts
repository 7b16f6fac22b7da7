// ssh_config and the command line, compared with ssh: the host, the user, the keys, and what is invalid.
import { networkInterfaces } from 'node:os';
import { compareWithOpenSsh } from './compareWithOpenSsh';

/** The first IPv4 address that isn't loopback. undefined: this machine has none. */
const network = Object.entries(networkInterfaces())
  .flatMap(([name, addresses = []]) => addresses.map((one) => ({ name, ...one })))
  .find(({ family, internal }) => family === 'IPv4' && !internal);

const second = 'HostName 127.0.0.2';
const atFirst = { at: '127.0.0.1:{port}' };
const atSecond = { at: '127.0.0.2:{port}' };
const atIpv6 = { at: '::1:{port}' };
const own = 'IdentityFile {keys}/own';

compareWithOpenSsh(
  'ssh_config',
  { main: { alsoListen: ['127.0.0.2', '[::1]'] } },
  {
    Host: [
      { title: 'HostName, Port and User', facts: { ...atFirst, user: '{me}' } },
      {
        title: 'several values, of which the first counts',
        config: `Host web\n ${second}\nHost *\n HostName 192.0.2.1`,
        facts: atSecond,
      },
      {
        title: 'a value before the first block',
        config: `${second}\nHost web\n HostName 192.0.2.1`,
        facts: atSecond,
      },
      { title: 'patterns with * and ?', config: `Host x* w?b*\n ${second}`, facts: atSecond },
      {
        title: "a pattern that doesn't match",
        config: `Host w? we web?\n HostName 192.0.2.1`,
        facts: atFirst,
      },
      { title: 'a negated pattern', config: `Host * !web\n HostName 192.0.2.1`, facts: atFirst },
      { title: 'a negated pattern of another host', config: `Host !x w*\n ${second}`, facts: atSecond },
      {
        title: 'only a negated pattern',
        config: `Host !x\n HostName 192.0.2.1`,
        facts: atFirst,
      },
      {
        title: 'a name in upper case on the command line',
        config: `Host web\n ${second}`,
        destination: 'WEB',
      },
      { title: 'a pattern in upper case', config: `Host WEB\n ${second}` },
      { title: 'HostName in upper case', config: `HostName LOCALHOST\nAddressFamily inet`, facts: atFirst },
      { title: 'HostName with %h', config: 'HostName 127.0.0.%h', destination: '2', facts: atSecond },
      { title: 'HostName with %%', config: 'HostName %%h.invalid', outcome: 'name not found' },
      {
        title: 'User in the block',
        config: 'Host web\n User nobody-at-all',
        outcome: 'authentication failed',
        facts: { user: 'nobody-at-all' },
      },
      { title: 'Port in the block', config: 'Host web\n Port {closed}', outcome: 'connection refused' },
    ],
    Match: [
      {
        title: 'host, which is the HostName so far',
        config: `HostName 127.0.0.2\nMatch host 127.0.0.2\n ${own}\nMatch host web\n Port {closed}`,
        facts: atSecond,
      },
      {
        title: 'originalhost, which is the name as typed',
        config: `Match originalhost web\n ${second}`,
        facts: atSecond,
      },
      {
        title: 'user',
        config: `User nobody-at-all\nMatch user nobody-*\n ${second}`,
        outcome: 'authentication failed',
        facts: atSecond,
      },
      {
        title: 'user from the command line',
        config: `Match user nobody-at-all\n ${second}`,
        destination: 'nobody-at-all@web',
        outcome: 'authentication failed',
        facts: atSecond,
      },
      {
        title: 'localuser',
        config: `Match localuser {me}\n ${second}\nMatch localuser x\n Port 1`,
        facts: atSecond,
      },
      {
        title: 'exec',
        config: `Match exec "test %n = web"\n ${second}\nMatch exec false\n Port 1`,
        facts: atSecond,
      },
      {
        title: 'exec with an environment variable',
        config: `Match exec "test $COMPARED = here"\n ${second}`,
        env: { COMPARED: 'here' },
        facts: atSecond,
      },
      {
        title: 'final',
        config: `Match final host 127.0.0.1\n ${own}\nHost *\n IdentityFile {keys}/other1`,
        facts: { attempts: ['none', 'publickey other1', 'publickey own'] },
      },
      { title: 'all', config: `Host x\n Port 1\nMatch all\n ${second}`, facts: atSecond },
      { title: 'a negated criterion', config: `Match !originalhost x,y\n ${second}`, facts: atSecond },
      {
        title: 'several criteria',
        config: `Match originalhost w* localuser {me} !exec "false"\n ${second}`,
        facts: atSecond,
      },
      { title: 'an unknown criterion', config: 'Match nonsense x\n Port 1', outcome: 'bad config' },
    ],
    Include: [
      {
        title: 'a file',
        config: 'Include {dir}/more',
        files: { more: `Host web\n ${second}\n` },
        facts: atSecond,
      },
      {
        title: 'wildcards, in alphabetical order',
        config: 'Include {dir}/conf.d/*.conf',
        files: {
          'conf.d/b.conf': 'HostName 192.0.2.1\n',
          'conf.d/a.conf': `${second}\n`,
          'conf.d/0': 'Port 1\n',
        },
        facts: atSecond,
      },
      {
        title: 'several files, one nested in another',
        config: 'Include {dir}/a {dir}/b',
        files: { a: 'Include {dir}/c\n', b: 'HostName 192.0.2.1\n', c: `${second}\n` },
        facts: atSecond,
      },
      {
        title: "Include in a block that doesn't match",
        config: 'Host x\n Include {dir}/a\nHost web\n Include {dir}/b',
        files: { a: 'HostName 192.0.2.1\n', b: `${second}\n` },
        facts: atSecond,
      },
      {
        title: 'an included file with blocks of its own',
        config: `Include {dir}/a\n${second}`,
        files: { a: 'Host x\n Port 1\n' },
        facts: atSecond,
      },
      {
        title: 'a missing file',
        config: `Include {dir}/missing {dir}/none/*\n${second}`,
        facts: atSecond,
      },
      {
        title: 'a file name with a space',
        config: 'Include "{dir}/my hosts"',
        files: { 'my hosts': `${second}\n` },
        facts: atSecond,
      },
      {
        title: 'a file with an error',
        config: 'Include {dir}/more',
        files: { more: 'Nonsense yes\n' },
        outcome: 'bad config',
      },
      {
        title: 'a file that includes itself',
        config: 'Include {dir}/loop',
        files: { loop: 'Include {dir}/loop\n' },
        outcome: 'bad config',
      },
    ],
    syntax: [
      {
        title: 'keywords in any case, = and quotes',
        config: 'hOST = "web"\n\thostname="127.0.0.2"',
        facts: atSecond,
      },
      {
        title: 'comments',
        config: `# HostName 192.0.2.1\nHost web # mine\n ${second} # there`,
        facts: atSecond,
      },
      { title: 'Windows line endings', config: `Host web\r\n  ${second}\r\n`, facts: atSecond },
      { title: 'an unknown keyword', config: 'Nonsense yes', outcome: 'bad config' },
      { title: 'IgnoreUnknown', config: `IgnoreUnknown Non*\nNonsense yes\n${second}`, facts: atSecond },
      {
        title: 'an error in the block of another host',
        config: 'Host x\n Nonsense yes',
        outcome: 'bad config',
      },
      {
        title: 'obsolete keywords',
        config: `Protocol 2\nUsePrivilegedPort no\n${second}`,
        facts: atSecond,
      },
      { title: "a port that isn't a number", config: 'Port x', outcome: 'bad config' },
      { title: 'a missing value', config: 'HostName', outcome: 'bad config' },
      { title: 'a value that is neither yes nor no', config: 'Compression perhaps', outcome: 'bad config' },
      { title: 'an unknown cipher', config: 'Ciphers nonsense', outcome: 'bad config' },
      {
        title: 'forwards and RemoteCommand of the host',
        config: `LocalForward {dir}/socket x:1\nForwardAgent yes\nSendEnv X\nSetEnv A=b\nRequestTTY force`,
        facts: atFirst,
      },
    ],
    'the value none, where it is a name': [
      { title: 'HostKeyAlias', config: 'HostKeyAlias none', knownHosts: 'none {ED}\n' },
      { title: 'an unknown HostKeyAlias', config: 'HostKeyAlias none', outcome: 'host key unknown' },
      { title: 'HostName', config: 'HostName none', outcome: 'name not found' },
      { title: 'User', config: 'User none', outcome: 'authentication failed', facts: { user: 'none' } },
      { title: 'BindInterface', config: 'BindInterface none', outcome: 'unreachable' },
      {
        title: 'PreferredAuthentications',
        config: 'PreferredAuthentications none',
        outcome: 'authentication failed',
      },
    ],
    'tokens and variables': [
      {
        title: 'IdentityFile with %n %h %p %r %u',
        config: 'IdentityFile {dir}/%n-%h-%p-%r-%u',
        files: { 'web-127.0.0.1-{port}-{me}-{me}': '{file:own}' },
      },
      {
        title: 'IdentityFile with %i',
        config: 'IdentityFile {dir}/%i',
        files: { [String(process.getuid?.())]: '{file:own}' },
      },
      {
        title: 'IdentityFile with %k',
        config: 'Host 127.0.0.1\n IdentityFile {dir}/%k',
        destination: '127.0.0.1',
        files: { '127.0.0.1': '{file:own}' },
      },
      { title: 'IdentityFile with %d', config: 'IdentityFile %d/..{keys}/own' },
      { title: 'IdentityFile with %%', config: 'IdentityFile {dir}/%%own', files: { '%own': '{file:own}' } },
      {
        title: 'IdentityFile with ${…}',
        config: 'IdentityFile ${COMPARED}/own',
        env: { COMPARED: '{keys}' },
      },
      {
        title: 'IdentityFile with an unset variable',
        earlier: true,
        config: 'IdentityFile ${COMPARED_UNSET}/own',
        outcome: 'bad config',
      },
      {
        title: 'IdentityFile with an unknown token',
        earlier: true,
        config: 'IdentityFile {keys}/%z',
        outcome: 'bad config',
      },
      {
        title: 'IdentityFile with a space',
        config: 'IdentityFile "{dir}/my key"',
        files: { 'my key': '{file:own}' },
      },
      {
        title: 'UserKnownHostsFile with %h, %n and %k',
        config: 'StrictHostKeyChecking accept-new\nUserKnownHostsFile {dir}/known_hosts.%h.%n.%k',
      },
      {
        title: 'UserKnownHostsFile with ${…}',
        config: 'StrictHostKeyChecking accept-new\nUserKnownHostsFile {dir}/known_hosts.${COMPARED}',
        env: { COMPARED: 'x' },
      },
      {
        title: 'GlobalKnownHostsFile, which takes no tokens',
        config: 'GlobalKnownHostsFile {dir}/known_hosts.%n',
        knownHosts: '',
        files: { 'known_hosts.%n': '[127.0.0.1]:{port} {ED}\n' },
      },
      {
        title: 'CertificateFile with tokens',
        config: 'IdentityFile {keys}/own\nCertificateFile {dir}/%n-%r-cert.pub',
      },
      {
        title: 'IdentityAgent with %n',
        config: 'IdentityFile none\nIdentityAgent {dir}/../%n',
        agent: ['own'],
        destination: 'agent',
      },
    ],
    destinations: [
      {
        title: 'user@host',
        destination: '{me}@127.0.0.2',
        config: 'Host 127.0.0.2\n HostName 127.0.0.2\n User x',
        facts: { ...atSecond, user: '{me}' },
      },
      {
        title: 'user@host:port',
        destination: '{me}@web:{port}',
        sshArguments: ['-p', '{port}', '{me}@web'],
        config: 'Port 1\nUser x',
        facts: { ...atFirst, user: '{me}' },
      },
      {
        title: 'ssh://user@host:port',
        destination: 'ssh://{me}@web:{port}',
        config: 'Port 1\nUser x',
        facts: { ...atFirst, user: '{me}' },
      },
      { title: 'ssh://host', destination: 'ssh://web', config: `Host web\n ${second}`, facts: atSecond },
      { title: 'ssh://host:port/', destination: 'ssh://web:{port}/', config: 'Port 1', facts: atFirst },
      {
        title: 'ssh:// with a percent-encoded user',
        destination: 'ssh://no%62ody-at-all@web',
        outcome: 'authentication failed',
        facts: { user: 'nobody-at-all' },
      },
      {
        title: "ssh://[IPv6]:port, which ssh itself doesn't understand",
        destination: 'ssh://[::1]:{port}',
        sshArguments: ['-p', '{port}', '::1'],
        config: 'Host ::1\n HostName ::1\n Port 1',
        facts: atIpv6,
      },
      { title: 'an IPv6 address', destination: '::1', config: 'Host ::1\n HostName ::1', facts: atIpv6 },
      {
        title: 'a user with an @',
        destination: 'a@b@web',
        outcome: 'authentication failed',
        facts: { user: 'a@b' },
      },
    ],
    connecting: [
      { title: 'AddressFamily inet', config: 'HostName localhost\nAddressFamily inet', facts: atFirst },
      { title: 'AddressFamily inet6', config: 'HostName ::1\nAddressFamily inet6', facts: atIpv6 },
      {
        title: 'AddressFamily inet6 with an IPv4 address',
        config: 'AddressFamily inet6',
        outcome: 'name not found',
      },
      {
        title: 'AddressFamily inet with an IPv6 address',
        config: 'HostName ::1\nAddressFamily inet',
        outcome: 'name not found',
      },
      { title: 'BindAddress', config: 'BindAddress 127.0.0.3', facts: { from: '127.0.0.3' } },
      {
        title: "a BindAddress that this machine doesn't have",
        config: 'BindAddress 192.0.2.1',
        outcome: 'unreachable',
      },
      ...(network
        ? [
            {
              title: 'BindInterface',
              config: `AddressFamily inet\nBindInterface ${network.name}`,
              facts: { from: network.address },
            },
          ]
        : []),
      {
        title: 'BindInterface beside BindAddress',
        config: 'BindAddress 127.0.0.3\nBindInterface no-such-one',
        facts: { from: '127.0.0.3' },
      },
      {
        title: "a BindInterface that this machine doesn't have",
        config: 'BindInterface no-such-one',
        outcome: 'unreachable',
      },
      { title: 'BindAddress by name', config: 'BindAddress localhost', facts: { from: '127.0.0.1' } },
      { title: 'a port that nothing listens on', config: 'Port {closed}', outcome: 'connection refused' },
      {
        title: "a host name that doesn't exist",
        config: 'HostName no-such-host.invalid',
        outcome: 'name not found',
      },
      {
        title: 'ConnectTimeout with a silent server',
        config: 'ConnectTimeout 1\nPort {silent}',
        outcome: 'timed out',
      },
      { title: "ConnectTimeout that isn't reached", config: 'ConnectTimeout 1m' },
      { title: 'ConnectionAttempts', config: 'ConnectionAttempts 3' },
      { title: 'Compression yes', config: 'Compression yes', facts: { compression: 'zlib@openssh.com' } },
      { title: 'Compression no', config: 'Compression no', facts: { compression: 'none' } },
      {
        title: 'CanonicalizeHostname no',
        config: 'CanonicalizeHostname no\nCanonicalDomains x.invalid',
        facts: atFirst,
      },
      {
        title: 'CanonicalizeHostname yes with a name that has enough dots',
        config:
          'CanonicalizeHostname yes\nCanonicalizeMaxDots 0\nCanonicalDomains x.invalid\nMatch canonical\n User {me}',
        facts: atFirst,
      },
      {
        title: 'ServerAliveInterval, TCPKeepAlive, IPQoS, RekeyLimit',
        config: 'ServerAliveInterval 5\nTCPKeepAlive no\nIPQoS throughput\nRekeyLimit 1G',
      },
    ],
  },
);

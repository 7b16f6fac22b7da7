// ProxyJump and ProxyCommand, compared with ssh: the route, the users, and what happens at each host.
import { compareWithOpenSsh } from './compareWithOpenSsh';

/** Host blocks; `web` itself is the server `main`. */
const hosts =
  'Host first\n Port {port:first}\nHost second\n Port {port:second}\nHost third\n Port {port:third}\n';
const jump = (way: string): string => `Host web\n ProxyJump ${way}\n${hosts}`;
const known = (...servers: readonly string[]): string =>
  servers.map((server) => `[127.0.0.1]:{port:${server}} {ED:${server}}\n`).join('');
/** A program for ProxyCommand. */
const proxy = {
  'proxy.cjs':
    "const s=require('net').connect(+process.argv[3],process.argv[2]);process.stdin.pipe(s).pipe(process.stdout)",
};
const acceptNew = 'Host *\n StrictHostKeyChecking accept-new\n';

compareWithOpenSsh(
  'Jump hosts',
  {
    main: {},
    first: { alsoListen: ['[::1]'] },
    second: {},
    third: {},
    closed: { config: ['AllowTcpForwarding no'] },
    password: { config: ['PasswordAuthentication yes'] },
  },
  {
    ProxyJump: [
      { title: 'one jump host', config: jump('first'), via: ['first'] },
      { title: 'two jump hosts', config: jump('first,second'), via: ['first', 'second'] },
      { title: 'three jump hosts', config: jump('first,second,third'), via: ['first', 'second', 'third'] },
      {
        title: 'tokens',
        config: `Host web\n ProxyJump %r@first,%n-gw\nHost web-gw\n Port {port:second}\n${hosts}`,
        via: ['first', 'second'],
      },
      {
        title: 'an unknown token',
        config: jump('%r@first,%z'),
        outcome: 'bad config',
      },
      {
        title: 'ProxyJump none',
        config: `Host web\n ProxyJump none\nHost *\n ProxyJump first\n${hosts}`,
        via: ['first'],
      },
      {
        title: 'ProxyJump for all hosts but the jump host',
        config: `Host first\n ProxyJump none\nHost *\n ProxyJump first\n${hosts}`,
        via: ['first'],
      },
      {
        title: 'a jump host with its own ProxyJump',
        config: `${jump('second')}Host second\n ProxyJump first\n`,
        via: ['first', 'second'],
      },
      {
        title: 'the ProxyJump of a second jump host, which is ignored',
        config: `${jump('first,second')}Host second\n ProxyJump third\n`,
        via: ['first', 'second', 'third'],
      },
      { title: 'a jump host by address and port', config: jump('127.0.0.1:{port:first}'), via: ['first'] },
      {
        title: 'a jump host as user@host:port',
        config: `${jump('{me}@127.0.0.1:{port:first}')}Host 127.0.0.1\n User x\n Port 1\n`,
        via: ['first'],
      },
      {
        title: 'a jump host by IPv6 address and port',
        config: `${jump('[::1]:{port:first}')}Host ::1\n HostName ::1\n`,
        via: ['first'],
      },
      { title: 'a jump host as ssh://', config: jump('ssh://{me}@first:{port:first}'), via: ['first'] },
      { title: '-J', jump: 'first', config: hosts, via: ['first'] },
      { title: '-J with several', jump: 'second,first', config: hosts, via: ['first', 'second'] },
      { title: '-J beside ssh_config', jump: 'second', config: jump('first'), via: ['first', 'second'] },
      {
        title: 'HostName behind a jump host',
        config: `Host web\n HostName localhost\n AddressFamily inet\n ${jump('first')}`,
        via: ['first'],
      },
      {
        title: 'ProxyJump in a Match block',
        config: `Match host 127.0.0.1 originalhost web\n ProxyJump first\n${hosts}`,
        via: ['first'],
      },
      {
        title: 'ProxyJump in an included file',
        config: `Include {dir}/more\n${hosts}`,
        files: { more: 'Host web\n ProxyJump first\n' },
        via: ['first'],
      },
      {
        title: 'both ProxyJump and ProxyCommand',
        config: `Host web\n ProxyJump first\n ProxyCommand false\n${hosts}`,
        via: ['first'],
      },
    ],
    'settings of a jump host': [
      {
        title: 'its own key',
        config: `${jump('first')} IdentityFile {keys}/own2\nHost first\n IdentityFile {keys}/own\nHost web\n IdentityFile {keys}/own-ecdsa\n`,
        via: ['first'],
      },
      {
        title: 'its own user',
        config: `Host first\n User nobody-at-all\n${jump('first')}`,
        via: ['first'],
        outcome: 'authentication failed',
      },
      {
        title: 'its own known_hosts',
        config: `Host first\n UserKnownHostsFile {dir}/known_hosts_first\n${jump('first')}`,
        files: { known_hosts_first: known('first') },
        knownHosts: known('main'),
        via: ['first'],
      },
      {
        title: 'its own HostKeyAlias',
        config: `Host first\n HostKeyAlias one\nHost web\n HostKeyAlias two\n${jump('first')}`,
        knownHosts: 'one {ED:first}\ntwo {ED}\n',
        via: ['first'],
      },
      {
        title: 'agent keys for both hosts',
        config: `IdentityFile none\n${jump('first')}`,
        agent: ['own'],
        via: ['first'],
      },
      {
        title: 'a password at the jump host',
        config: `Host jump\n Port {port:password}\n User {user}\n PubkeyAuthentication no\nHost web\n ProxyJump jump`,
        answers: { password: ['{password}'] },
        via: ['password'],
      },
      {
        title: 'a passphrase for both hosts',
        config: `IdentityFile {keys}/locked\n${jump('first')}`,
        answers: { passphrase: ['{passphrase}', '{passphrase}'] },
        via: ['first'],
      },
    ],
    'host keys with a jump host': [
      {
        title: 'an unknown key of the jump host',
        config: jump('first'),
        knownHosts: known('main'),
        via: ['first'],
        outcome: 'host key unknown',
      },
      {
        title: 'an unknown key behind the jump host',
        config: jump('first'),
        knownHosts: known('first'),
        via: ['first'],
        outcome: 'host key unknown',
      },
      {
        title: 'a changed key of the jump host',
        config: jump('first'),
        knownHosts: `${known('main')}[127.0.0.1]:{port:first} {ED2}\n`,
        via: ['first'],
        outcome: 'host key changed',
      },
      {
        title: 'a changed key behind the jump host',
        config: jump('first'),
        knownHosts: `${known('first')}[127.0.0.1]:{port} {ED2}\n`,
        via: ['first'],
        outcome: 'host key changed',
      },
      {
        title: 'two unknown keys, both accepted',
        config: `Host *\n StrictHostKeyChecking ask\n${jump('first')}`,
        knownHosts: '',
        answers: { hostKey: ['yes', 'yes'] },
        via: ['first'],
      },
      {
        title: 'two unknown keys, the second rejected',
        config: `Host *\n StrictHostKeyChecking ask\n${jump('first')}`,
        knownHosts: '',
        answers: { hostKey: ['yes', 'no'] },
        via: ['first'],
        outcome: 'host key unknown',
      },
      {
        title: 'accept-new for both',
        config: `${acceptNew}${jump('first')}`,
        knownHosts: '',
        via: ['first'],
      },
      {
        title: 'accept-new for all three',
        config: `${acceptNew}${jump('first,second')}`,
        knownHosts: '',
        via: ['first', 'second'],
      },
      {
        title: 'accept-new for the jump host only',
        config: `Host first\n StrictHostKeyChecking accept-new\n${jump('first')}`,
        knownHosts: known('main'),
        via: ['first'],
      },
    ],
    'failures with a jump host': [
      {
        title: 'a jump host that refuses the login',
        config: `Host first\n IdentityFile {keys}/other1\nHost web\n IdentityFile {keys}/own\n${jump('first')}`,
        via: ['first'],
        outcome: 'authentication failed',
      },
      {
        title: 'a host behind it that refuses the login',
        config: `Host web\n IdentityFile {keys}/other1\nHost first\n IdentityFile {keys}/own\n${jump('first')}`,
        via: ['first'],
        outcome: 'authentication failed',
      },
      {
        title: 'a jump host that nothing listens on',
        config: `Host first\n Port {closed}\n${jump('first')}`,
        outcome: 'connection refused',
      },
      {
        title: "a jump host that doesn't exist",
        config: `Host first\n HostName no-such-host.invalid\n${jump('first')}`,
        outcome: 'name not found',
      },
      {
        title: 'a port behind it that nothing listens on',
        config: `Host web\n Port {closed}\n${jump('first')}`,
        via: ['first'],
        outcome: 'way blocked',
      },
      {
        title: "a host behind it that the jump host can't resolve",
        config: `Host web\n HostName no-such-host.invalid\n${jump('first')}`,
        via: ['first'],
        outcome: 'way blocked',
      },
      {
        title: 'a jump host that forbids forwarding',
        config: `Host jump\n Port {port:closed}\nHost web\n ProxyJump jump`,
        via: ['closed'],
        outcome: 'way blocked',
      },
      { title: 'an invalid list', config: jump('first,,second'), outcome: 'bad config' },
    ],
    ProxyCommand: [
      { title: 'a command', config: 'Host web\n ProxyCommand {node} {dir}/proxy.cjs %h %p', files: proxy },
      {
        title: 'tokens and quotes',
        config: `ProxyCommand sh -c 'exec "$0" "$1/proxy.cjs" "$2" "$3"' {node} {dir} %h %p`,
        files: proxy,
      },
      {
        title: 'ssh -W',
        config: `Host web\n ProxyCommand ssh -F {dir}/ssh_config -W %h:%p first\n${hosts}`,
        via: ['first'],
      },
      {
        title: 'a user with letters beyond ASCII',
        config: 'Host web\n User jürgen\n ProxyCommand {node} {dir}/proxy.cjs %h %p %r',
        files: proxy,
        outcome: 'authentication failed',
        except: ['user'],
      },
      { title: 'ProxyCommand none', config: 'Host web\n ProxyCommand none\nHost *\n ProxyCommand false' },
      {
        title: 'a ProxyCommand for the jump host',
        config: `Host first\n ProxyCommand {node} {dir}/proxy.cjs %h %p\n${jump('first')}`,
        via: ['first'],
        files: proxy,
      },
      {
        title: 'a ProxyCommand that ends at once',
        config: 'Host web\n ProxyCommand false',
        outcome: 'way blocked',
      },
    ],
  },
);

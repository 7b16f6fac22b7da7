// Makes ssh_config files as people write them, with every kind of quoting, and here and there a fault.
import type { Random } from '../random';

/** Files by name; `config` is the first to be read. `DIR` in them is their folder. */
export type ConfigFiles = Readonly<Record<string, readonly string[]>>;

/** The hosts to ask for. */
export const askedHosts = ['web', 'db-1', 'WEB', 'jump.example.org', '10.0.0.7', '::1'] as const;

export function generateConfig(random: Random, user: string): ConfigFiles {
  return new Generator(random, user).files();
}

class Generator {
  readonly #random: Random;
  readonly #user: string;

  constructor(random: Random, user: string) {
    this.#random = random;
    this.#user = user;
  }

  files(): ConfigFiles {
    const random = this.#random;
    return {
      config: this.#lines(random.int(1, 14), true),
      'conf.d/10-a': this.#lines(random.int(0, 4), false),
      'conf.d/20-b': this.#lines(random.int(0, 4), random.chance(0.3)),
      'conf.d/x1.conf': this.#lines(random.int(0, 3), false),
      'conf.d/.hidden': ['Port 999'],
    };
  }

  #lines(count: number, includes: boolean): readonly string[] {
    const end = this.#random.chance(0.1) ? '\r' : '';
    return Array.from({ length: count }, () => `${this.#line(includes)}${end}`);
  }

  #line(includes: boolean): string {
    const random = this.#random;
    const kind = random.next();
    if (kind < 0.2) {
      return this.#write('Host', this.#words(1, 3, hostPatterns), '');
    }
    if (kind < 0.32) {
      return this.#write('Match', this.#criteria(), '');
    }
    if (kind < 0.38) {
      return random.pick(['', '  ', '# Host web', '\t#', ' \f', '#']);
    }
    if (kind < 0.44 && includes) {
      return this.#write('Include', this.#words(1, 2, includePatterns), ' ');
    }
    if (kind < 0.46) {
      return random.pick(faults);
    }
    const [keyword, values, most = 1] = random.pick(options);
    const words = typeof values === 'string' ? [values] : this.#words(1, most, values);
    const indent = random.pick([' ', '  ', '\t', '', '    ']);
    const spelled = this.#spelled(keyword);
    return values === commands || values === jumps
      ? `${indent}${spelled}${this.#separator(spelled)}${words.join(' ')}`
      : this.#write(keyword, words, indent);
  }

  #criteria(): readonly string[] {
    const random = this.#random;
    if (random.chance(0.15)) {
      return [random.pick(['all', '!all', 'ALL'])];
    }
    return Array.from({ length: random.int(1, 3) }, () => {
      const [name, values] = random.pick(criteria);
      const negation = random.chance(0.25) && name !== 'final' ? '!' : '';
      const spelled = `${negation}${random.chance(0.1) ? name.toUpperCase() : name}`;
      return values ? [spelled, random.pick(values).replace('@ME', this.#user)] : [spelled];
    }).flat();
  }

  #words(least: number, most: number, values: readonly [string, ...string[]]): readonly string[] {
    return Array.from({ length: this.#random.int(least, most) }, () =>
      this.#random.pick(values).replace('@ME', this.#user),
    );
  }

  #write(keyword: string, words: readonly string[], indent: string): string {
    const isMatch = keyword === 'Match';
    const spelled = this.#spelled(keyword);
    const value = words.map((word) => (isMatch ? quoteForMatch(word) : this.#quoted(word))).join(this.#gap());
    const comment = !isMatch && this.#random.chance(0.07) ? ` # it is "here"` : '';
    return `${indent}${spelled}${isMatch ? ' ' : this.#separator(spelled)}${value}${comment}`;
  }

  #spelled(keyword: string): string {
    return this.#random.pick([
      keyword,
      keyword,
      keyword.toLowerCase(),
      keyword.toUpperCase(),
      `"${keyword}"`,
    ]);
  }

  /** An `=` behind a keyword in quotes would be the first word of the value. */
  #separator(keyword: string): string {
    if (keyword.startsWith('"')) {
      return this.#random.pick([' ', '\t', '']);
    }
    return this.#random.pick([' ', ' ', ' ', '\t', '=', ' = ', '  ', ' =', '= ', ' \t ']);
  }

  #gap(): string {
    return this.#random.pick([' ', ' ', '\t', '   ']);
  }

  #quoted(word: string): string {
    const half = Math.floor(word.length / 2);
    const escaped = word.replace(/[\\"']/g, '\\$&');
    const plain = escaped.replace(/ /g, '\\ ');
    return this.#random.pick([
      /[ '"\\]/.test(word) ? `"${escaped}"` : word,
      word.includes(' ') ? plain : word,
      plain,
      `"${escaped}"`,
      `'${escaped}'`,
      /[\\"' ]/.test(word) ? plain : `"${word.slice(0, half)}"${word.slice(half)}`,
      /[\\"' ]/.test(word) ? plain : `${word.slice(0, half)}'${word.slice(half)}'`,
    ]);
  }
}

/** Before OpenSSH 9.6, a Match line knows only double quotes. */
function quoteForMatch(word: string): string {
  return /[ #]/.test(word) ? `"${word}"` : word;
}

const hostPatterns = [
  'web',
  'db-*',
  'db-?',
  '*',
  '!web',
  '!db-*',
  'WEB',
  '*.example.org',
  'w*b',
  '10.0.*',
  '::1',
  'x',
] as const;

const includePatterns = [
  'DIR/conf.d/*',
  'DIR/conf.d/[0-9]*',
  'DIR/conf.d/[!1]*',
  'DIR/conf.d/10-a',
  'DIR/conf.d/?0-*',
  'DIR/conf.d/*.conf',
  'DIR/conf.d/[a-z]*',
  'DIR/*/20-b',
  'DIR/none*',
  'DIR/none',
] as const;

const criteria: readonly [
  readonly [string, (readonly [string, ...string[]])?],
  ...(readonly [string, (readonly [string, ...string[]])?])[],
] = [
  ['host', ['web', 'db-*', '*.example.org', 'x,web', '*,!web', 'WEB', 'a.example.org']],
  ['originalhost', ['web', 'db-?', 'x,db-1', '!web,*', 'Web']],
  ['user', ['root', 'you', '@ME', 'r*,you']],
  ['localuser', ['@ME', 'nobody', '*']],
  [
    'exec',
    ['true', 'false', 'test %h = web', 'test %n = db-1', 'test %r = root -a %p -eq 22', 'test -n $HOME'],
  ],
  ['canonical'],
  ['final'],
];

const commands = [
  'nc %h %p',
  'sh -c \'nc "%h"  %p\' # with a comment',
  '/usr/bin/kh -H "a b" %H',
  'none',
  'a\\ b "c"',
] as const;
const jumps = [
  'none',
  'jump',
  'me@jump.example.org:2222',
  'a,b@c:1,ssh://d@e:5',
  '[::1]:44 # here',
  'NONE',
] as const;
const flags = ['yes', 'no', 'true', 'false', 'YES', 'No'] as const;
const times = ['0', '5', '1m', '1h30m', '2D', '90s', '1m30', 'none'] as const;
const paths = [
  '~/a',
  '~@ME/b',
  '/k/%h-%n-%r',
  '%d/.ssh/%u',
  '/with space/x',
  '${SSH_TUNNELS_TEST}/y',
  '/%%/%p/%k/%i',
  '/q\'s/"d"',
  '/back\\slash',
  '/a#b',
  'relative',
] as const;

const options: readonly [
  readonly [string, readonly [string, ...string[]], number?],
  ...(readonly [string, readonly [string, ...string[]], number?])[],
] = [
  ['HostName', ['%h.example.org', 'a.example.org', '10.1.2.3', 'A.Example.Org', 'x%%y', '::0001']],
  ['User', ['root', 'you', 'DOM\\me', 'a b']],
  ['Port', ['22', '2222', 'ssh', '0022', '65535']],
  ['HostKeyAlias', ['Alias', 'b']],
  ['ProxyJump', jumps],
  ['ProxyJump', jumps],
  ['ProxyCommand', commands],
  ['ProxyCommand', commands],
  ['KnownHostsCommand', commands],
  ['LocalCommand', commands],
  ['PermitLocalCommand', flags],
  ['IdentityFile', [...paths, 'none']],
  ['IdentityFile', paths],
  ['CertificateFile', paths],
  ['IdentitiesOnly', flags],
  [
    'IdentityAgent',
    ['none', 'SSH_AUTH_SOCK', '$SSH_AUTH_SOCK', '~/agent', '/run/%u/%h', '${SSH_TUNNELS_TEST}/s'],
  ],
  ['UserKnownHostsFile', ['~/.ssh/known_hosts', '/kh/%h', '/kh/%k'], 3],
  ['UserKnownHostsFile', ['none', '/with space/kh', '~/.ssh/known_hosts']],
  ['GlobalKnownHostsFile', ['/g/a', '/g/b'], 2],
  ['RevokedHostKeys', ['/r/a', '~/r', 'none']],
  ['StrictHostKeyChecking', [...flags, 'ask', 'accept-new', 'off', 'Accept-New']],
  ['HashKnownHosts', flags],
  ['CheckHostIP', flags],
  ['VerifyHostKeyDNS', [...flags, 'ask']],
  ['UpdateHostKeys', flags],
  ['NoHostAuthenticationForLocalhost', flags],
  [
    'Ciphers',
    ['aes128-ctr', '+aes256-cbc', '-aes*', '^aes256-ctr,aes128-ctr', 'aes256-gcm@openssh.com,aes128-ctr'],
  ],
  ['MACs', ['+hmac-md5', '-umac-*', 'hmac-sha2-256', '^hmac-sha1']],
  ['KexAlgorithms', ['+diffie-hellman-group1-sha1', 'curve25519-sha256', '-ecdh*', '^ecdh-sha2-nistp521']],
  ['HostKeyAlgorithms', ['+ssh-rsa', 'ssh-ed25519', '-rsa*', '^ssh-rsa']],
  ['PubkeyAcceptedAlgorithms', ['+ssh-rsa', '-ecdsa*', '^rsa-sha2-256']],
  ['PubkeyAcceptedKeyTypes', ['+ssh-rsa']],
  ['RequiredRSASize', ['2048', '3072']],
  ['RekeyLimit', ['1G', '500M', 'default', '64k', '1.5G']],
  ['Compression', ['yes', 'no', 'YES']],
  ['ConnectTimeout', times],
  ['ServerAliveInterval', times],
  ['ServerAliveCountMax', ['0', '5', '+7']],
  ['ForwardX11Timeout', times],
  ['TCPKeepAlive', flags],
  ['KeepAlive', flags],
  ['AddressFamily', ['any', 'inet', 'inet6', 'INET']],
  ['BindAddress', ['127.0.0.1', '::1']],
  ['BindInterface', ['eth0']],
  ['PreferredAuthentications', ['publickey,password', 'keyboard-interactive']],
  ['NumberOfPasswordPrompts', ['1', '5']],
  ['PubkeyAuthentication', [...flags, 'unbound', 'host-bound']],
  ['PasswordAuthentication', flags],
  ['KbdInteractiveAuthentication', flags],
  ['ChallengeResponseAuthentication', flags],
  ['HostbasedAuthentication', flags],
  ['ProxyUseFdpass', flags],
  ['ControlPath', ['~/cm-%n', '/tmp/%r@%h:%p', 'none']],
  ['ControlMaster', [...flags, 'auto', 'ask', 'autoask']],
  ['ControlPersist', ['yes', '10m', 'no']],
  ['ExitOnForwardFailure', flags],
  ['PermitRemoteOpen', ['any', 'none', 'db:5432', '[::1]:*']],
  ['XAuthLocation', ['/opt/xauth']],
  ['PKCS11Provider', ['/usr/lib/card.so', 'none']],
  ['AddKeysToAgent', ['yes', 'no', 'ask', 'confirm', '1h']],
  ['Tunnel', ['yes', 'no', 'point-to-point']],
  ['CanonicalizeHostname', ['no', 'false', 'no']],
  ['IgnoreUnknown', ['UseKeychain,Foo*', 'FooBar', 'usekeychain']],
  ['SendEnv', ['LANG', 'LC_*', 'X'], 3],
  ['SetEnv', ['A=b', 'C="d e"'], 2],
  ['DynamicForward', ['1080', '[::1]:1081']],
  ['ForwardAgent', flags],
  ['GSSAPIAuthentication', flags],
  ['RSAAuthentication', flags],
  ['Protocol', ['2']],
  ['EscapeChar', ['none', '~']],
  ['LogLevel', ['ERROR', 'INFO']],
  ['RequestTTY', ['no', 'force']],
  ['RemoteCommand', ['none', 'ls']],
  ['VisualHostKey', flags],
];

const faults = [
  'Hostnam x',
  'Port abc',
  'Port 0',
  'Port',
  'User "x',
  "User 'x",
  'User a b',
  'IdentityFile',
  'IdentityFile ""',
  'Compression maybe',
  'ConnectTimeout 1x',
  'ServerAliveCountMax two',
  'ServerAliveCountMax -1',
  'UserKnownHostsFile none /x',
  'Match',
  'Match host',
  'Match foo bar',
  'Match host web all',
  'Host',
  'Host ""',
  'FooBar baz',
  'IdentityAgent ${SSH_TUNNELS_NOT_SET}/x',
  'IdentityAgent $1x',
  'RekeyLimit 1',
  'RekeyLimit 1G 1h 2',
  'StrictHostKeyChecking "accept-new" x',
  'Include',
  '"User" = z',
  'Us"er" z',
  '"User z',
  'Us"er z',
  '#"User" z',
  'User"" z',
  'User== z',
  '= User z',
  'UsER\tq\f',
] as const;

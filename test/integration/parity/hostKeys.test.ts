// Host keys: which is asked for, whether it is believed, and what known_hosts holds afterwards.
import { compareWithOpenSsh } from './suite';

const name = '[127.0.0.1]:{port}';
const ask = 'StrictHostKeyChecking ask';
const acceptNew = 'StrictHostKeyChecking accept-new';
const changedIsRefused = 'StrictHostKeyChecking no: a changed or revoked key is refused all the same';

compareWithOpenSsh(
  'Host keys',
  {
    main: { hostKeys: ['rsa', 'ecdsa', 'ed25519'], alsoListen: ['[::1]'] },
    ed: { hostKeys: ['ed25519'] },
    certified: { config: ['HostKey {keys}/other1', 'HostCertificate {keys}/host-cert.pub'] },
  },
  {
    'lines of known_hosts': [
      { title: 'the key is there', knownHosts: `${name} {ED}\n` },
      { title: 'under a hashed name', knownHosts: `x {ED2}\n${name} {ED}\n`, hashed: true },
      { title: 'under one of several names', knownHosts: `x,${name},y {ED}\n` },
      { title: 'under a wildcard', knownHosts: `[127.0.0.*]:{port} {ED}\n` },
      { title: 'under ? and a wildcard for the port', knownHosts: `[127.0.?.1]:* {ED}\n` },
      {
        title: 'under a name in upper case',
        config: 'HostName localhost',
        knownHosts: '[LOCALHOST]:{port} {ED}\n',
      },
      {
        title: 'under a list that vetoes the host',
        knownHosts: `*,!127.0.0.1,!${name} {ED}\n`,
        outcome: 'host key unknown',
      },
      { title: 'under the address without its port', knownHosts: '127.0.0.1 {ED}\n' },
      { title: 'of another host alone', knownHosts: 'x {ED}\n', outcome: 'host key unknown' },
      { title: 'of another port alone', knownHosts: '[127.0.0.1]:1 {ED}\n', outcome: 'host key unknown' },
      { title: 'another key without the port', knownHosts: '127.0.0.1 {ED2}\n', outcome: 'host key unknown' },
      { title: 'the second of two keys of a type', knownHosts: `${name} {ED2}\n${name} {ED}\n` },
      {
        title: 'among comments, tabs, blank and broken lines',
        knownHosts: `# ${name} {ED2}\n\n \t\n${name} ssh-ed25519 AAAA\n${name}\n  ${name}\t{ED}  a comment\n`,
      },
      { title: 'with the line ends of Windows', knownHosts: `x {ED2}\r\n${name} {ED}\r\n` },
      {
        title: 'an authority with the very key, which is not a known key',
        knownHosts: `@cert-authority ${name} {ED}\n`,
        outcome: 'host key unknown',
      },
      { title: 'an authority beside the known key', knownHosts: `@cert-authority * {ED2}\n${name} {ED}\n` },
      { title: 'an unknown marker', knownHosts: `@nonsense ${name} {ED2}\n${name} {ED}\n` },
      {
        title: 'a host certificate of a known authority',
        server: 'certified',
        knownHosts: `@cert-authority * {file:ca.pub}`,
        ours: { outcome: 'host key unknown', why: 'host certificates' },
      },
    ],
    'which key is asked for': [
      {
        title: 'none is known: Ed25519 first',
        config: acceptNew,
        knownHosts: '',
        facts: { hostKey: 'ssh-ed25519' },
      },
      {
        title: 'the RSA key alone is known',
        knownHosts: `${name} {RSA}\n`,
        facts: { hostKey: 'rsa-sha2-512' },
      },
      {
        title: 'the ECDSA key alone is known',
        knownHosts: `${name} {EC}\n`,
        facts: { hostKey: 'ecdsa-sha2-nistp256' },
      },
      {
        title: 'RSA and ECDSA are known',
        knownHosts: `${name} {RSA}\n${name} {EC}\n`,
        facts: { hostKey: 'ecdsa-sha2-nistp256' },
      },
      {
        title: 'a hashed RSA key is known',
        knownHosts: `${name} {RSA}\n`,
        hashed: true,
        facts: { hostKey: 'rsa-sha2-512' },
      },
      {
        title: 'Ed25519 is revoked and ECDSA known',
        knownHosts: `@revoked * {ED}\n${name} {EC}\n`,
        facts: { hostKey: 'ecdsa-sha2-nistp256' },
      },
      {
        title: 'HostKeyAlgorithms chooses among what is known',
        config: 'HostKeyAlgorithms rsa-sha2-256,ssh-ed25519',
        knownHosts: `${name} {RSA}\n${name} {ED}\n`,
        facts: { hostKey: 'rsa-sha2-256' },
      },
      {
        title: 'HostKeyAlgorithms ^ puts one first',
        config: 'HostKeyAlgorithms ^rsa-sha2-512',
        facts: { hostKey: 'rsa-sha2-512' },
      },
      {
        title: 'HostKeyAlgorithms - takes away',
        config: 'HostKeyAlgorithms -ssh-ed25519*',
        facts: { hostKey: 'ecdsa-sha2-nistp256' },
      },
      {
        title: 'HostKeyAlgorithms + adds at the end',
        config: 'HostKeyAlgorithms +ssh-rsa',
        facts: { hostKey: 'ssh-ed25519' },
      },
      {
        title: 'HostKeyAlgorithms without a common one',
        config: 'HostKeyAlgorithms ecdsa-sha2-nistp521',
        outcome: 'no common algorithm',
      },
      {
        title: 'HostKeyAlgorithms that allows only a key that is not known',
        config: 'HostKeyAlgorithms ssh-ed25519',
        knownHosts: `${name} {RSA}\n`,
        outcome: 'host key changed',
      },
    ],
    'changed and revoked': [
      {
        title: 'another key of the type is known',
        knownHosts: `${name} {ED2}\n`,
        outcome: 'host key changed',
      },
      {
        title: 'under a hashed name',
        knownHosts: `${name} {ED2}\n`,
        hashed: true,
        outcome: 'host key changed',
      },
      {
        title: 'another Ed25519 key and the right RSA key are known',
        knownHosts: `${name} {ED2}\n${name} {RSA}\n`,
        outcome: 'host key changed',
      },
      {
        title: 'another RSA key and the right Ed25519 key are known',
        knownHosts: `${name} {RSA2}\n${name} {ED}\n`,
      },
      {
        title: 'a key of a type that the server does not have',
        server: 'ed',
        knownHosts: `${name} {RSA2}\n`,
        outcome: 'host key changed',
      },
      {
        title: 'nobody is asked about a changed key',
        config: ask,
        knownHosts: `${name} {ED2}\n`,
        answers: { hostKey: ['yes'] },
        outcome: 'host key changed',
      },
      {
        title: 'accept-new refuses a changed key',
        config: acceptNew,
        knownHosts: `${name} {ED2}\n`,
        outcome: 'host key changed',
      },
      {
        title: 'no goes on with a changed key',
        config: 'StrictHostKeyChecking no',
        knownHosts: `${name} {ED2}\n`,
        ours: { outcome: 'host key changed', why: changedIsRefused },
      },
      { title: 'a revoked key', knownHosts: '@revoked * {ED}\n', outcome: 'host key revoked' },
      {
        title: 'a revoked key that is known too',
        knownHosts: `${name} {ED}\n@revoked ${name} {ED}\n`,
        outcome: 'host key revoked',
      },
      {
        title: 'a revoked key, asking',
        config: ask,
        knownHosts: '@revoked * {ED}\n',
        answers: { hostKey: ['yes'] },
        outcome: 'host key revoked',
      },
      { title: 'another key is revoked', knownHosts: `@revoked * {ED2}\n${name} {ED}\n` },
      { title: 'the key is revoked for another host', knownHosts: `@revoked x {ED}\n${name} {ED}\n` },
      {
        title: 'RevokedHostKeys lists it',
        config: 'RevokedHostKeys {dir}/revoked',
        files: { revoked: '{ED}\n' },
        outcome: 'host key revoked',
      },
      {
        title: 'RevokedHostKeys lists another',
        config: 'RevokedHostKeys {dir}/revoked',
        files: { revoked: '# old\n{ED2}\n' },
      },
      {
        title: 'RevokedHostKeys does not exist',
        config: 'RevokedHostKeys {dir}/revoked',
        outcome: 'host key unknown',
        earlier: true,
      },
      { title: 'RevokedHostKeys is a KRL without it', config: 'RevokedHostKeys {keys}/krl' },
      {
        title: 'RevokedHostKeys is a KRL with it',
        server: 'certified',
        config: 'RevokedHostKeys {keys}/krl\nHostKeyAlgorithms ssh-ed25519',
        knownHosts: `${name} {file:other1.pub}`,
        outcome: 'host key revoked',
      },
    ],
    'an unknown key': [
      { title: 'StrictHostKeyChecking yes refuses it', knownHosts: '', outcome: 'host key unknown' },
      {
        title: 'yes asks nobody',
        knownHosts: '',
        answers: { hostKey: ['yes'] },
        outcome: 'host key unknown',
      },
      {
        title: 'ask, answered with yes, keeps it',
        config: ask,
        knownHosts: '',
        answers: { hostKey: ['yes'] },
      },
      {
        title: 'ask, answered with no',
        config: ask,
        knownHosts: '',
        answers: { hostKey: ['no'] },
        outcome: 'host key unknown',
      },
      { title: 'ask, when nobody can be asked', config: ask, knownHosts: '', outcome: 'host key unknown' },
      {
        title: 'ask is the default',
        config: 'Match final\n UserKnownHostsFile {dir}/known_hosts\nMatch all\n StrictHostKeyChecking ask',
        knownHosts: '',
        answers: { hostKey: ['yes'] },
      },
      { title: 'accept-new keeps it', config: acceptNew, knownHosts: '' },
      { title: 'no keeps it', config: 'StrictHostKeyChecking no', knownHosts: '' },
      { title: 'off keeps it', config: 'StrictHostKeyChecking off', knownHosts: '' },
      { title: 'it is added below the others', config: acceptNew, knownHosts: 'x {ED}\n' },
      { title: 'a missing file is made', config: `${acceptNew}\nUserKnownHostsFile {dir}/known_hosts_new` },
      {
        title: 'it is kept though the login fails',
        config: `${acceptNew}\nIdentityFile {keys}/other1`,
        knownHosts: '',
        outcome: 'authentication failed',
      },
      {
        title: 'HashKnownHosts yes hides its name',
        config: `${acceptNew}\nHashKnownHosts yes`,
        knownHosts: '',
        finds: name,
      },
      {
        title: 'HashKnownHosts yes, for an alias',
        config: `${acceptNew}\nHashKnownHosts yes\nHostKeyAlias Foo`,
        knownHosts: '',
        finds: 'foo',
      },
      {
        title: 'CheckHostIP yes, by name',
        config: `${acceptNew}\nHostName localhost\nCheckHostIP yes`,
        knownHosts: '',
      },
      {
        title: 'CheckHostIP no, by name',
        config: `${acceptNew}\nHostName localhost\nCheckHostIP no`,
        knownHosts: '',
      },
      { title: 'a name in upper case', config: `${acceptNew}\nHostName LOCALHOST`, knownHosts: '' },
      {
        title: 'an IPv6 address',
        config: `${acceptNew}\nHostName ::1`,
        knownHosts: '',
        facts: { at: '::1:{port}' },
      },
    ],
    'names and files': [
      { title: 'HostKeyAlias', config: 'HostKeyAlias foo', knownHosts: 'foo {ED}\n' },
      { title: 'HostKeyAlias in upper case', config: 'HostKeyAlias FOO', knownHosts: 'foo {ED}\n' },
      {
        title: 'HostKeyAlias has no port',
        config: 'HostKeyAlias foo',
        knownHosts: '[foo]:{port} {ED}\n',
        outcome: 'host key unknown',
      },
      {
        title: 'HostKeyAlias goes before the address',
        config: 'HostKeyAlias foo',
        knownHosts: `foo {ED2}\n${name} {ED}\n`,
        outcome: 'host key changed',
      },
      { title: 'HostKeyAlias is what is kept', config: `HostKeyAlias Foo\n${acceptNew}`, knownHosts: '' },
      {
        title: 'the name of ssh_config does not count',
        knownHosts: '[web]:{port} {ED}\n',
        outcome: 'host key unknown',
      },
      {
        title: 'several UserKnownHostsFile',
        config: 'UserKnownHostsFile {dir}/known_hosts1 {dir}/known_hosts2',
        files: { known_hosts1: 'x {ED2}\n', known_hosts2: `${name} {ED}\n` },
      },
      {
        title: 'several UserKnownHostsFile: the first is written',
        config: `UserKnownHostsFile {dir}/known_hosts1 {dir}/known_hosts2\n${acceptNew}`,
        files: { known_hosts1: '', known_hosts2: '' },
      },
      {
        title: 'another key in the first, the right in the second',
        config: 'UserKnownHostsFile {dir}/known_hosts1 {dir}/known_hosts2',
        files: { known_hosts1: `${name} {ED2}\n`, known_hosts2: `${name} {ED}\n` },
      },
      {
        title: 'UserKnownHostsFile with a space in its name',
        config: 'UserKnownHostsFile "{dir}/known_hosts of me"',
        files: { 'known_hosts of me': `${name} {ED}\n` },
      },
      {
        title: 'UserKnownHostsFile none knows nobody',
        config: 'UserKnownHostsFile none',
        outcome: 'host key unknown',
      },
      {
        title: 'UserKnownHostsFile none: nothing can be kept, so nobody new is accepted',
        config: `UserKnownHostsFile none\n${acceptNew}`,
        outcome: 'host key unknown',
      },
      {
        title: 'UserKnownHostsFile none: nor is anybody asked',
        config: `UserKnownHostsFile none\n${ask}`,
        answers: { hostKey: ['yes'] },
        outcome: 'host key unknown',
      },
      { title: 'UserKnownHostsFile /dev/null', config: `UserKnownHostsFile /dev/null\n${acceptNew}` },
      {
        title: 'GlobalKnownHostsFile knows it',
        config: 'GlobalKnownHostsFile {dir}/known_hosts_all',
        knownHosts: '',
        files: { known_hosts_all: `${name} {ED}\n` },
      },
      {
        title: 'GlobalKnownHostsFile revokes what the user knows',
        config: 'GlobalKnownHostsFile {dir}/known_hosts_all',
        knownHosts: `${name} {ED}\n`,
        files: { known_hosts_all: `@revoked * {ED}\n` },
        outcome: 'host key revoked',
      },
    ],
  },
);

// Host keys, compared with ssh: which is requested, whether it is trusted, and what known_hosts contains afterwards.
import { networkInterfaces } from 'node:os';
import { wireStrings } from '../../support/hostKeys';
import { compareWithOpenSsh } from './compareWithOpenSsh';
import type { ComparedCase } from './comparedCase';

const name = '[127.0.0.1]:{port}';
const ask = 'StrictHostKeyChecking ask';
const acceptNew = 'StrictHostKeyChecking accept-new';
const changedIsRefused = 'StrictHostKeyChecking no: a changed or revoked key is refused all the same';

const secondFile = {
  config: 'UpdateHostKeys yes\nUserKnownHostsFile {dir}/known_hosts {dir}/known_hosts_b',
  lingers: true,
};

/** An address of this machine that isn't a loopback address. undefined: it has none. */
const own = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .find(({ internal, family }) => !internal && family === 'IPv4')?.address;

const shortRsaKey = `ssh-rsa ${wireStrings([Buffer.from('ssh-rsa'), Buffer.from([1, 0, 1]), Buffer.alloc(96, 0x7f)]).toString('base64')}`;

/**
 * A KnownHostsCommand that prints a line, and records how it was called in a file that is compared.
 * @param config more of ssh_config
 */
function calls(
  names: string,
  key = '{ED}',
  config = '',
  files: ComparedCase['files'] = {},
): Pick<ComparedCase, 'config' | 'files'> {
  // OpenSSH before version 9.7 leaves out the port and the alias in %H for the order.
  const call = '[ $1 = ORDER ] && echo $1 $3 $4 $5 $6 $7 || echo $*';
  const who = `#!/bin/sh\n(${call}) >>{dir}/known_hosts_calls\necho "${names} ${key}"\n`;
  return {
    config: `KnownHostsCommand {dir}/who %I %H %t %f %K %h %n\n${config}`,
    files: { who: { text: who, mode: 0o700 }, ...files },
  };
}

/** @param address of this machine that isn't a loopback address, which ssh exempts from the check */
function checkHostIpCases(address: string): readonly ComparedCase[] {
  const config = `CheckHostIP yes\nHostName ${address}\nHostKeyAlias foo`;
  const addressName = `[${address}]:{port}`;
  const refused = 'CheckHostIP: an address with another key is refused';
  return [
    { title: 'a new host, saved with its address', config: `${config}\n${acceptNew}`, knownHosts: '' },
    {
      title: 'a new host, saved hashed',
      config: `${config}\n${acceptNew}\nHashKnownHosts yes`,
      knownHosts: '',
      finds: addressName,
    },
    { title: 'a known host with a new address', config, knownHosts: 'foo {ED}\n' },
    { title: 'a known host and address', config, knownHosts: `foo {ED}\n${addressName} {ED}\n` },
    {
      title: 'a new host with a known address',
      config: `${config}\n${acceptNew}`,
      knownHosts: `${addressName} {ED}\n`,
    },
    {
      title: 'a known host with another key for its address',
      config,
      knownHosts: `foo {ED}\n${addressName} {ED2}\n`,
      outcome: 'host key unknown',
      ours: { outcome: 'host key changed', why: refused },
    },
    {
      title: 'a new host with another key for its address',
      config: `${config}\n${acceptNew}`,
      knownHosts: `${addressName} {ED2}\n`,
      outcome: 'host key unknown',
      ours: { outcome: 'host key changed', why: refused },
    },
    {
      title: 'a KnownHostsCommand, called for the address too',
      ...calls('foo', '{ED}', config),
      knownHosts: '',
    },
    {
      title: 'a new host without a name, saved once',
      config: `CheckHostIP yes\nHostName ${address}\n${acceptNew}`,
      knownHosts: '',
    },
    {
      title: 'CheckHostIP no with another key for the address',
      config: config.replace('yes', 'no'),
      knownHosts: `foo {ED}\n${addressName} {ED2}\n`,
    },
  ];
}

compareWithOpenSsh(
  'Host keys',
  {
    main: {
      hostKeys: ['rsa', 'ecdsa', 'ed25519'],
      alsoListen: ['[::1]', ...(own === undefined ? [] : [own])],
    },
    ed: { hostKeys: ['ed25519'] },
    certified: { config: ['HostKey {keys}/other1', 'HostCertificate {keys}/host-cert.pub'] },
  },
  {
    'known_hosts lines': [
      { title: "the host's key", knownHosts: `${name} {ED}\n` },
      { title: 'a hashed name', knownHosts: `x {ED2}\n${name} {ED}\n`, hashed: true },
      { title: 'one of several names', knownHosts: `x,${name},y {ED}\n` },
      { title: 'a wildcard', knownHosts: `[127.0.0.*]:{port} {ED}\n` },
      { title: '? and a wildcard for the port', knownHosts: `[127.0.?.1]:* {ED}\n` },
      {
        title: 'a name in upper case in the file',
        config: 'HostName localhost',
        knownHosts: '[LOCALHOST]:{port} {ED}\n',
      },
      {
        title: 'a list that negates the host',
        knownHosts: `*,!127.0.0.1,!${name} {ED}\n`,
        outcome: 'host key unknown',
      },
      { title: 'the address without its port', knownHosts: '127.0.0.1 {ED}\n' },
      { title: 'only a key of another host', knownHosts: 'x {ED}\n', outcome: 'host key unknown' },
      {
        title: 'only a key of another port',
        knownHosts: '[127.0.0.1]:1 {ED}\n',
        outcome: 'host key unknown',
      },
      {
        title: 'a different key under the name without the port',
        knownHosts: '127.0.0.1 {ED2}\n',
        outcome: 'host key unknown',
      },
      { title: 'the second of two keys of one type', knownHosts: `${name} {ED2}\n${name} {ED}\n` },
      {
        title: 'comments, tabs, blank and broken lines around the key',
        knownHosts: `# ${name} {ED2}\n\n \t\n${name} ssh-ed25519 AAAA\n${name}\n  ${name}\t{ED}  a comment\n`,
      },
      { title: 'Windows line endings', knownHosts: `x {ED2}\r\n${name} {ED}\r\n` },
      {
        title: "a certificate authority with the host's key, which isn't a known key",
        knownHosts: `@cert-authority ${name} {ED}\n`,
        outcome: 'host key unknown',
      },
      {
        title: 'a certificate authority beside the known key',
        knownHosts: `@cert-authority * {ED2}\n${name} {ED}\n`,
      },
      { title: 'an unknown marker', knownHosts: `@nonsense ${name} {ED2}\n${name} {ED}\n` },
      {
        title: 'a host certificate of a known certificate authority',
        server: 'certified',
        knownHosts: `@cert-authority * {file:ca.pub}`,
      },
    ],
    'requested key types': [
      {
        title: 'no known key, so Ed25519 first',
        config: acceptNew,
        knownHosts: '',
        facts: { hostKey: 'ssh-ed25519' },
      },
      {
        title: 'only a known RSA key',
        knownHosts: `${name} {RSA}\n`,
        facts: { hostKey: 'rsa-sha2-512' },
      },
      {
        title: 'only a known ECDSA key',
        knownHosts: `${name} {EC}\n`,
        facts: { hostKey: 'ecdsa-sha2-nistp256' },
      },
      {
        title: 'known RSA and ECDSA keys',
        knownHosts: `${name} {RSA}\n${name} {EC}\n`,
        facts: { hostKey: 'ecdsa-sha2-nistp256' },
      },
      {
        title: 'a known RSA key under a hashed name',
        knownHosts: `${name} {RSA}\n`,
        hashed: true,
        facts: { hostKey: 'rsa-sha2-512' },
      },
      {
        title: 'a revoked Ed25519 and a known ECDSA key',
        knownHosts: `@revoked * {ED}\n${name} {EC}\n`,
        facts: { hostKey: 'ecdsa-sha2-nistp256' },
      },
      {
        title: 'HostKeyAlgorithms that selects among known keys',
        config: 'HostKeyAlgorithms rsa-sha2-256,ssh-ed25519',
        knownHosts: `${name} {RSA}\n${name} {ED}\n`,
        facts: { hostKey: 'rsa-sha2-256' },
      },
      {
        title: 'the order of HostKeyAlgorithms despite known keys',
        config: 'HostKeyAlgorithms rsa-sha2-256,ssh-ed25519',
        knownHosts: `${name} {ED}\n`,
        outcome: 'host key changed',
      },
      {
        title: 'HostKeyAlgorithms ^, which puts one first',
        config: 'HostKeyAlgorithms ^rsa-sha2-512',
        facts: { hostKey: 'rsa-sha2-512' },
      },
      {
        title: 'HostKeyAlgorithms -, which removes some',
        config: 'HostKeyAlgorithms -ssh-ed25519*',
        facts: { hostKey: 'ecdsa-sha2-nistp256' },
      },
      {
        title: 'HostKeyAlgorithms +, which adds at the end',
        config: 'HostKeyAlgorithms +ssh-rsa',
        facts: { hostKey: 'ssh-ed25519' },
      },
      {
        title: 'HostKeyAlgorithms without one in common',
        config: 'HostKeyAlgorithms ecdsa-sha2-nistp521',
        outcome: 'no common algorithm',
      },
      {
        title: 'HostKeyAlgorithms that allows only an unknown key',
        config: 'HostKeyAlgorithms ssh-ed25519',
        knownHosts: `${name} {RSA}\n`,
        outcome: 'host key changed',
      },
    ],
    'changed and revoked keys': [
      {
        title: 'a different known key of the same type',
        knownHosts: `${name} {ED2}\n`,
        outcome: 'host key changed',
      },
      {
        title: 'a hashed name',
        knownHosts: `${name} {ED2}\n`,
        hashed: true,
        outcome: 'host key changed',
      },
      {
        title: 'a different Ed25519 key and the right RSA key',
        knownHosts: `${name} {ED2}\n${name} {RSA}\n`,
        outcome: 'host key changed',
      },
      {
        title: 'a different RSA key and the right Ed25519 key',
        knownHosts: `${name} {RSA2}\n${name} {ED}\n`,
      },
      {
        title: 'a known key of a type that the server lacks',
        server: 'ed',
        knownHosts: `${name} {RSA2}\n`,
        outcome: 'host key changed',
      },
      {
        title: 'a changed key, without a prompt',
        config: ask,
        knownHosts: `${name} {ED2}\n`,
        answers: { hostKey: ['yes'] },
        outcome: 'host key changed',
      },
      {
        title: 'a changed key with accept-new',
        config: acceptNew,
        knownHosts: `${name} {ED2}\n`,
        outcome: 'host key changed',
      },
      {
        title: 'a changed key with StrictHostKeyChecking no',
        config: 'StrictHostKeyChecking no',
        knownHosts: `${name} {ED2}\n`,
        ours: { outcome: 'host key changed', why: changedIsRefused },
      },
      { title: 'a revoked key', knownHosts: '@revoked * {ED}\n', outcome: 'host key revoked' },
      {
        title: 'a revoked key that is also known',
        knownHosts: `${name} {ED}\n@revoked ${name} {ED}\n`,
        outcome: 'host key revoked',
      },
      {
        title: 'a revoked key with StrictHostKeyChecking ask',
        config: ask,
        knownHosts: '@revoked * {ED}\n',
        answers: { hostKey: ['yes'] },
        outcome: 'host key revoked',
      },
      { title: 'a different revoked key', knownHosts: `@revoked * {ED2}\n${name} {ED}\n` },
      { title: 'a key revoked for another host', knownHosts: `@revoked x {ED}\n${name} {ED}\n` },
      {
        title: 'RevokedHostKeys with the key',
        config: 'RevokedHostKeys {dir}/revoked',
        files: { revoked: '{ED}\n' },
        outcome: 'host key revoked',
      },
      {
        title: 'RevokedHostKeys with a different key',
        config: 'RevokedHostKeys {dir}/revoked',
        files: { revoked: '# old\n{ED2}\n' },
      },
      {
        title: 'a missing RevokedHostKeys file',
        config: 'RevokedHostKeys {dir}/revoked',
        outcome: 'host key unknown',
        earlier: true,
      },
      {
        title: 'RevokedHostKeys with the certificate of another key',
        config: 'RevokedHostKeys {keys}/host-cert.pub',
      },
      {
        title: 'RevokedHostKeys with a certificate of the key',
        server: 'certified',
        config: 'RevokedHostKeys {keys}/host-cert.pub\nHostKeyAlgorithms ssh-ed25519',
        knownHosts: `${name} {file:other1.pub}`,
        outcome: 'host key revoked',
      },
      {
        title: 'RevokedHostKeys with a damaged certificate',
        config: 'RevokedHostKeys {dir}/revoked',
        files: {
          revoked: 'ssh-ed25519-cert-v01@openssh.com AAAAIHNzaC1lZDI1NTE5LWNlcnQtdjAxQG9wZW5zc2guY29t\n',
        },
        outcome: 'host key unknown',
        earlier: true,
      },
      {
        title: 'RevokedHostKeys with an RSA key that is too short, and the key below',
        config: 'RevokedHostKeys {dir}/revoked',
        files: { revoked: `${shortRsaKey}\n{ED}\n` },
        outcome: 'host key revoked',
      },
      {
        title: '@revoked with a certificate of the key',
        server: 'certified',
        config: 'HostKeyAlgorithms ssh-ed25519',
        knownHosts: `@revoked * {file:host-cert.pub}\n${name} {file:other1.pub}`,
        outcome: 'host key revoked',
      },
      {
        title: 'a certificate as the known key, which is another key',
        server: 'certified',
        config: `HostKeyAlgorithms ssh-ed25519\n${acceptNew}`,
        knownHosts: `${name} {file:host-cert.pub}`,
        outcome: 'host key changed',
      },
      { title: 'a KRL without the key', config: 'RevokedHostKeys {keys}/krl' },
      {
        title: 'a KRL with the key',
        server: 'certified',
        config: 'RevokedHostKeys {keys}/krl\nHostKeyAlgorithms ssh-ed25519',
        knownHosts: `${name} {file:other1.pub}`,
        outcome: 'host key revoked',
      },
    ],
    'an unknown key': [
      { title: 'StrictHostKeyChecking yes', knownHosts: '', outcome: 'host key unknown' },
      {
        title: 'StrictHostKeyChecking yes without a prompt',
        knownHosts: '',
        answers: { hostKey: ['yes'] },
        outcome: 'host key unknown',
      },
      {
        title: 'ask, answered with yes',
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
      { title: 'ask, no prompt possible', config: ask, knownHosts: '', outcome: 'host key unknown' },
      {
        title: 'the default, ask',
        config: 'Match final\n UserKnownHostsFile {dir}/known_hosts\nMatch all\n StrictHostKeyChecking ask',
        knownHosts: '',
        answers: { hostKey: ['yes'] },
      },
      { title: 'accept-new', config: acceptNew, knownHosts: '' },
      { title: 'StrictHostKeyChecking no', config: 'StrictHostKeyChecking no', knownHosts: '' },
      { title: 'StrictHostKeyChecking off', config: 'StrictHostKeyChecking off', knownHosts: '' },
      { title: 'a new line below others', config: acceptNew, knownHosts: 'x {ED}\n' },
      { title: 'a missing known_hosts', config: `${acceptNew}\nUserKnownHostsFile {dir}/known_hosts_new` },
      {
        title: 'a key saved before a failed login',
        config: `${acceptNew}\nIdentityFile {keys}/other1`,
        knownHosts: '',
        outcome: 'authentication failed',
      },
      {
        title: 'HashKnownHosts yes',
        config: `${acceptNew}\nHashKnownHosts yes`,
        knownHosts: '',
        finds: name,
      },
      {
        title: 'HashKnownHosts yes with a HostKeyAlias',
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
      {
        title: 'UpdateHostKeys yes',
        config: 'UpdateHostKeys yes',
        lingers: true,
        knownHosts: `${name} {ED}\n`,
      },
    ],
    'UpdateHostKeys with several files': [
      {
        title: 'old and known keys in the second file',
        ...secondFile,
        knownHosts: `${name} {ED}\n`,
        files: { known_hosts_b: `${name} {RSA2}\n${name} {EC}\n` },
      },
      {
        title: 'all keys, of which one is in the second file',
        ...secondFile,
        knownHosts: `${name} {ED}\n${name} {RSA}\n`,
        files: { known_hosts_b: `${name} {EC}\n` },
      },
      {
        title: 'a key that only GlobalKnownHostsFile has',
        config: 'UpdateHostKeys yes\nGlobalKnownHostsFile {dir}/known_hosts_g',
        lingers: true,
        knownHosts: '',
        files: { known_hosts_g: `${name} {ED}\n` },
      },
    ],
    'names and files': [
      { title: 'HostKeyAlias', config: 'HostKeyAlias foo', knownHosts: 'foo {ED}\n' },
      { title: 'HostKeyAlias in upper case', config: 'HostKeyAlias FOO', knownHosts: 'foo {ED}\n' },
      {
        title: 'HostKeyAlias, which has no port',
        config: 'HostKeyAlias foo',
        knownHosts: '[foo]:{port} {ED}\n',
        outcome: 'host key unknown',
      },
      {
        title: 'HostKeyAlias before the address',
        config: 'HostKeyAlias foo',
        knownHosts: `foo {ED2}\n${name} {ED}\n`,
        outcome: 'host key changed',
      },
      {
        title: 'saving a key under its HostKeyAlias',
        config: `HostKeyAlias Foo\n${acceptNew}`,
        knownHosts: '',
      },
      {
        title: 'a key under the Host name of ssh_config',
        knownHosts: '[web]:{port} {ED}\n',
        outcome: 'host key unknown',
      },
      {
        title: 'several UserKnownHostsFile',
        config: 'UserKnownHostsFile {dir}/known_hosts1 {dir}/known_hosts2',
        files: { known_hosts1: 'x {ED2}\n', known_hosts2: `${name} {ED}\n` },
      },
      {
        title: 'a new key with several UserKnownHostsFile',
        config: `UserKnownHostsFile {dir}/known_hosts1 {dir}/known_hosts2\n${acceptNew}`,
        files: { known_hosts1: '', known_hosts2: '' },
      },
      {
        title: 'a different key in the first file, the right one in the second',
        config: 'UserKnownHostsFile {dir}/known_hosts1 {dir}/known_hosts2',
        files: { known_hosts1: `${name} {ED2}\n`, known_hosts2: `${name} {ED}\n` },
      },
      {
        title: 'UserKnownHostsFile with a space in its name',
        config: 'UserKnownHostsFile "{dir}/known_hosts of me"',
        files: { 'known_hosts of me': `${name} {ED}\n` },
      },
      {
        title: 'UserKnownHostsFile none',
        config: 'UserKnownHostsFile none',
        outcome: 'host key unknown',
      },
      {
        title: 'UserKnownHostsFile none with accept-new',
        config: `UserKnownHostsFile none\n${acceptNew}`,
        outcome: 'host key unknown',
      },
      {
        title: 'UserKnownHostsFile none with ask',
        config: `UserKnownHostsFile none\n${ask}`,
        answers: { hostKey: ['yes'] },
        outcome: 'host key unknown',
      },
      { title: 'UserKnownHostsFile /dev/null', config: `UserKnownHostsFile /dev/null\n${acceptNew}` },
      {
        title: 'a key in GlobalKnownHostsFile',
        config: 'GlobalKnownHostsFile {dir}/known_hosts_all',
        knownHosts: '',
        files: { known_hosts_all: `${name} {ED}\n` },
      },
      {
        title: 'a known key that GlobalKnownHostsFile revokes',
        config: 'GlobalKnownHostsFile {dir}/known_hosts_all',
        knownHosts: `${name} {ED}\n`,
        files: { known_hosts_all: `@revoked * {ED}\n` },
        outcome: 'host key revoked',
      },
    ],
    KnownHostsCommand: [
      {
        title: 'a known key, after a call for the order and one for the key',
        ...calls(name),
        knownHosts: '',
      },
      {
        title: 'a key that known_hosts has, too',
        ...calls(name),
        knownHosts: `${name} {ED}\n`,
      },
      {
        title: 'a known RSA key, which is requested',
        ...calls(`127.0.0.1,${name}`, '{RSA}'),
        knownHosts: '',
      },
      {
        title: 'HostKeyAlgorithms, which need no call for the order',
        ...calls(name, '{RSA}', 'HostKeyAlgorithms rsa-sha2-256,ssh-ed25519'),
        knownHosts: '',
      },
      {
        title: 'NoHostAuthenticationForLocalhost, without a call for the key',
        ...calls(name, '{ED2}', 'NoHostAuthenticationForLocalhost yes'),
        knownHosts: '',
      },
      {
        title: 'a revoked key, without a call for the key',
        ...calls(name, '{ED}', 'RevokedHostKeys {dir}/revoked', { revoked: '{ED}\n' }),
        outcome: 'host key revoked',
      },
      {
        title: 'a server that is not there, without a call',
        ...calls(name, '{ED}', 'Port {closed}', { known_hosts_calls: '' }),
        outcome: 'connection refused',
      },
      { title: 'another key', ...calls(name, '{ED2}'), knownHosts: '', outcome: 'host key changed' },
      {
        title: 'a key under the name without the port, which is not enough',
        ...calls('127.0.0.1'),
        knownHosts: '',
        outcome: 'host key unknown',
      },
      {
        title: 'a key that the command revokes',
        ...calls(`@revoked ${name}`),
        knownHosts: `${name} {ED}\n`,
        outcome: 'host key revoked',
      },
      { title: 'a HostKeyAlias', ...calls('foo', '{ED}', 'HostKeyAlias foo'), knownHosts: '' },
      {
        title: 'no update of known_hosts with UpdateHostKeys',
        ...calls(name, '{ED}', 'UpdateHostKeys yes'),
        knownHosts: '',
        lingers: true,
      },
      {
        title: 'a key that is unknown to the command, and saved',
        ...calls('x', '{ED2}', acceptNew),
        knownHosts: '',
      },
      {
        title: 'a command that fails',
        config: 'KnownHostsCommand /bin/false',
        outcome: 'host key unknown',
        earlier: true,
      },
      {
        title: 'a command that takes longer than ConnectTimeout',
        config: 'ConnectTimeout 1\nKnownHostsCommand {dir}/slow %I',
        files: { slow: { text: '#!/bin/sh\n[ $1 = ORDER ] || sleep 1.2\n', mode: 0o700 } },
      },
      {
        title: 'a command that reads its standard input',
        config: `KnownHostsCommand {dir}/reader`,
        files: { reader: { text: `#!/bin/sh\ncat\necho "${name} {ED}"\n`, mode: 0o700 } },
        knownHosts: '',
      },
      {
        title: 'a command that prints megabytes',
        config: `KnownHostsCommand {dir}/many`,
        files: {
          many: {
            text: `#!/bin/sh\nyes "x {ED2}" | head -c 4000000\necho\necho "${name} {ED}"\n`,
            mode: 0o700,
          },
        },
        knownHosts: '',
      },
      { title: 'a program that is not there', config: 'KnownHostsCommand /no/such/program %H' },
      { title: 'a relative path', config: 'KnownHostsCommand cat %H' },
      {
        title: 'a program that is not there and an unknown key',
        config: `KnownHostsCommand /no/such/program\n${acceptNew}`,
        knownHosts: '',
        ours: {
          outcome: 'host key unknown',
          why: 'an unknown key is refused when the command cannot be started',
        },
      },
    ],
    CheckHostIP: own === undefined ? [] : checkHostIpCases(own),
  },
);

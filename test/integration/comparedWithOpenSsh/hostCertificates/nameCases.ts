// How an authority is named in known_hosts, and the algorithms that are offered because of it.
import type { CertifiedCase } from './certifiedHost';

const name = 'web.example.org';
const known = `@cert-authority ${name} {ca}\n`;
const unknown = 'host key unknown';
const revoked = 'host key revoked';
const goodNames = ['-h', '-n', name];

export const nameCases: Readonly<Record<string, readonly CertifiedCase[]>> = {
  'names in known_hosts': [
    { title: 'hashed', hashed: true },
    { title: 'a pattern', knownHosts: '@cert-authority *.example.org {ca}\n' },
    {
      title: 'a negated name',
      knownHosts: `@cert-authority *.example.org,!${name} {ca}\n`,
      outcome: unknown,
    },
    { title: 'with its port', knownHosts: `@cert-authority [${name}]:2222 {ca}\n`, config: ['Port 2222'] },
    {
      title: 'with its port, hashed',
      knownHosts: `@cert-authority [${name}]:2222 {ca}\n`,
      config: ['Port 2222'],
      hashed: true,
    },
    { title: 'without its port', config: ['Port 2222'] },
    {
      title: 'of another port',
      knownHosts: `@cert-authority [${name}]:2223 {ca}\n`,
      config: ['Port 2222'],
      outcome: unknown,
    },
    {
      title: 'without its port, of an expired certificate whose key is known there',
      sign: [...goodNames, '-V', '19800101:19900101'],
      knownHosts: `${known}${name} {KEY}\n`,
      config: ['Port 2222'],
    },
    {
      title: 'another key with the port, the certificate without',
      knownHosts: `${known}[${name}]:2222 {OTHER}\n`,
      config: ['Port 2222'],
    },
    {
      title: 'another key with the port, the plain key without',
      knownHosts: `${name} {KEY}\n[${name}]:2222 {OTHER}\n`,
      config: ['Port 2222'],
      outcome: 'connected',
      ours: { outcome: 'host key changed', why: 'ssh refuses this, too, unless there is a certificate' },
    },
    {
      title: 'a HostKeyAlias',
      sign: ['-h', '-n', 'alias'],
      knownHosts: '@cert-authority alias {ca}\n',
      config: ['HostKeyAlias Alias', 'Port 2222'],
    },
    {
      title: 'a HostKeyAlias that is not in the certificate',
      knownHosts: '@cert-authority alias {ca}\n',
      config: ['HostKeyAlias alias'],
      outcome: unknown,
      says: /not for alias/,
    },
    {
      title: 'several authorities',
      knownHosts: `@cert-authority ${name} {ca2}\n@cert-authority ${name} {ca-rsa}\n${known}`,
    },
    {
      title: 'of the GlobalKnownHostsFile',
      knownHosts: '',
      files: { global: known },
      config: ['GlobalKnownHostsFile {dir}/global'],
    },
    {
      title: 'of a KnownHostsCommand, which gets the certificate',
      knownHosts: '',
      files: {
        command: `#!/bin/sh
[ "$1" = ORDER ] && exit
[ "$1 $2 $3" = "HOSTNAME ssh-ed25519-cert-v01@openssh.com {FINGERPRINT}" ] || exit 1
[ "$2 $4" = "$(echo '{CERT}' | cut -d' ' -f1,2)" ] || exit 2
echo '${known.trim()}'
`,
      },
      config: ['KnownHostsCommand {dir}/command %I %t %f %K'],
    },
    {
      title: 'of a KnownHostsCommand, for the order of algorithms',
      knownHosts: `${name} {rsa}\n`,
      server: ['HostKey {keys}/rsa'],
      files: { command: `#!/bin/sh\necho '${known.trim()}'\n` },
      config: ['KnownHostsCommand {dir}/command'],
      algorithm: 'ssh-ed25519-cert-v01@openssh.com',
    },
  ],
  'the order of algorithms': [
    { title: 'with nothing known', knownHosts: '', outcome: unknown },
    {
      title: 'with a known RSA key',
      knownHosts: `${name} {rsa}\n`,
      server: ['HostKey {keys}/rsa'],
      algorithm: 'rsa-sha2-512',
    },
    {
      title: 'with an authority and a known RSA key',
      knownHosts: `${known}${name} {rsa}\n`,
      server: ['HostKey {keys}/rsa'],
      algorithm: 'ssh-ed25519-cert-v01@openssh.com',
    },
    {
      title: 'with a revoked authority and a known RSA key',
      knownHosts: `${known}${name} {rsa}\n@revoked * {ca}\n`,
      server: ['HostKey {keys}/rsa'],
      outcome: revoked,
    },
    {
      title: 'with an authority under the name without the port and a known RSA key',
      knownHosts: `${known}[${name}]:2222 {rsa}\n`,
      config: ['Port 2222'],
      server: ['HostKey {keys}/rsa'],
      algorithm: 'rsa-sha2-512',
    },
    {
      title: 'with HostKeyAlgorithms of its own',
      knownHosts: `${known}${name} {rsa}\n`,
      config: ['HostKeyAlgorithms rsa-sha2-256,ssh-ed25519-cert-v01@openssh.com'],
      server: ['HostKey {keys}/rsa'],
      algorithm: 'rsa-sha2-256',
    },
    {
      title: 'with ^ and a pattern',
      key: 'rsa',
      config: ['HostKeyAlgorithms ^rsa-sha2-256-cert*'],
      algorithm: 'rsa-sha2-256-cert-v01@openssh.com',
    },
    {
      title: 'without certificates',
      knownHosts: `${known}${name} {KEY}\n`,
      config: ['HostKeyAlgorithms -*-cert-v01@openssh.com'],
      algorithm: 'ssh-ed25519',
    },
    {
      title: 'without certificates, of a host whose key is unknown',
      config: ['HostKeyAlgorithms -*-cert-v01@openssh.com'],
      outcome: unknown,
      algorithm: 'ssh-ed25519',
      says: /HostKeyUnknown: web\.example\.org has an unknown host key/,
    },
    {
      title: 'with certificates only',
      config: ['HostKeyAlgorithms ssh-ed25519-cert-v01@openssh.com'],
      algorithm: 'ssh-ed25519-cert-v01@openssh.com',
    },
    {
      title: 'with certificates only, of a host that has none',
      authority: undefined,
      config: ['HostKeyAlgorithms *-cert-v01@openssh.com'],
      outcome: 'no common algorithm',
    },
  ],
};

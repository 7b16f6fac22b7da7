// Certificates: good ones, those that prove nothing, and what then becomes of their plain key.
import { hostKeyKinds } from './certifiedHost';
import type { CertifiedCase, HostKeyKind } from './certifiedHost';

const kinds = Object.keys(hostKeyKinds) as HostKeyKind[];
const name = 'web.example.org';
const known = `@cert-authority ${name} {ca}\n`;
const unknown = 'host key unknown';
const goodNames = ['-h', '-n', name];

export const certificateCases: Readonly<Record<string, readonly CertifiedCase[]>> = {
  'a good certificate': [
    ...kinds.map((key) => ({ title: `of a key of type ${key}`, key })),
    ...(['rsa-sha2-256', 'rsa-sha2-512'] as const).map((algorithm) => ({
      title: `signed with ${algorithm}`,
      authority: 'ca-rsa' as const,
      sign: ['-t', algorithm, ...goodNames],
      knownHosts: `@cert-authority ${name} {ca-rsa}\n`,
    })),
    {
      title: 'signed with ECDSA',
      authority: 'ca-ecdsa',
      knownHosts: `@cert-authority ${name} {ca-ecdsa}\n`,
    },
    {
      title: 'signed with a short RSA key, which only counts for the host itself',
      authority: 'ca-short',
      sign: ['-t', 'rsa-sha2-256', ...goodNames],
      knownHosts: `@cert-authority ${name} {ca-short}\n`,
      config: ['RequiredRSASize 2048'],
    },
    { title: 'with several names', sign: ['-h', '-n', `a,${name},b`] },
    { title: 'with a time', sign: [...goodNames, '-V', '-1w:+2w'] },
    { title: 'with an extension, which is ignored', sign: [...goodNames, '-O', 'extension:x@example.org=1'] },
    {
      title: 'with a pattern as its name',
      sign: ['-h', '-n', 'w?b.exam*'],
      since: { version: 10.03, before: unknown },
    },
  ],
  'a certificate that proves nothing': [
    { title: 'is for a user', sign: ['-n', name], outcome: unknown, says: /\("web"\) is for users/ },
    {
      title: 'has no names',
      sign: ['-h'],
      outcome: unknown,
      since: { version: 10.03, before: 'connected' },
      says: /HostKeyUnknown: The host certificate of web\.example\.org \("web"\) names no host\./,
    },
    {
      title: 'has another name',
      sign: ['-h', '-n', 'other'],
      outcome: unknown,
      says: /is for other, not for web/,
    },
    { title: 'has the name of the Host block', sign: ['-h', '-n', 'web'], outcome: unknown },
    { title: 'has the name in upper case', sign: ['-h', '-n', 'WEB.example.org'], outcome: unknown },
    {
      title: 'has the name with a port',
      sign: ['-h', '-n', `[${name}]:2222`],
      config: ['Port 2222'],
      outcome: unknown,
    },
    {
      title: 'is not yet valid',
      sign: [...goodNames, '-V', '20400101:20410101'],
      outcome: unknown,
      says: /is not valid before 20(40-01-01|39-12-31)/,
    },
    {
      title: 'has expired',
      sign: [...goodNames, '-V', '19800101:19900101'],
      outcome: unknown,
      says: /expired on 19(90-01-01|89-12-31)/,
    },
    {
      title: 'has a critical option',
      sign: [...goodNames, '-O', 'force-command=false'],
      outcome: unknown,
      says: /critical option: force-command/,
    },
    {
      title: 'has an unknown critical option',
      sign: [...goodNames, '-O', 'critical:x@example.org'],
      outcome: unknown,
    },
    {
      title: 'is signed with SHA-1',
      authority: 'ca-rsa',
      sign: ['-t', 'ssh-rsa', ...goodNames],
      knownHosts: `@cert-authority ${name} {ca-rsa}\n`,
      outcome: unknown,
      says: /signed with ssh-rsa, which CASignatureAlgorithms/,
    },
    {
      title: 'is signed with what CASignatureAlgorithms leaves out',
      config: ['CASignatureAlgorithms -ssh-ed25519'],
      outcome: unknown,
    },
    {
      title: 'is signed by another authority',
      authority: 'ca2',
      outcome: unknown,
      says: /not by the authority of .*known_hosts, line 1\./,
    },
    {
      title: 'is signed by the authority of another host',
      knownHosts: '@cert-authority other {ca}\n',
      outcome: unknown,
      says: /not a known authority/,
    },
    {
      title: 'is signed by a key that is only a host key',
      knownHosts: `${name} {ca}\n`,
      outcome: 'host key changed',
    },
    {
      title: 'belongs to a host with another key',
      knownHosts: `${name} {OTHER}\n`,
      outcome: 'host key changed',
      says: /HostKeyChanged: The host certificate .* has changed/,
    },
  ],
  'SHA-1 where it is allowed': [
    {
      title: 'for the signature of the authority',
      authority: 'ca-rsa',
      sign: ['-t', 'ssh-rsa', ...goodNames],
      knownHosts: `@cert-authority ${name} {ca-rsa}\n`,
      config: ['CASignatureAlgorithms +ssh-rsa'],
    },
    {
      title: 'for the signature of the host',
      key: 'rsa',
      server: ['HostKeyAlgorithms ssh-rsa-cert-v01@openssh.com'],
      config: ['HostKeyAlgorithms +ssh-rsa-cert-v01@openssh.com'],
      algorithm: 'ssh-rsa-cert-v01@openssh.com',
    },
  ],
  'the plain key of a certificate': [
    ...kinds.map((key) => ({
      title: `of type ${key}, which is known`,
      key,
      knownHosts: `${name} {KEY}\n`,
    })),
    {
      title: 'that has expired, which is known',
      sign: [...goodNames, '-V', '19800101:19900101'],
      knownHosts: `${known}${name} {KEY}\n`,
    },
    {
      title: 'in the second file',
      config: ['UserKnownHostsFile /dev/null {dir}/known_hosts'],
      knownHosts: `${name} {KEY}\n`,
    },
    {
      title: 'that has expired, which is confirmed',
      sign: [...goodNames, '-V', '19800101:19900101'],
      config: ['StrictHostKeyChecking ask'],
      answers: { hostKey: ['yes'] },
    },
    {
      title: 'of an unknown authority, which is not confirmed',
      authority: 'ca2',
      config: ['StrictHostKeyChecking ask'],
      answers: { hostKey: ['no'] },
      outcome: unknown,
    },
    {
      title: 'of an unknown authority, with accept-new',
      authority: 'ca2',
      config: ['StrictHostKeyChecking accept-new'],
    },
    { title: 'of an unknown authority, with no', authority: 'ca2', config: ['StrictHostKeyChecking no'] },
    {
      title: 'of an unknown authority, changed, with accept-new',
      authority: 'ca2',
      knownHosts: `${name} {OTHER}\n`,
      config: ['StrictHostKeyChecking accept-new'],
      outcome: 'host key changed',
    },
    {
      title: 'of an unknown authority, changed, with no',
      authority: 'ca2',
      knownHosts: `${name} {OTHER}\n`,
      config: ['StrictHostKeyChecking no'],
      outcome: 'connected',
      ours: { outcome: 'host key changed', why: 'a changed key is always refused' },
    },
    {
      title: 'which HostKeyAlgorithms leaves out',
      authority: 'ca2',
      knownHosts: `${name} {KEY}\n`,
      config: ['HostKeyAlgorithms ssh-ed25519-cert-v01@openssh.com'],
      outcome: unknown,
      since: { version: 10, before: 'connected' },
      says: /HostKeyAlgorithms does not allow its key/,
    },
    {
      title: 'that signed its own certificate',
      authority: undefined,
      outcome: unknown,
      says: /sent no certificate/,
    },
  ],
  'StrictHostKeyChecking with a good certificate': (['yes', 'ask', 'accept-new', 'no'] as const).map(
    (value) => ({
      title: value,
      config: [`StrictHostKeyChecking ${value}`],
      answers: { hostKey: [] },
    }),
  ),
};

// Keys, certificates and authorities that are revoked.
import type { CertifiedCase } from './certifiedHost';

const name = 'web.example.org';
const known = `@cert-authority ${name} {ca}\n`;
const revoked = 'host key revoked';

export const revocationCases: Readonly<Record<string, readonly CertifiedCase[]>> = {
  '@revoked': [
    { title: 'the key', knownHosts: `${known}@revoked * {KEY}\n`, outcome: revoked },
    { title: 'the certificate', knownHosts: `${known}@revoked * {CERT}\n`, outcome: revoked },
    {
      title: 'the authority',
      knownHosts: `${known}@revoked * {ca}\n`,
      outcome: revoked,
      says: /HostKeyRevoked: .*was signed by a revoked authority: ssh-ed25519 SHA256:.*, line 2\./,
    },
    { title: 'the authority, whose line is missing', knownHosts: `@revoked * {ca}\n`, outcome: revoked },
    {
      title: 'the authority, although the key is known',
      knownHosts: `${name} {KEY}\n@revoked * {ca}\n`,
      outcome: revoked,
    },
    { title: 'the authority, for another host', knownHosts: `${known}@revoked other {ca}\n` },
    { title: 'another authority', knownHosts: `${known}@revoked * {ca2}\n` },
    {
      title: 'the authority, with StrictHostKeyChecking no',
      knownHosts: `${known}@revoked * {ca}\n`,
      config: ['StrictHostKeyChecking no'],
      outcome: 'connected',
      ours: { outcome: revoked, why: 'a revoked key is always refused' },
    },
    {
      title: 'the authority, under the name without the port',
      knownHosts: `@cert-authority [${name}]:2222 {ca2}\n@revoked ${name} {ca}\n[${name}]:2222 {KEY}\n`,
      config: ['Port 2222'],
      outcome: 'connected',
      ours: { outcome: revoked, why: 'for safety, as with a plain key' },
    },
  ],
  RevokedHostKeys: withConfig('RevokedHostKeys {dir}/list', [
    ...(['ed25519', 'rsa'] as const).flatMap((key): CertifiedCase[] => [
      { title: `a text list with the ${key} key`, key, files: { list: '# x\n{KEY}\n' }, outcome: revoked },
      {
        title: `a text list with the certificate of ${key}`,
        key,
        files: { list: '{CERT}\n' },
        outcome: revoked,
      },
    ]),
    {
      title: 'a text list with the authority',
      files: { list: '{OTHER}\n{ca}\n' },
      outcome: revoked,
      says: /revoked authority: .*list, line 2\./,
    },
    { title: 'an empty text list', files: { list: '' } },
    { title: 'a text list of others', files: { list: '{OTHER}\n{ca2}\n' } },
    {
      title: 'a list with StrictHostKeyChecking no',
      files: { list: '{ca}\n' },
      config: ['StrictHostKeyChecking no'],
      outcome: revoked,
    },
  ]),
  'RevokedHostKeys as a KRL': withConfig('RevokedHostKeys {dir}/krl', [
    { title: 'empty', krl: { spec: '' } },
    { title: 'with the key', krl: { spec: 'key: {KEY}\n' }, outcome: revoked },
    { title: 'with the hash of the key', krl: { spec: 'sha256: {KEY}\n' }, outcome: revoked },
    {
      title: 'with the certificate',
      krl: { spec: '{CERT}\n' },
      outcome: revoked,
      says: /serial 7, signed by/,
    },
    { title: 'with the authority', krl: { spec: '{ca}\n' }, outcome: revoked },
    { title: 'with the hash of the authority', krl: { spec: 'sha1: {ca}\n' }, outcome: revoked },
    { title: 'with the serial number', krl: { spec: 'serial: 7\n', authority: 'ca' }, outcome: revoked },
    { title: 'with another serial number', krl: { spec: 'serial: 8\n', authority: 'ca' } },
    {
      title: 'with a range of serial numbers',
      krl: { spec: 'serial: 3-7\n', authority: 'ca' },
      outcome: revoked,
    },
    {
      title: 'with a bitmap of serial numbers',
      krl: { spec: 'serial: 5\nserial: 7\nserial: 9\nserial: 12\nserial: 14\nserial: 19\n', authority: 'ca' },
      outcome: revoked,
    },
    {
      title: 'with a bitmap of other serial numbers',
      krl: { spec: 'serial: 5\nserial: 6\nserial: 9\nserial: 12\nserial: 14\nserial: 19\n', authority: 'ca' },
    },
    { title: 'with the serial number, of another authority', krl: { spec: 'serial: 7\n', authority: 'ca2' } },
    {
      title: 'with the serial number, of any authority',
      krl: { spec: 'serial: 7\n', authority: 'any' },
      outcome: revoked,
    },
    { title: 'with the key id', krl: { spec: 'id: web\n', authority: 'ca' }, outcome: revoked },
    { title: 'with another key id', krl: { spec: 'id: we\n', authority: 'ca' } },
    {
      title: 'with the key id, of any authority',
      krl: { spec: 'id: web\n', authority: 'any' },
      outcome: revoked,
    },
    {
      title: 'with the serial number of a certificate of an unknown authority, whose key is known',
      knownHosts: `${name} {KEY}\n`,
      krl: { spec: 'serial: 7\n', authority: 'ca' },
      outcome: revoked,
    },
  ]),
};

function withConfig(line: string, cases: readonly CertifiedCase[]): readonly CertifiedCase[] {
  return cases.map((each) => ({ ...each, config: [...(each.config ?? []), line] }));
}

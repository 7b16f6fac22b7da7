// Certificates of hosts: which are read, and which prove a name.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'mocha';
import { hostKeyUnknown, unknownKeyWords } from '../../../../src/tunnels/errors/ssh/hostKeys/unknownHostKey';
import { english } from '../../../../src/tunnels/util/l10n';
import {
  certificateFacts,
  certificateProblem,
  readHostCertificate,
} from '../../../../src/tunnels/ssh/hostKeys/hostCertificate';
import type { HostCertificate } from '../../../../src/tunnels/ssh/hostKeys/hostCertificate';
import { mpint, uint32, wireString } from '../../../../src/tunnels/ssh/keys/wire';
import { makeCertificate, makeSigner, namesField, uint64 } from '../../../support/hostCertificate';
import type { CertificateFields, SignerKind } from '../../../support/hostCertificate';

const kinds: readonly SignerKind[] = [
  'ed25519',
  'nistp256',
  'nistp384',
  'nistp521',
  'rsa',
  'sk-ed25519',
  'sk-nistp256',
];
const host = makeSigner('ed25519');
const ca = makeSigner('ed25519');
const now = 1_800_000_000;

function read(blob: Buffer): HostCertificate {
  const certificate = readHostCertificate(blob);
  assert.ok(certificate);
  return certificate;
}

describe('the certificate of a host', () => {
  for (const kind of kinds) {
    it(`is read for a key of type ${kind}, signed by another one`, () => {
      const [key, authority] = [makeSigner(kind), makeSigner(kind)];
      const certificate = read(makeCertificate(key, authority));
      assert.deepEqual(certificate.key, key.blob);
      assert.deepEqual(certificate.authority, authority.blob);
      assert.equal(certificate.serial, 7n);
      assert.equal(certificate.keyId, 'host h');
      assert.deepEqual(certificate.principals, ['h']);
      assert.equal(certificate.signatureAlgorithm, kind === 'rsa' ? 'rsa-sha2-512' : authority.type);
    });

    it(`is refused with any bit changed, and at any length: ${kind}`, () => {
      const blob = makeCertificate(makeSigner(kind), makeSigner(kind));
      // Each bit of a long key would take seconds.
      const step = /rsa|384|521/.test(kind) ? 11 : 1;
      for (let bit = 0; bit < blob.length * 8; bit += step) {
        const damaged = Buffer.from(blob);
        damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        assert.equal(readHostCertificate(damaged), undefined, `bit ${bit}`);
      }
      for (let length = 0; length < blob.length; length++) {
        assert.equal(readHostCertificate(blob.subarray(0, length)), undefined, `${length} bytes`);
      }
      assert.equal(readHostCertificate(Buffer.concat([blob, Buffer.alloc(1)])), undefined);
    });
  }

  const lengths = [0, 1, 3, 0x7fffffff, 0x80000000, 0xffffffff];
  it('is refused or another one when a length is another, although it is signed', () => {
    const good = makeCertificate(host, ca);
    const body = good.subarray(0, good.length - wireString(ca.sign(good)).length);
    for (let at = 0; at + 4 <= body.length; at++) {
      for (const length of lengths.filter((each) => each !== body.readUInt32BE(at))) {
        const changed = Buffer.from(body);
        changed.writeUInt32BE(length, at);
        const found = readHostCertificate(Buffer.concat([changed, wireString(ca.sign(changed))]));
        // What is left well formed is a certificate with other content, which the authority has signed.
        assert.ok(found === undefined || found.authority.equals(ca.blob), `${length} at ${at}`);
      }
    }
  });

  const malformed: Readonly<Record<string, Partial<CertificateFields>>> = {
    'an unknown kind': { kind: uint32(3) },
    'no kind': { kind: uint32(0) },
    'an unknown type': { type: 'ssh-new-cert-v01@openssh.com' },
    'a plain type': { type: 'ssh-ed25519' },
    'a key of the wrong length': { key: wireString(Buffer.alloc(31)) },
    'a damaged list of names': { principals: wireString(Buffer.of(0, 0, 0, 9, 1)) },
    'too many names': { principals: namesField(Array.from({ length: 257 }, () => 'h')) },
    'a name with NUL': { principals: namesField(['h\0.example.org']) },
    'a key id with NUL': { keyId: wireString('a\0b') },
    'an option without a value': { criticalOptions: wireString(wireString('force-command')) },
    'a damaged extension': { extensions: wireString(Buffer.of(1)) },
    'more than a number of the authority': { authority: wireString(Buffer.concat([ca.blob, Buffer.of(0)])) },
    'an authority of an unknown type': { authority: wireString(wireString('ssh-new')) },
    'no authority': { authority: wireString('') },
    'an authority that is itself a certificate': { authority: wireString(makeCertificate(ca, ca)) },
  };
  for (const [what, changed] of Object.entries(malformed)) {
    it(`is refused with ${what}`, () => {
      assert.equal(readHostCertificate(makeCertificate(host, ca, changed)), undefined);
    });
  }

  it('is refused with a short RSA key, of the host or of the authority', () => {
    const short = makeSigner('rsa', 1000);
    assert.equal(readHostCertificate(makeCertificate(short, ca)), undefined);
    assert.equal(readHostCertificate(makeCertificate(host, short)), undefined);
    assert.ok(readHostCertificate(makeCertificate(host, makeSigner('rsa', 1024))));
  });

  it('is refused with an RSA authority with the exponent 1, for which anyone can sign', () => {
    const size = 256;
    const modulus = Buffer.alloc(size, 0xc3);
    const blob = Buffer.concat([wireString('ssh-rsa'), mpint(Buffer.of(1)), mpint(modulus)]);
    const forge = (data: Buffer): Buffer => {
      // RFC 8017 §9.2: the prefix of SHA-512, and the hash.
      const prefix = Buffer.from('3051300d060960864801650304020305000440', 'hex');
      const end = Buffer.concat([Buffer.of(0), prefix, createHash('sha512').update(data).digest()]);
      const padding = Buffer.alloc(size - 2 - end.length, 0xff);
      const value = Buffer.concat([Buffer.of(0, 1), padding, end]);
      return Buffer.concat([wireString('rsa-sha2-512'), wireString(value)]);
    };
    assert.equal(readHostCertificate(makeCertificate(host, { ...ca, blob }, {}, forge)), undefined);
  });

  it('is refused with a point that is not on the curve', () => {
    const key = makeSigner('nistp256');
    const fields = Buffer.from(key.fields);
    fields[fields.length - 1] = (fields[fields.length - 1] ?? 0) ^ 1;
    assert.equal(readHostCertificate(makeCertificate(key, ca, { key: fields })), undefined);
  });

  it('is refused with a signature by another algorithm or another key', () => {
    const other = makeSigner('nistp256');
    for (const sign of [
      (data: Buffer) => makeSigner('ed25519').sign(data),
      (data: Buffer) => other.sign(data),
      (data: Buffer) => ca.sign(data, 'ssh-rsa'),
      (data: Buffer) => Buffer.concat([ca.sign(data), Buffer.of(0)]),
      () => Buffer.alloc(0),
    ]) {
      assert.equal(readHostCertificate(makeCertificate(host, ca, {}, sign)), undefined);
    }
  });

  it('of RSA may be signed with any hash, which is named', () => {
    const rsa = makeSigner('rsa');
    for (const algorithm of ['rsa-sha2-256', 'ssh-rsa']) {
      const blob = makeCertificate(host, rsa, {}, (data) => rsa.sign(data, algorithm));
      assert.equal(read(blob).signatureAlgorithm, algorithm);
    }
  });
});

describe('what a certificate proves', () => {
  const cases: readonly (readonly [
    what: string,
    changed: Partial<CertificateFields>,
    name: string,
    problem?: string,
  ])[] = [
    ['its name', {}, 'h'],
    ['one of its names', { principals: namesField(['a', 'h', 'b']) }, 'h'],
    ['a name that matches', { principals: namesField(['*.example.?']) }, 'h.example.x'],
    ['not a name that does not', { principals: namesField(['*.example.?']) }, 'example.x', 'otherNames'],
    ['not by a list in one name', { principals: namesField(['a,h']) }, 'h', 'otherNames'],
    ['not by a negated name', { principals: namesField(['!x']) }, 'h', 'otherNames'],
    ['not a longer name', {}, 'h.example', 'otherNames'],
    ['nothing without names', { principals: wireString('') }, 'h', 'noNames'],
    ['nothing of a user', { kind: uint32(1) }, 'h', 'notForHosts'],
    ['its name from its first second', { validAfter: uint64(BigInt(now)) }, 'h'],
    ['nothing before', { validAfter: uint64(BigInt(now + 1)) }, 'h', 'notYetValid'],
    ['its name in its last second', { validBefore: uint64(BigInt(now + 1)) }, 'h'],
    ['nothing after', { validBefore: uint64(BigInt(now)) }, 'h', 'expired'],
    ['nothing with an option', { criticalOptions: namesField(['x', '']) }, 'h', 'unknownOptions'],
    ['its name with an extension', { extensions: namesField(['x', '']) }, 'h'],
  ];
  for (const [what, changed, name, problem] of cases) {
    it(`is ${what}`, () => {
      const certificate = read(makeCertificate(host, ca, changed));
      assert.equal(certificateProblem(certificate, name, ['ssh-ed25519'], now)?.kind, problem);
    });
  }

  it('is nothing if the algorithm of the authority is not allowed', () => {
    const certificate = read(makeCertificate(host, ca));
    assert.deepEqual(certificateProblem(certificate, 'h', ['rsa-sha2-512'], now), {
      kind: 'signatureAlgorithm',
      algorithm: 'ssh-ed25519',
    });
  });

  it('offers to compare the fingerprint only where the key can be confirmed', () => {
    const facts = certificateFacts(read(makeCertificate(host, ca)));
    const rejected = { facts, problem: { kind: 'unknownAuthority' } } as const;
    for (const [reason, isOffered] of [
      ['unconfirmed', true],
      ['strict', false],
    ] as const) {
      const error = hostKeyUnknown('h', facts.authority, reason, { rejected });
      const { nextStep } = unknownKeyWords(error, english);
      assert.equal(nextStep.includes('compare the fingerprint'), isOffered);
    }
  });

  it("is shown without the server's control characters, and in bounds", () => {
    const certificate = read(
      makeCertificate(host, ca, {
        keyId: wireString(`\u202e${'k'.repeat(500)}`),
        principals: namesField(Array.from({ length: 200 }, (_each, index) => `h${index}\n`)),
        serial: uint64(0xffff_ffff_ffff_ffffn),
        validBefore: uint64(0xffff_ffff_ffff_fffen),
      }),
    );
    const { keyId, principals, serial, validAfter } = certificateFacts(certificate);
    assert.match(keyId, /^ k{199}…$/);
    assert.equal(principals[0], 'h0 ');
    assert.deepEqual(principals.slice(19), ['h19 ', '…']);
    assert.equal(serial, '18446744073709551615');
    assert.equal(validAfter, undefined);
  });
});

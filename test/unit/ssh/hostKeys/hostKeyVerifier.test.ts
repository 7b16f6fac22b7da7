// What a rekey may present as the host key: the same, or a certificate that proves it.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { HostKeyVerifier } from '../../../../src/tunnels/ssh/hostKeys/hostKeyVerifier';
import { logTo } from '../../../../src/tunnels/util/log';
import { makeCertificate, makeSigner, namesField, uint64 } from '../../../support/hostCertificate';
import { hostAt } from '../../../support/hostile/sessionUnderTest';
import { keyLine } from '../../../support/hostKeys';
import { tempDir } from '../../../support/tempDir';

const algorithm = 'ssh-ed25519-cert-v01@openssh.com';
const [host, other, ca, otherCa] = [0, 1, 2, 3].map(() => makeSigner('ed25519'));
assert.ok(host && other && ca && otherCa);
const [short, rsaCa] = [makeSigner('rsa', 1024), makeSigner('rsa')];
const principals = namesField(['h']);
const first = makeCertificate(host, ca, { principals });

const cases: readonly (readonly [what: string, sent: Buffer, isAccepted: boolean, revoked?: Buffer])[] = [
  ['the same certificate', first, true],
  ['a renewed certificate', makeCertificate(host, ca, { principals, serial: uint64(8n) }), true],
  ['the certificate of another key', makeCertificate(other, ca, { principals }), true],
  ['the certificate of a short key', makeCertificate(short, ca, { principals }), false],
  ['a certificate for another name', makeCertificate(host, ca, { principals: namesField(['x']) }), false],
  ['an expired certificate', makeCertificate(host, ca, { principals, validBefore: uint64(1n) }), false],
  ['the certificate of another authority', makeCertificate(host, otherCa, { principals }), false],
  ['a certificate that is signed otherwise', makeCertificate(host, rsaCa, { principals }), false],
  ['the certificate of a revoked key', makeCertificate(other, ca, { principals }), false, other.blob],
  ['a damaged certificate', makeCertificate(host, ca, { principals }, () => Buffer.alloc(9)), false],
  ['another key', other.blob, false],
];

describe('the host key of a rekey', () => {
  for (const [what, sent, isAccepted, revoked] of cases) {
    it(`is ${isAccepted ? 'accepted' : 'refused'}: ${what}`, async () => {
      await using dir = await tempDir();
      const known = [ca, rsaCa].map(({ blob }) => `@cert-authority h ${keyLine(blob)}\n`).join('');
      const config = hostAt(22, {
        hostName: 'h',
        noHostAuthenticationForLocalhost: false,
        strictHostKeyChecking: 'yes',
        requiredRsaSize: 2048,
        userKnownHostsFiles: [await dir.write('known_hosts', known)],
        revokedHostKeysFiles: revoked ? [await dir.write('revoked', `${keyLine(revoked)}\n`)] : [],
      });
      const verifier = await HostKeyVerifier.create(config, {});
      const { signal } = new AbortController();
      const prompter = { ask: undefined, onPromptOpen: () => undefined, signal };
      assert.equal(verifier.isAcceptedInRekey(first, algorithm), false, 'at the first key exchange');
      const offer = { address: undefined, who: 'h', prompter, log: logTo(() => undefined) };
      await verifier.verify({ ...offer, key: first, algorithm });
      const before = verifier.verified;
      assert.equal(verifier.isAcceptedInRekey(sent, algorithm), isAccepted);
      if (!isAccepted) {
        assert.deepEqual(verifier.verified, before);
        await assert.rejects(verifier.verify({ ...offer, key: sent, algorithm }));
      }
    });
  }
});

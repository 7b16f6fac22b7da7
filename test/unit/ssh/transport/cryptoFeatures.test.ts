// What the crypto of this process can do is tried, not assumed: with Node's functions, and with some of them failing as
// in Electron's BoringSSL and in OpenSSL's FIPS mode.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { describe, it } from 'mocha';
import { bindingAvailable } from 'ssh2/lib/protocol/crypto.js';
import { noCommonAlgorithm } from '../../../../src/tunnels/errors/ssh/algorithms';
import { TunnelFailure } from '../../../../src/tunnels/errors/errors';
import type { TunnelError } from '../../../../src/tunnels/errors/errors';
import { explainMismatch, offeredAlgorithms } from '../../../../src/tunnels/ssh/transport/algorithms';
import type { AlgorithmLists } from '../../../../src/tunnels/ssh/transport/algorithms';
import { probeFeatures } from '../../../../src/tunnels/ssh/transport/cryptoFeatures';
import { messageOf, nextStepOf } from '../../../support/errorWords';
import { checkReadable } from '../../../support/readableErrors';

/** As Bun's, which is also BoringSSL: no ChaCha20, and a cipher that it lacks has no info. */
const boringSsl = probeFeatures({
  ...crypto,
  getCipherInfo: (name) => (String(name) === 'chacha20' ? undefined : crypto.getCipherInfo(String(name))),
});

const fips = probeFeatures({
  ...crypto,
  generateKeyPairSync: () => {
    throw new Error('unsupported');
  },
});

const nothingKnown = { types: [], hasAuthority: false };
const anyHost = { alias: 'web', knownHostKeysFirst: true, compression: false };

describe('the crypto of this process', () => {
  const chacha = 'chacha20-poly1305@openssh.com';

  it('of Node has all that OpenSSH offers by default and we know', () => {
    const { cipher, kex, hostKeyAlgorithms, hmac } = offeredAlgorithms(
      anyHost,
      nothingKnown,
      probeFeatures(crypto),
    );
    assert.deepEqual(
      [cipher, kex, hostKeyAlgorithms, hmac].map((list) => (list as string[]).length),
      // ssh2's native binding, which is built here and isn't in the bundle, knows no UMAC.
      [6, 12, 16, bindingAvailable ? 6 : 10],
    );
  });

  it('offers what it can do, and nothing else', () => {
    assert.ok(!(offeredAlgorithms(anyHost, nothingKnown, boringSsl).cipher as string[]).includes(chacha));
    const { kex } = offeredAlgorithms(anyHost, nothingKnown, fips);
    assert.deepEqual((kex as string[]).slice(0, 2), ['ecdh-sha2-nistp256', 'ecdh-sha2-nistp384']);
  });

  it('offers newer key exchanges than the installed ssh knows, unless ssh_config leaves some out', () => {
    const offered = (kexAlgorithmsExtendDefault: boolean, ...kexAlgorithms: readonly string[]): unknown =>
      offeredAlgorithms(
        { ...anyHost, kexAlgorithms, kexAlgorithmsExtendDefault },
        nothingKnown,
        probeFeatures(crypto),
      ).kex;
    const [older, wanted] = ['sntrup761x25519-sha512@openssh.com', 'diffie-hellman-group1-sha1'];
    const newer = ['mlkem768x25519-sha256', 'sntrup761x25519-sha512'];
    assert.deepEqual(offered(true, older, wanted), [...newer, older, wanted]);
    assert.deepEqual(offered(true, wanted, older), [wanted, ...newer, older]);
    assert.deepEqual(offered(true, wanted), [...newer, older, wanted]);
    assert.deepEqual(offered(false, older, wanted), [older, wanted]);
  });

  it('names what a list in ssh_config lacks, and one that works here', () => {
    assert.throws(
      () => offeredAlgorithms({ ...anyHost, kexAlgorithms: ['curve25519-sha256'] }, nothingKnown, fips),
      (failure) =>
        failure instanceof TunnelFailure && nextStepOf(failure.error).includes('such as ecdh-sha2-nistp256'),
    );
  });

  describe('names what it lacks', () => {
    const of = (
      what: string,
      remote: string,
      features = boringSsl,
      lists: AlgorithmLists = {},
    ): TunnelError =>
      noCommonAlgorithm('web', undefined, explainMismatch({ what, local: '', remote }, lists, features));

    it('if a server offers only ChaCha20', () => {
      const error = of('C->S cipher', chacha);
      assert.match(
        messageOf(error),
        /no cipher in common: the server offers only chacha20-poly1305@openssh\.com\./,
      );
      assert.match(
        nextStepOf(error),
        /such as aes128-gcm@openssh\.com, to Ciphers in .*: chacha20-poly1305@openssh\.com isn't available in this build/,
      );
      checkReadable(error);
    });

    it('if a server offers only X25519', () => {
      const error = of('KEX method', 'sntrup761x25519-sha512,curve25519-sha256', fips);
      assert.match(
        nextStepOf(error),
        /such as ecdh-sha2-nistp256, to KexAlgorithms .*: sntrup761x25519-sha512 isn't available/,
      );
    });

    it('only if nothing else would help', () => {
      const error = of('C->S cipher', `${chacha},aes256-cbc`);
      assert.match(nextStepOf(error), /^Add "Ciphers \+aes256-cbc" to the Host block/);
    });
  });
});

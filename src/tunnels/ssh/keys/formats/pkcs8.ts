// Decrypts private keys in PKCS#8 (RFC 5958 §3), whose encryption is one of RFC 8018 (PBES1, PBES2), of RFC 7914
// (scrypt), or of RFC 7292 (PKCS#12). OpenSSL could do it, but what it can't do looks there like a wrong passphrase.
import { derChildren, derInteger, derOid, derTag, readDer } from './der';
import type { DerValue } from './der';
import { cipherSize, decrypt } from './decrypt';
import type { Decrypter } from './decrypt';
import { pbkdf1Key, pbkdf2Key, pkcs12Key, scryptKey } from './passphraseKeys';
import type { Derive } from './passphraseKeys';
import { UnusableKey } from '../privateKey';

/** Names in OpenSSL. */
const ciphers: ReadonlyMap<string, string> = new Map([
  ['2.16.840.1.101.3.4.1.1', 'aes-128-ecb'],
  ['2.16.840.1.101.3.4.1.21', 'aes-192-ecb'],
  ['2.16.840.1.101.3.4.1.41', 'aes-256-ecb'],
  ['2.16.840.1.101.3.4.1.2', 'aes-128-cbc'],
  ['2.16.840.1.101.3.4.1.3', 'aes-128-ofb'],
  ['2.16.840.1.101.3.4.1.4', 'aes-128-cfb'],
  ['2.16.840.1.101.3.4.1.22', 'aes-192-cbc'],
  ['2.16.840.1.101.3.4.1.23', 'aes-192-ofb'],
  ['2.16.840.1.101.3.4.1.24', 'aes-192-cfb'],
  ['2.16.840.1.101.3.4.1.42', 'aes-256-cbc'],
  ['2.16.840.1.101.3.4.1.43', 'aes-256-ofb'],
  ['2.16.840.1.101.3.4.1.44', 'aes-256-cfb'],
  ['1.2.840.113549.3.7', 'des-ede3-cbc'],
  ['1.3.14.3.2.7', 'des-cbc'],
  ['1.2.840.113549.3.2', 'rc2-cbc'],
  ['1.2.392.200011.61.1.1.1.2', 'camellia-128-cbc'],
  ['1.2.392.200011.61.1.1.1.3', 'camellia-192-cbc'],
  ['1.2.392.200011.61.1.1.1.4', 'camellia-256-cbc'],
  ...['128', '192', '256'].flatMap((bits, row): [string, string][] => [
    [`0.3.4401.5.3.1.9.${20 * row + 1}`, `camellia-${bits}-ecb`],
    [`0.3.4401.5.3.1.9.${20 * row + 3}`, `camellia-${bits}-ofb`],
    [`0.3.4401.5.3.1.9.${20 * row + 4}`, `camellia-${bits}-cfb`],
    ...['ecb', 'cbc', 'cfb', 'ofb'].map((mode, column): [string, string] => [
      `1.2.410.200046.1.1.${5 * row + column + 1}`,
      `aria-${bits}-${mode}`,
    ]),
  ]),
  ...['ecb', 'cbc', 'ofb', 'cfb'].map((mode, index): [string, string] => [
    `1.2.156.10197.1.104.${index + 1}`,
    `sm4-${mode}`,
  ]),
  ['1.2.410.200004.1.4', 'seed-cbc'],
  ['1.3.6.1.4.1.3029.1.2', 'bf-cbc'],
  ['1.2.840.113533.7.66.10', 'cast5-cbc'],
]);

/** Names in OpenSSL. */
const hashes: ReadonlyMap<string, string> = new Map([
  ['1.2.840.113549.2.6', 'md5'],
  ['1.2.840.113549.2.7', 'sha1'],
  ['1.2.840.113549.2.8', 'sha224'],
  ['1.2.840.113549.2.9', 'sha256'],
  ['1.2.840.113549.2.10', 'sha384'],
  ['1.2.840.113549.2.11', 'sha512'],
  ['1.2.840.113549.2.12', 'sha512-224'],
  ['1.2.840.113549.2.13', 'sha512-256'],
  ['1.2.156.10197.1.401.3.1', 'sm3'],
  ['2.16.840.1.101.3.4.2.13', 'sha3-224'],
  ['2.16.840.1.101.3.4.2.14', 'sha3-256'],
  ['2.16.840.1.101.3.4.2.15', 'sha3-384'],
  ['2.16.840.1.101.3.4.2.16', 'sha3-512'],
]);

/** The schemes that have no parts of their own. `hash` and `keyLength` are for those that can be read. */
const oldSchemes: ReadonlyMap<
  string,
  { readonly name: string; readonly hash?: string; readonly keyLength?: 16 | 24 }
> = new Map([
  ['1.2.840.113549.1.5.1', { name: 'PBE-MD2-DES' }],
  ['1.2.840.113549.1.5.3', { name: 'PBE-MD5-DES', hash: 'md5' }],
  ['1.2.840.113549.1.5.4', { name: 'PBE-MD2-RC2-64' }],
  ['1.2.840.113549.1.5.6', { name: 'PBE-MD5-RC2-64' }],
  ['1.2.840.113549.1.5.10', { name: 'PBE-SHA1-DES', hash: 'sha1' }],
  ['1.2.840.113549.1.5.11', { name: 'PBE-SHA1-RC2-64' }],
  ['1.2.840.113549.1.12.1.1', { name: 'PBE-SHA1-RC4-128' }],
  ['1.2.840.113549.1.12.1.2', { name: 'PBE-SHA1-RC4-40' }],
  ['1.2.840.113549.1.12.1.3', { name: 'PBE-SHA1-3DES', keyLength: 24 }],
  ['1.2.840.113549.1.12.1.4', { name: 'PBE-SHA1-2DES', keyLength: 16 }],
  ['1.2.840.113549.1.12.1.5', { name: 'PBE-SHA1-RC2-128' }],
  ['1.2.840.113549.1.12.1.6', { name: 'PBE-SHA1-RC2-40' }],
]);

const pbes2 = '1.2.840.113549.1.5.13';
const pbkdf2 = '1.2.840.113549.1.5.12';
const scrypt = '1.3.6.1.4.1.11591.4.11';

/**
 * @param der EncryptedPrivateKeyInfo
 * @throws UnusableKey for an encryption that isn't supported
 * @throws RangeError for invalid data
 */
export function pkcs8Decrypter(der: Buffer): Decrypter {
  const [algorithm, encrypted] = derChildren(readDer(der));
  const data = octets(encrypted);
  const { id, parameters } = readAlgorithm(algorithm);
  if (id === pbes2) {
    return pbes2Decrypter(parameters, data);
  }
  const scheme = oldSchemes.get(id);
  const [saltValue, roundsValue] = scheme && parameters ? derChildren(parameters) : [];
  if (scheme?.hash === undefined && scheme?.keyLength === undefined) {
    throw unsupported(scheme?.name ?? id);
  }
  const [salt, rounds] = [octets(saltValue), derInteger(roundsValue) ?? NaN];
  const { hash, keyLength = 24 } = scheme;
  if (hash !== undefined) {
    cipherSize('des-cbc', 'pem');
    const derive = pbkdf1Key(salt, rounds, hash);
    return (passphrase) => {
      const key = derive(passphrase);
      return decrypt({ cipher: 'des-cbc', data, padded: true }, key.subarray(0, 8), key.subarray(8, 16));
    };
  }
  cipherSize('des-ede3-cbc', 'pem');
  const deriveKey = pkcs12Key(salt, rounds, 1, keyLength);
  const deriveIv = pkcs12Key(salt, rounds, 2, 8);
  return (passphrase) => {
    const key = deriveKey(passphrase);
    // Two keys: the first is used again as the third.
    const threeKeys = Buffer.concat([key, key]).subarray(0, 24);
    return decrypt({ cipher: 'des-ede3-cbc', data, padded: true }, threeKeys, deriveIv(passphrase));
  };
}

function pbes2Decrypter(parameters: DerValue | undefined, data: Buffer): Decrypter {
  const [kdf, scheme] = parameters ? derChildren(parameters) : [];
  const encryption = readAlgorithm(scheme);
  const cipher = ciphers.get(encryption.id);
  if (cipher === undefined || cipher === 'rc2-cbc') {
    // RC2 has parameters of its own, even where the library knows it.
    throw unsupported(cipher ?? encryption.id);
  }
  const { keyLength, ivLength } = cipherSize(cipher, 'pem');
  const iv = ivLength === 0 ? Buffer.alloc(0) : octets(encryption.parameters);
  const derive = keyDeriver(readAlgorithm(kdf), keyLength);
  return (passphrase) => decrypt({ cipher, data, padded: /cbc$|ecb$/.test(cipher) }, derive(passphrase), iv);
}

function keyDeriver({ id, parameters }: Algorithm, keyLength: number): Derive {
  const values = parameters ? derChildren(parameters) : [];
  const salt = octets(values[0]);
  const [first = NaN, second = NaN, third = NaN] = values.slice(1).map((value) => derInteger(value));
  if (id === scrypt) {
    return scryptKey({ salt, cost: first, blockSize: second, parallelism: third }, keyLength);
  }
  if (id !== pbkdf2) {
    throw unsupported(id);
  }
  const prf = values.find(({ tag }) => tag === derTag.sequence);
  const prfId = prf ? readAlgorithm(prf).id : undefined;
  const hash = prfId === undefined ? 'sha1' : hashes.get(prfId);
  if (hash === undefined) {
    throw unsupported(prfId ?? '');
  }
  return pbkdf2Key(salt, first, hash, keyLength);
}

interface Algorithm {
  readonly id: string;
  readonly parameters: DerValue | undefined;
}

function readAlgorithm(value: DerValue | undefined): Algorithm {
  const [id, parameters] = value ? derChildren(value) : [];
  return { id: derOid(id) ?? '', parameters };
}

function octets(value: DerValue | undefined): Buffer {
  if (value?.tag !== derTag.octetString) {
    throw new RangeError('a DER value that should be bytes is not');
  }
  return value.content;
}

function unsupported(cipher: string): UnusableKey {
  return new UnusableKey({ defect: 'cipher', cipher, format: 'pem' });
}

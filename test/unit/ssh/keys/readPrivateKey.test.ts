// Private keys in every common format, each checked by what ssh-keygen or puttygen prints as its public half, and by a
// signature that Node verifies.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'mocha';
import { keyUnsupported } from '../../../../src/tunnels/errors/ssh/keys/keyOrAgent';
import { nextStepOf } from '../../../support/errorWords';
import { UnusableKey } from '../../../../src/tunnels/ssh/keys/privateKey';
import type { PrivateKey } from '../../../../src/tunnels/ssh/keys/privateKey';
import { looksPrivate, readPrivateKey } from '../../../../src/tunnels/ssh/keys/readPrivateKey';
import { WireReader } from '../../../../src/tunnels/ssh/keys/wire';
import { keyType, plainKey } from '../../../../src/tunnels/ssh/keys/publicKey';
import { tempDir } from '../../../support/tempDir';
import type { TempDir } from '../../../support/tempDir';
import { certifiedPuttyKey, ed448PuttyKey, puttyKeys } from './puttyFixtures';

const passphrase = 'open sesame';
const types: readonly (readonly string[])[] = [
  ['ed25519'],
  ['rsa', '-b', '1024'],
  ['ecdsa', '-b', '256'],
  ['ecdsa', '-b', '384'],
  ['ecdsa', '-b', '521'],
];

describe('reading a private key', () => {
  let dir: TempDir;
  let count = 0;

  before(async () => {
    dir = await tempDir('keys-');
  });
  after(() => dir.remove());

  /** A new key by ssh-keygen: its text, and its public half as a line. */
  function keygen(args: readonly string[], secret: string): { text: string; line: string } {
    const path = dir.file(`key${count++}`);
    execFileSync('ssh-keygen', ['-q', '-t', ...args, '-N', secret, '-C', '', '-f', path]);
    return { text: readFileSync(path, 'utf8'), line: readFileSync(`${path}.pub`, 'utf8').trim() };
  }

  for (const type of types) {
    for (const format of [[], ['-m', 'PEM'], ['-m', 'PKCS8']]) {
      for (const secret of ['', passphrase]) {
        const name = [...type, ...format, ...(secret ? ['with a passphrase'] : [])].join(' ');
        // ssh-keygen writes Ed25519 in its own format whatever format is requested.
        it(`accepts a key of ssh-keygen: ${name}`, async () => {
          const { text, line } = keygen([...type, ...format, '-a', '4'], secret);
          assert.ok(looksPrivate(text));
          const file = readPrivateKey(text);
          assert.equal(file.encrypted, secret !== '');
          const isOpenSsh = text.includes('OPENSSH');
          assert.equal(file.blob !== undefined, isOpenSsh || secret === '', 'public half in clear');
          if (secret) {
            assert.equal(file.open('wrong'), undefined);
            assert.equal(file.open(''), undefined);
          }
          const key = file.open(secret);
          assert.ok(key);
          assert.equal(lineOf(file.blob ?? key.blob), line);
          assert.equal(lineOf(key.blob), line);
          await assertSigns(key);
        });
      }
    }
  }

  for (const args of [['ed25519'], ['rsa', '-b', '1024', '-m', 'PEM']]) {
    it(`ignores what precedes and follows a key, such as another key: ${args.join(' ')}`, () => {
      const { text, line } = keygen([...args, '-a', '4'], passphrase);
      const other = keygen(['ed25519'], '').text;
      for (const file of [`${text}text after it\n`, `text before it\n${text}`, text + other]) {
        assert.equal(lineOf(readPrivateKey(file).open(passphrase)?.blob), line);
      }
    });
  }

  it('tells a key that is damaged beneath its passphrase from a wrong passphrase', () => {
    const { text } = keygen(['ed25519', '-a', '4'], passphrase);
    const file = readPrivateKey(text.replace(/.{4}(=*\n-----END)/, 'AAAA$1'));
    assert.equal(file.open('wrong'), undefined);
    assert.throws(
      () => file.open(passphrase),
      (error) => error instanceof UnusableKey && error.defect.defect === 'damaged',
    );
  });

  for (const cipher of [
    '3des-cbc',
    'aes192-cbc',
    'aes128-ctr',
    'aes256-gcm@openssh.com',
    'chacha20-poly1305@openssh.com',
  ]) {
    it(`accepts a key of ssh-keygen that is encrypted by ${cipher}`, async () => {
      const file = readPrivateKey(keygen(['ed25519', '-a', '4', '-Z', cipher], passphrase).text);
      assert.equal(file.open('wrong'), undefined);
      await assertSigns(file.open(passphrase));
    });
  }

  it('accepts an Ed25519 key in PKCS#8, plain and encrypted', async () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const plain = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    await assertSigns(readPrivateKey(plain).open(''));
    const options = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase } as const;
    const file = readPrivateKey(privateKey.export(options).toString());
    assert.ok(file.encrypted);
    assert.equal(file.open('wrong'), undefined);
    await assertSigns(file.open(passphrase));
  });

  for (const { label, text, publicLine, passphrase: secret } of [...puttyKeys, certifiedPuttyKey]) {
    for (const [ends, written] of [
      ['\\n', text],
      ['\\r\\n', text.replaceAll('\n', '\r\n')],
    ] as const) {
      it(`accepts a PuTTY key (${label}) with lines that end in ${ends}`, async () => {
        const file = readPrivateKey(written);
        assert.equal(file.encrypted, secret !== '');
        assert.equal(lineOf(file.blob), publicLine);
        if (secret) {
          assert.equal(file.open('wrong'), undefined);
        }
        const key = file.open(secret);
        assert.equal(lineOf(key?.blob), lineOf(file.blob && plainKey(file.blob)));
        await assertSigns(key);
      });
    }
  }

  const unusable: readonly [string, () => string, RegExp][] = [
    ['a PuTTY key of an unsupported type', () => ed448PuttyKey, /ssh-keygen -t ed25519/],
    [
      'a PuTTY key of version 1',
      () => (puttyKeys[0]?.text ?? '').replace('File-2', 'File-1'),
      /PuTTYgen .*Export OpenSSH key/,
    ],
    ['a damaged PuTTY key', () => (puttyKeys[0]?.text ?? '').replace(/MAC: ../, 'MAC: 00'), /Restore/],
    [
      'a DSA key',
      () =>
        generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 })
          .privateKey.export({ type: 'pkcs8', format: 'pem' })
          .toString(),
      /ssh-keygen -t ed25519/,
    ],
    ['a truncated key', () => keygen(['rsa', '-m', 'PEM'], '').text.slice(0, 300), /Restore/],
    ['a file that is no key', () => 'hello', /IdentityFile/],
  ];
  for (const [name, text, nextStep] of unusable) {
    it(`fails with a next step for ${name}`, () => {
      assert.throws(
        () => readPrivateKey(text()).open(''),
        (error) =>
          error instanceof UnusableKey && nextStep.test(nextStepOf(keyUnsupported('/k', error.defect))),
      );
    });
  }
});

function lineOf(blob: Buffer | undefined): string {
  return blob ? `${keyType(blob)} ${blob.toString('base64')}` : 'none';
}

/** Asserts that Node verifies a signature by each algorithm of the key. */
async function assertSigns(key: PrivateKey | undefined): Promise<void> {
  assert.ok(key);
  const data = Buffer.from('to be signed');
  const type = keyType(key.blob);
  const algorithms = type === 'ssh-rsa' ? ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'] : [type];
  for (const algorithm of algorithms) {
    const signature: WireReader = new WireReader(await key.sign(data, algorithm));
    assert.equal(signature.text(), algorithm);
    assert.ok(isRight(algorithm, publicKeyOf(key.blob), data, signature.string()), algorithm);
  }
}

const hashes: Readonly<Record<string, string>> = {
  'rsa-sha2-512': 'sha512',
  'rsa-sha2-256': 'sha256',
  'ssh-rsa': 'sha1',
  'ecdsa-sha2-nistp256': 'sha256',
  'ecdsa-sha2-nistp384': 'sha384',
  'ecdsa-sha2-nistp521': 'sha512',
};

function isRight(algorithm: string, key: KeyObject, data: Buffer, signature: Buffer): boolean {
  if (!algorithm.startsWith('ecdsa')) {
    return verify(hashes[algorithm], data, key, signature);
  }
  const size = { nistp256: 32, nistp384: 48, nistp521: 66 }[algorithm.slice(-8)] ?? 0;
  const reader = new WireReader(signature);
  const halves = [reader.string(), reader.string()].map((number) =>
    Buffer.concat([Buffer.alloc(size), number]).subarray(-size),
  );
  return verify(hashes[algorithm], data, { key, dsaEncoding: 'ieee-p1363' }, Buffer.concat(halves));
}

function publicKeyOf(blob: Buffer): KeyObject {
  const reader = new WireReader(blob);
  const type = reader.text();
  const base64 = (bytes: Buffer): string => bytes.toString('base64url');
  if (type === 'ssh-rsa') {
    const [e, n] = [base64(reader.string()), base64(reader.string())];
    return createPublicKey({ key: { kty: 'RSA', e, n }, format: 'jwk' });
  }
  if (type === 'ssh-ed25519') {
    return createPublicKey({
      key: { kty: 'OKP', crv: 'Ed25519', x: base64(reader.string()) },
      format: 'jwk',
    });
  }
  const crv = reader.text().replace('nistp', 'P-');
  const point = reader.string().subarray(1);
  const half = point.length / 2;
  const [x, y] = [base64(point.subarray(0, half)), base64(point.subarray(half))];
  return createPublicKey({ key: { kty: 'EC', crv, x, y }, format: 'jwk' });
}

// RevokedHostKeys: lists of revoked keys, in text and in OpenSSH's binary form.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'mocha';
import { TunnelFailure } from '../../../../src/tunnels/errors/errors';
import { parseKrl, revokesCertificate } from '../../../../src/tunnels/ssh/hostKeys/krl';
import { readRevokedKeys } from '../../../../src/tunnels/ssh/hostKeys/revokedKeys';
import { makeSigner, uint64 } from '../../../support/hostCertificate';
import { keyLine, publicKey, wireStrings } from '../../../support/hostKeys';
import { makeKeyPair } from '../../../support/keyPair';
import { tempDir } from '../../../support/tempDir';
import type { TempDir } from '../../../support/tempDir';

const revoked = publicKey('ssh-ed25519', 1);
const alsoRevoked = publicKey('ssh-rsa', 2);
const good = publicKey('ssh-ed25519', 3);

/** A list as ssh-keygen makes it. */
async function makeKrl(dir: TempDir, spec: string, authority?: string): Promise<string> {
  const file = dir.file('krl');
  const ca = authority === undefined ? [] : ['-s', authority];
  execFileSync('ssh-keygen', ['-q', '-k', '-f', file, ...ca, await dir.write('spec', spec)]);
  return file;
}

/** A section as in OpenSSH's PROTOCOL.krl. */
function section(type: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.of(type), wireStrings([content])]);
}

/** A section about certificates. */
const sub = section;

/** @param bytes the last bit stands for `from` */
function bitmap(from: bigint, ...bytes: readonly number[]): Buffer {
  return sub(0x22, Buffer.concat([uint64(from), wireStrings([Buffer.from(bytes)])]));
}

function extension(critical: number): Buffer {
  return Buffer.concat([wireStrings([Buffer.from('x')]), Buffer.of(critical), wireStrings([good])]);
}

/** Without a section. */
const header = Buffer.concat([
  Buffer.from('SSHKRL\n\0'),
  Buffer.of(0, 0, 0, 1),
  Buffer.alloc(24),
  wireStrings([Buffer.alloc(0), Buffer.alloc(0)]),
]);

describe('RevokedHostKeys', () => {
  it('finds a key in a text list', async () => {
    await using dir = await tempDir();
    const file = await dir.write('keys', `# gone\n${keyLine(revoked)} me\n`);
    const find = await readRevokedKeys([file]);
    assert.equal(find(revoked)?.file, file);
    assert.equal(find(revoked)?.line, 2);
    assert.equal(find(good), undefined);
  });

  it('finds a key in a text list from Windows, with a byte order mark', async () => {
    await using dir = await tempDir();
    const file = await dir.write('keys', `\ufeff${keyLine(revoked)} me\r\n`);
    assert.equal((await readRevokedKeys([file]))(revoked)?.line, 1);
  });

  for (const how of ['key', 'sha1', 'sha256']) {
    it(`finds a key in a binary list, by ${how}`, async () => {
      await using dir = await tempDir();
      const lines = [revoked, alsoRevoked].map((key) => `${how}: ${keyLine(key)}\n`);
      const file = await makeKrl(dir, lines.join(''));
      const find = await readRevokedKeys([file]);
      assert.deepEqual(find(revoked), { what: 'key', file, line: undefined });
      assert.deepEqual(find(alsoRevoked), { what: 'key', file, line: undefined });
      assert.equal(find(good), undefined);
    });
  }

  it('finds a key in a binary list that also revokes certificates', async () => {
    await using dir = await tempDir();
    const authority = await makeKeyPair(dir, 'ca', 'ed25519');
    const spec = `serial: 1-20\nserial: 5000\nid: gone\nkey: ${keyLine(revoked)}\n`;
    const find = await readRevokedKeys([await makeKrl(dir, spec, `${authority.path}.pub`)]);
    assert.ok(find(revoked));
    assert.equal(find(good), undefined);
  });

  const certificates: readonly (readonly [
    what: string,
    content: Buffer,
    revoked: readonly bigint[] | undefined,
  ])[] = [
    ['a serial number', sub(0x20, uint64(7n)), [7n]],
    ['several of them', sub(0x20, Buffer.concat([uint64(7n), uint64(9n)])), [7n, 9n]],
    ['a range', sub(0x21, Buffer.concat([uint64(6n), uint64(8n)])), [6n, 7n, 8n]],
    ['the largest number', sub(0x20, uint64(2n ** 64n - 1n)), [2n ** 64n - 1n]],
    ['a bitmap', bitmap(4n, 0x02, 0x09), [4n, 7n, 13n]],
    ['a bitmap with a leading zero', bitmap(4n, 0x00, 0x81), [4n, 11n]],
    ['nothing', Buffer.alloc(0), []],
    ['an extension', sub(0x39, extension(0)), []],
    ['a critical extension', sub(0x39, extension(1)), undefined],
    ['the number 0', sub(0x20, uint64(0n)), undefined],
    ['a range from 0', sub(0x21, Buffer.concat([uint64(0n), uint64(8n)])), undefined],
    ['a range that ends before it begins', sub(0x21, Buffer.concat([uint64(8n), uint64(7n)])), undefined],
    ['half a range', sub(0x21, uint64(8n)), undefined],
    ['half a number', sub(0x20, Buffer.alloc(4)), undefined],
    ['a bitmap beyond the largest number', bitmap(2n ** 64n - 2n, 0x70, 0x00), undefined],
    ['a negative bitmap', bitmap(4n, 0x80), undefined],
    ['a key id with NUL', sub(0x23, wireStrings([Buffer.from('a\0b')])), undefined],
    ['an unknown section', sub(0x24, Buffer.alloc(0)), undefined],
  ];
  for (const [what, content, serials] of certificates) {
    it(`${serials ? 'reads' : 'refuses'} a binary list that revokes certificates by ${what}`, () => {
      const authority = makeSigner('ed25519').blob;
      const list = Buffer.concat([wireStrings([authority, Buffer.alloc(0)]), content]);
      const krl = parseKrl(Buffer.concat([header, section(1, list)]));
      assert.equal(krl !== undefined, serials !== undefined);
      const all = [0n, 1n, 4n, 5n, 6n, 7n, 8n, 9n, 11n, 12n, 13n, 14n, 2n ** 64n - 1n];
      const found = (by: Buffer): readonly bigint[] =>
        all.filter((serial) => krl && revokesCertificate(krl, { authority: by, serial, keyId: 'x' }));
      assert.deepEqual(found(authority), serials ?? []);
      assert.deepEqual(found(makeSigner('ed25519').blob), []);
    });
  }

  it('reads a binary list with more entries than a call can have arguments', () => {
    const authority = makeSigner('ed25519').blob;
    const count = 200_000;
    const serials = Buffer.alloc(8 * count);
    for (let index = 0; index < count; index++) {
      serials.writeBigUInt64BE(BigInt(2 * index + 1), 8 * index);
    }
    const hashes = Buffer.alloc(24 * count);
    for (let index = 0; index < count; index++) {
      hashes.writeUInt32BE(20, 24 * index);
    }
    const certificates = Buffer.concat([wireStrings([authority, Buffer.alloc(0)]), sub(0x20, serials)]);
    const krl = parseKrl(Buffer.concat([header, section(1, certificates), section(3, hashes)]));
    assert.ok(krl);
    assert.equal(krl.sha1.length, count);
    const revokes = (serial: bigint): boolean => revokesCertificate(krl, { authority, serial, keyId: 'x' });
    assert.ok(revokes(BigInt(2 * count - 1)));
    assert.ok(!revokes(BigInt(2 * count - 2)));
  });

  it('ignores an extension of a binary list unless it is critical, and reads on after a signature', async () => {
    await using dir = await tempDir();
    const krl = await readFile(await makeKrl(dir, `key: ${keyLine(revoked)}\n`));
    const signature = Buffer.concat([section(4, good), wireStrings([Buffer.from('signature')])]);
    const keys = section(2, wireStrings([alsoRevoked]));
    const parsed = parseKrl(Buffer.concat([krl, section(255, extension(0)), signature, keys]));
    assert.deepEqual(parsed?.keys, [revoked, alsoRevoked]);
    assert.equal(parseKrl(Buffer.concat([krl, section(255, extension(1))])), undefined);
    assert.equal(parseKrl(Buffer.concat([krl, section(3, wireStrings([Buffer.alloc(19)]))])), undefined);
  });

  it('refuses a list that is missing, malformed or not a file', async () => {
    await using dir = await tempDir();
    const broken = await dir.write('krl', 'SSHKRL\n\0rest');
    const rubbish = await dir.write('text', `${keyLine(revoked)}\nrubbish`);
    execFileSync('mkfifo', [dir.file('pipe')]);
    for (const file of [broken, rubbish, dir.file('missing'), dir.file('pipe'), dir.path, '/dev/zero']) {
      await assert.rejects(readRevokedKeys([file]), (error) => {
        return (
          error instanceof TunnelFailure && error.code === 'HostKeyUnknown' && error.message.includes(file)
        );
      });
    }
  });

  it('finds no key in a truncated binary list', async () => {
    await using dir = await tempDir();
    const whole = await readFile(await makeKrl(dir, `key: ${keyLine(revoked)}\n`));
    assert.equal(parseKrl(whole)?.keys.length, 1);
    for (let length = 0; length < whole.length; length++) {
      const krl = parseKrl(whole.subarray(0, length));
      assert.equal(krl?.keys.length ?? 0, 0, `${length} of ${whole.length} bytes`);
    }
  });
});

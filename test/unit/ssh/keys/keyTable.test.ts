// Keys that openssl makes, beside what ssh-keygen reads of them: with the right passphrase, a wrong one and none. And
// files that aren't keys, or that were damaged on their way.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { after, before, describe, it } from 'mocha';
import type { KeyDefect } from '../../../../src/tunnels/errors/ssh/keys/keyOrAgent';
import { UnusableKey } from '../../../../src/tunnels/ssh/keys/privateKey';
import { keyType } from '../../../../src/tunnels/ssh/keys/publicKey';
import { keyText, readPrivateKey } from '../../../../src/tunnels/ssh/keys/readPrivateKey';
import { derTag, writeDer } from '../../../../src/tunnels/ssh/keys/formats/der';
import { uint32, wireString } from '../../../../src/tunnels/ssh/keys/wire';
import { tempDir } from '../../../support/tempDir';
import type { TempDir } from '../../../support/tempDir';
import { legacyKeys, legacyPublicLine } from './legacyFixtures';
import { puttyKeys } from './puttyFixtures';

const passphrase = 'open sesame';
const secret = ['-passout', `pass:${passphrase}`];
const topk8 = ['pkcs8', '-topk8', ...secret];

/** How openssl writes an RSA key, if it can. */
const encryptions: readonly (readonly string[])[] = [
  ...['-aes128', '-aes256', '-des3', '-camellia128', '-aria192'].map((name) => [
    ...['rsa', '-traditional', name],
    ...secret,
  ]),
  ...['PBE-SHA1-3DES', 'PBE-SHA1-2DES'].map((name) => [...topk8, '-v1', name]),
  ...[
    'aes128',
    'aes-256-cfb',
    'aes-256-ecb',
    'des3',
    'camellia256',
    'camellia-192-cfb',
    'aria256',
    'aria-128-ofb',
    'sm4-cfb',
  ].map((name) => [...topk8, '-v2', name]),
  ...['hmacWithMD5', 'hmacWithSHA1', 'hmacWithSHA512', 'hmacWithSHA512-256'].map((name) => [
    ...[...topk8, '-v2', 'aes256'],
    ...['-v2prf', name],
  ]),
  [...topk8, '-scrypt'],
];

/** The reason; `wrong` for a wrong passphrase. */
type Outcome = { readonly line: string } | 'wrong' | KeyDefect;

function outcomeOf(text: string, typed: string): Outcome {
  try {
    const blob = readPrivateKey(text).open(typed)?.blob;
    return blob ? { line: `${keyType(blob)} ${blob.toString('base64')}` } : 'wrong';
  } catch (error) {
    assert.ok(error instanceof UnusableKey, String(error));
    return error.defect;
  }
}

function defectOf(text: string, typed = passphrase): string {
  const outcome = outcomeOf(text, typed);
  assert.ok(typeof outcome === 'object' && 'defect' in outcome, JSON.stringify(outcome));
  switch (outcome.defect) {
    case 'notAKey':
      return `notAKey ${outcome.format ?? ''}`;
    case 'keyType':
      return `keyType ${outcome.type}`;
    default:
      return outcome.defect;
  }
}

describe('keys beside ssh-keygen', () => {
  let dir: TempDir;
  let rsa: string;
  let rsaLine: string;
  let plain: string;
  let plainLine: string;

  before(async () => {
    dir = await tempDir('key-table-');
    rsa = dir.file('rsa');
    execFileSync('openssl', ['genrsa', '-out', rsa, '2048'], { stdio: 'ignore' });
    rsaLine = sshKeygen(rsa, '') ?? '';
    const ed25519 = dir.file('ed25519');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', ed25519]);
    plain = readFileSync(ed25519, 'utf8');
    plainLine = readFileSync(`${ed25519}.pub`, 'utf8').trim();
  });
  after(() => dir.remove());

  /** The public key. undefined: ssh-keygen doesn't read it. */
  function sshKeygen(file: string, typed: string): string | undefined {
    chmodSync(file, 0o600);
    const { status, stdout } = spawnSync('ssh-keygen', ['-y', '-P', typed, '-f', file], { encoding: 'utf8' });
    return status === 0 ? stdout.trim() : undefined;
  }

  it('opens whatever ssh-keygen opens, and never calls a right passphrase wrong', () => {
    for (const args of encryptions) {
      const name = args.join(' ');
      const file = dir.file('encrypted');
      const { status, stderr } = spawnSync('openssl', [...args, '-in', rsa, '-out', file], {
        encoding: 'utf8',
      });
      assert.equal(status, 0, `${name}: ${stderr}`);
      const text = keyText(readFileSync(file));
      const right = outcomeOf(text, passphrase);
      assert.notEqual(right, 'wrong', name);
      if (sshKeygen(file, passphrase) !== undefined) {
        assert.deepEqual(right, { line: rsaLine }, name);
      }
      assert.equal(outcomeOf(text, 'wrong'), 'wrong', name);
      assert.equal(outcomeOf(text, ''), 'wrong', name);
    }
  });

  for (const { label, text, unsupported } of legacyKeys) {
    it(`${unsupported === undefined ? 'opens' : 'says that it does not support'} ${label}`, () => {
      if (unsupported === undefined) {
        assert.deepEqual(outcomeOf(text, passphrase), { line: legacyPublicLine });
        assert.equal(outcomeOf(text, 'wrong'), 'wrong');
      } else {
        const expected = { defect: 'cipher', cipher: unsupported, format: 'pem' };
        assert.deepEqual(outcomeOf(text, passphrase), expected);
        assert.deepEqual(outcomeOf(text, ''), expected, 'known before a passphrase is asked for');
      }
    });
  }

  it('names a type or a curve that SSH does not have, with and without a passphrase', () => {
    const types: readonly (readonly [string, readonly string[]])[] = [
      ...[
        ['secp256k1', 'secp256k1'],
        ['P-192', 'prime192v1'],
        ['brainpoolP256r1', 'brainpoolP256r1'],
        ['brainpoolP512t1', 'brainpoolP512t1'],
        ['sect283k1', 'sect283k1'],
        ['SM2', 'SM2'],
      ].map(([name, openssl]): [string, string[]] => [
        `ECDSA with the curve ${name}`,
        ['-algorithm', 'EC', '-pkeyopt', `ec_paramgen_curve:${openssl}`],
      ]),
      ['Ed448', ['-algorithm', 'ED448']],
      ['X25519', ['-algorithm', 'X25519']],
    ];
    for (const [name, args] of types) {
      for (const encryption of [[], ['-aes256', '-pass', `pass:${passphrase}`]]) {
        const file = dir.file('other');
        execFileSync('openssl', ['genpkey', ...args, ...encryption, '-out', file], { stdio: 'ignore' });
        assert.equal(defectOf(keyText(readFileSync(file))), `keyType ${name}`);
      }
    }
    const traditional = execFileSync('openssl', ['ecparam', '-name', 'secp256k1', '-genkey'], {
      encoding: 'latin1',
    });
    assert.equal(defectOf(traditional), 'keyType ECDSA with the curve secp256k1');
  });

  it('reads a key in whatever way it was saved or pasted', () => {
    const marked = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(plain)]);
    const utf16 = Buffer.from(`\ufeff${plain}`, 'utf16le');
    const texts = [
      plain.replaceAll('\n', '\r\n'),
      plain.replaceAll('\n', '   \n'),
      plain.replaceAll(/^/gm, '    '),
      plain.trim(),
      plain.replaceAll('\n', ' '),
      `# my key, für später\n\n${plain}`,
      `${plain}\nnotes\n`,
      `${plain}${readFileSync(rsa, 'latin1')}`,
      JSON.stringify({ KeyName: 'aws', KeyMaterial: plain }),
      keyText(marked),
      keyText(utf16),
      keyText(utf16.subarray(2)),
      keyText(Buffer.from(utf16).swap16()),
      keyText(Buffer.from(plain.replaceAll('\n', '\u00a0\n'))),
    ];
    for (const text of texts) {
      assert.deepEqual(outcomeOf(text, ''), { line: plainLine }, text);
    }
    const bag = `Bag Attributes\n    localKeyID: 01 02\nKey Attributes: <No Attributes>\n${readFileSync(rsa, 'latin1')}`;
    assert.deepEqual(outcomeOf(bag, ''), { line: rsaLine });
    const block = execFileSync('openssl', ['ecparam', '-name', 'prime256v1', '-genkey'], {
      encoding: 'latin1',
    });
    assert.match(block, /^-----BEGIN EC PARAMETERS/);
    writeFileSync(dir.file('parameters'), block);
    assert.deepEqual(outcomeOf(block, ''), { line: sshKeygen(dir.file('parameters'), '') });
  });

  describe('of PuTTY', () => {
    const whole = puttyKeys.filter(({ text }) => text.includes('Encryption: aes256-cbc'));

    it('are read in whatever way they were saved or pasted', () => {
      for (const { label, text, passphrase: typed, publicLine } of whole) {
        const copies = [
          text.replaceAll(/^(?!Comment)(.*)$/gm, '$1  '),
          text.replaceAll(/^/gm, '  '),
          text.replaceAll('\n', '\n\n'),
          `my key\n${text}\nnotes\n`,
          keyText(Buffer.from(text, 'utf16le')),
        ];
        for (const copy of copies) {
          assert.deepEqual(outcomeOf(copy, typed), { line: publicLine }, `${label}\n${copy}`);
        }
        assert.deepEqual(outcomeOf(`${plain}${text}`, ''), { line: plainLine }, 'the first key is read');
      }
    });

    it('are called damaged, and the right passphrase not wrong, when they were changed', () => {
      assert.ok(whole.length > 0);
      for (const { label, text, passphrase: typed } of whole) {
        const lines = text.split('\n');
        const privateAt = lines.findIndex((line) => line.startsWith('Private-Lines'));
        const changed = [
          text.replace(/^Comment: .*$/m, 'Comment: another'),
          lines.filter((_, n) => n !== privateAt + 1).join('\n'),
          lines.filter((_, n) => n !== 4).join('\n'),
          text.slice(0, 40),
        ];
        for (const copy of changed) {
          assert.equal(defectOf(copy, typed), 'damaged', `${label}\n${copy}`);
        }
        assert.equal(outcomeOf(text, 'wrong'), 'wrong');
      }
    });
  });

  it('reads PKCS#8 that has the public key too, and a key under a wrong label', () => {
    // RFC 8410 §10.3, whose second example has attributes and the public key.
    const rfc8410 =
      'MHICAQEwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhCoB8wHQYKKoZIhvcNAQkJFDEPDA1DdXJkbGUgQ2hhaXJzgSEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=';
    assert.deepEqual(outcomeOf(`-----BEGIN PRIVATE KEY-----\n${rfc8410}\n-----END PRIVATE KEY-----\n`, ''), {
      line: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBm/RAlphM3+hUG6wWfcO5bIUIaqMLa2ywxcOK1wMWbh',
    });
    const pkcs1 = execFileSync('openssl', ['rsa', '-in', rsa, '-traditional'], {
      encoding: 'latin1',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    assert.match(pkcs1, /BEGIN RSA PRIVATE KEY/);
    assert.deepEqual(outcomeOf(pkcs1.replaceAll('RSA PRIVATE', 'PRIVATE'), ''), { line: rsaLine });
  });

  it('says what a file is that is no SSH key', () => {
    const certificate = dir.file('certificate');
    execFileSync('openssl', [
      'req',
      '-x509',
      '-key',
      rsa,
      '-subj',
      '/CN=x',
      '-days',
      '3',
      '-out',
      certificate,
    ]);
    const pkcs12 = ['pkcs12', '-export', '-inkey', rsa, '-in', certificate, '-passout', `pass:${passphrase}`];
    const openssl = (...args: string[]): string =>
      execFileSync('openssl', args, { encoding: 'latin1', stdio: ['ignore', 'pipe', 'ignore'] });
    const files: readonly (readonly [string, string])[] = [
      ['', 'hello'],
      ['', plain.split('\n').slice(1).join('\n')],
      ['empty', ''],
      ['empty', '\n\n'],
      ['certificate', readFileSync(certificate, 'latin1')],
      ['pkcs12', openssl(...pkcs12)],
      ['der', openssl('pkey', '-in', rsa, '-outform', 'DER')],
      ['publicKey', openssl('pkey', '-in', rsa, '-pubout')],
      ['publicKey', '---- BEGIN SSH2 PUBLIC KEY ----\nAAAA\n---- END SSH2 PUBLIC KEY ----\n'],
      [
        'sshCom',
        '---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\nP2/5\n---- END SSH2 ENCRYPTED PRIVATE KEY ----\n',
      ],
      ['ssh1', 'SSH PRIVATE KEY FILE FORMAT 1.1\n\0\0'],
      ['jwk', '{ "kty": "OKP", "crv": "Ed25519", "x": "", "d": "" }'],
      ['age', '# created: 2024\nAGE-SECRET-KEY-1QQQ\n'],
      ['openPgp', '-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nlQdG\n-----END PGP PRIVATE KEY BLOCK-----\n'],
    ];
    for (const [format, text] of files) {
      assert.equal(defectOf(text), `notAKey ${format}`, text);
    }
  });

  it('says that a key is damaged when its text is', () => {
    const [begin = '', first = '', ...rest] = plain.split('\n');
    for (const text of [
      plain.slice(0, 150),
      plain.replace(/-----END.*/, ''),
      [begin, ...rest].join('\n'),
      [begin, `>${first}`, ...rest].join('\n'),
      [begin, ...rest.slice(-2)].join('\n'),
    ]) {
      assert.equal(defectOf(text, ''), 'damaged', text);
    }
  });

  it('refuses an RSA key of more than 16384 bits in all formats, at once', () => {
    const long = Buffer.alloc(200_000, 0x7f);
    const mpint = wireString(long);
    const blob = Buffer.concat([wireString('ssh-rsa'), wireString(Buffer.of(1, 0, 1)), mpint]);
    // The numbers of the private key, none of which is one.
    const numbers = Buffer.concat([mpint, mpint, mpint, mpint]);
    const openSsh = Buffer.concat([
      Buffer.from('openssh-key-v1\0'),
      ...['none', 'none', ''].map(wireString),
      uint32(1),
      wireString(blob),
      wireString(
        Buffer.concat([
          Buffer.alloc(8),
          ...[wireString('ssh-rsa'), mpint, wireString(Buffer.of(1, 0, 1)), numbers, wireString('')],
        ]),
      ),
    ]);
    const integer = (content: Buffer): Buffer => writeDer({ tag: derTag.integer, content });
    const pkcs1 = (modulus: Buffer): Buffer =>
      writeDer({
        tag: derTag.sequence,
        content: Buffer.concat(
          [Buffer.of(0), modulus, Buffer.of(1, 0, 1), long, long, long, long, long, long].map(integer),
        ),
      });
    const pkcs8 = writeDer({
      tag: derTag.sequence,
      content: Buffer.concat([
        integer(Buffer.of(0)),
        Buffer.from('300d06092a864886f70d0101010500', 'hex'),
        writeDer({ tag: derTag.octetString, content: pkcs1(long) }),
      ]),
    });
    for (const [label, der] of [
      ['OPENSSH PRIVATE KEY', openSsh],
      ['RSA PRIVATE KEY', pkcs1(long)],
      // OpenSSL would accept it, and sign for minutes.
      ['RSA PRIVATE KEY', pkcs1(Buffer.alloc(256, 0x7f))],
      ['PRIVATE KEY', pkcs8],
    ] as const) {
      const text = `-----BEGIN ${label}-----\n${der.toString('base64')}\n-----END ${label}-----\n`;
      assert.deepEqual(
        outcomeOf(text, ''),
        { defect: 'rsaTooLong', bits: 1_599_999, maximum: 16384 },
        der.toString('latin1', 0, 20),
      );
    }
  });

  it('refuses a file that demands an absurd cost, before a passphrase is asked for', () => {
    const argon2 = puttyKeys.map(({ text }) => text).find((text) => text.includes('Argon2id')) ?? '';
    const costly = execFileSync('ssh-keygen', [
      '-q',
      '-t',
      'ed25519',
      '-a',
      '1',
      '-N',
      'x',
      '-f',
      dir.file('costly'),
    ]);
    assert.equal(costly.length, 0);
    const lines = readFileSync(dir.file('costly'), 'latin1').trim().split('\n');
    const data = Buffer.from(lines.slice(1, -1).join(''), 'base64');
    // The rounds follow a salt of 16 bytes (OpenSSH PROTOCOL.key).
    data.writeUInt32BE(2 ** 31, data.indexOf(Buffer.of(0, 0, 0, 16), 40) + 20);
    const bcrypt = [lines[0], data.toString('base64'), lines.at(-1), ''].join('\n');
    for (const text of [
      argon2.replace(/Memory: \d+/, 'Memory: 4194304'),
      argon2.replace(/Passes: \d+/, 'Passes: 4294967295'),
      bcrypt,
    ]) {
      assert.equal(defectOf(text, ''), 'cost');
    }
  });
});

// Verdicts on host keys, and the order in which algorithms are asked for.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { describe, it } from 'mocha';
import {
  fingerprint,
  judgeHostKey,
  keyType,
  knownKeyTypes,
  lookupName,
  orderHostKeyAlgorithms,
} from '../../../../src/tunnels/ssh/hostKeys/knownHosts';
import { parseKnownHosts, parseRevokedKeys } from '../../../../src/tunnels/ssh/hostKeys/knownHostsLine';
import { keyLine, publicKey, wireStrings } from '../../../support/hostKeys';

const ed = publicKey('ssh-ed25519', 1);
const otherEd = publicKey('ssh-ed25519', 2);
const rsa = publicKey('ssh-rsa', 1);
const ec = publicKey('ecdsa-sha2-nistp256', 1);
const shortRsa = wireStrings([Buffer.from('ssh-rsa'), Buffer.from([1, 0, 1]), Buffer.alloc(96, 0x7f)]);

function hashed(name: string): string {
  const salt = Buffer.alloc(20, 7);
  return `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`;
}

interface Case {
  readonly name: string;
  readonly file: string;
  /** `h.example` unless told otherwise. */
  readonly host?: string;
  readonly key?: Buffer;
  readonly verdict: 'known' | 'unknown' | 'changed' | 'revoked';
  /** The line of the verdict; of a changed key the lines in the order they are told. */
  readonly lines?: readonly number[];
}

const cases: readonly Case[] = [
  { name: 'an empty file', file: '', verdict: 'unknown' },
  { name: 'another host', file: `other ${keyLine(ed)}`, verdict: 'unknown' },
  { name: 'the plain name', file: `h.example ${keyLine(ed)}`, verdict: 'known', lines: [1] },
  { name: 'upper case in the file', file: `H.Example ${keyLine(ed)}`, verdict: 'known', lines: [1] },
  {
    name: 'upper case in the name asked for',
    file: `h.example ${keyLine(ed)}`,
    host: 'H.EXAMPLE',
    verdict: 'known',
    lines: [1],
  },
  { name: 'several names', file: `a,h.example,b ${keyLine(ed)}`, verdict: 'known', lines: [1] },
  { name: 'a star', file: `*.example ${keyLine(ed)}`, verdict: 'known', lines: [1] },
  { name: 'a question mark', file: `?.example ${keyLine(ed)}`, verdict: 'known', lines: [1] },
  { name: 'a negation that vetoes', file: `*.example,!h.example ${keyLine(ed)}`, verdict: 'unknown' },
  { name: 'a negation alone', file: `!x ${keyLine(ed)}`, verdict: 'unknown' },
  { name: 'a hashed name', file: `${hashed('h.example')} ${keyLine(ed)}`, verdict: 'known', lines: [1] },
  { name: 'the hash of another name', file: `${hashed('x')} ${keyLine(ed)}`, verdict: 'unknown' },
  {
    name: 'the hash of a name, asked for in upper case',
    file: `${hashed('h.example')} ${keyLine(ed)}`,
    host: 'H.example',
    verdict: 'known',
    lines: [1],
  },
  { name: 'a hash of the wrong version', file: `|2|AAAA|AAAA ${keyLine(ed)}`, verdict: 'unknown' },
  { name: 'a hash with a short salt', file: `|1|AAAA|AAAA ${keyLine(ed)}`, verdict: 'unknown' },
  { name: 'a hash in a list', file: `x,${hashed('h.example')} ${keyLine(ed)}`, verdict: 'unknown' },
  { name: 'another key', file: `h.example ${keyLine(otherEd)}`, verdict: 'changed', lines: [1] },
  { name: 'a key of another type only', file: `h.example ${keyLine(rsa)}`, verdict: 'changed', lines: [1] },
  {
    name: 'those of the same type told first',
    file: `h.example ${keyLine(rsa)}\n*.example ${keyLine(otherEd)}\nh.example ${keyLine(ec)}`,
    verdict: 'changed',
    lines: [2, 1, 3],
  },
  {
    name: 'several keys, of which one fits',
    file: `h.example ${keyLine(otherEd)}\nh.example ${keyLine(rsa)}\nh.example ${keyLine(ed)}`,
    verdict: 'known',
    lines: [3],
  },
  { name: 'a revoked key', file: `@revoked * ${keyLine(ed)}`, verdict: 'revoked', lines: [1] },
  {
    name: 'a key both known and revoked',
    file: `h.example ${keyLine(ed)}\n@revoked h.example ${keyLine(ed)}`,
    verdict: 'revoked',
    lines: [2],
  },
  { name: 'another key revoked', file: `@revoked h.example ${keyLine(otherEd)}`, verdict: 'unknown' },
  {
    name: 'a revocation after a tab',
    file: `@revoked\th.example ${keyLine(ed)}`,
    verdict: 'revoked',
    lines: [1],
  },
  { name: 'a revocation for another host', file: `@revoked other ${keyLine(ed)}`, verdict: 'unknown' },
  {
    name: 'an authority with this very key',
    file: `@cert-authority h.example ${keyLine(ed)}`,
    verdict: 'unknown',
  },
  {
    name: 'an authority with another key',
    file: `@cert-authority * ${keyLine(otherEd)}`,
    verdict: 'unknown',
  },
  { name: 'a marker that does not exist', file: `@trusted h.example ${keyLine(ed)}`, verdict: 'unknown' },
  { name: 'two markers', file: `@revoked @cert-authority h.example ${keyLine(ed)}`, verdict: 'unknown' },
  {
    name: 'comments and empty lines',
    file: `# h.example ${keyLine(otherEd)}\n\n  \t\n   h.example  ${keyLine(ed)} me@here`,
    verdict: 'known',
    lines: [4],
  },
  {
    name: 'tabs between the fields',
    file: `h.example\t${keyLine(ed).replace(' ', '\t')}\tme`,
    verdict: 'known',
    lines: [1],
  },
  {
    name: 'lines that end as on Windows',
    file: `x ${keyLine(ed)}\r\nh.example ${keyLine(ed)}\r\n`,
    verdict: 'known',
    lines: [2],
  },
  { name: 'a name and nothing else', file: 'h.example', verdict: 'unknown' },
  { name: 'a key cut short', file: `h.example ${keyLine(otherEd).slice(0, -8)}`, verdict: 'unknown' },
  { name: 'a key that is not base64', file: 'h.example ssh-ed25519 §§§', verdict: 'unknown' },
  {
    name: 'a type that belies the key',
    file: `h.example ssh-rsa ${otherEd.toString('base64')}`,
    verdict: 'unknown',
  },
  { name: 'a type nobody knows', file: 'h.example ssh-new AAAAB3NzaC1uZXc=', verdict: 'unknown' },
  { name: 'an RSA key below 1024 bits', file: `h.example ${keyLine(shortRsa)}`, verdict: 'unknown' },
  { name: 'a key of SSH 1', file: 'h.example 1024 35 1234567890', verdict: 'unknown' },
  {
    name: 'a pattern too long for OpenSSH',
    file: `h.example,${'x'.repeat(1023)} ${keyLine(ed)}`,
    verdict: 'unknown',
  },
  {
    name: 'a port',
    file: `[h.example]:2222 ${keyLine(ed)}`,
    host: '[h.example]:2222',
    verdict: 'known',
    lines: [1],
  },
  {
    name: 'another port',
    file: `[h.example]:2223 ${keyLine(ed)}`,
    host: '[h.example]:2222',
    verdict: 'unknown',
  },
  {
    name: 'a port, the name without it known',
    file: `h.example ${keyLine(ed)}`,
    host: '[h.example]:2222',
    verdict: 'known',
    lines: [1],
  },
  {
    name: 'a port, another key under the name without it',
    file: `h.example ${keyLine(otherEd)}`,
    host: '[h.example]:2222',
    verdict: 'unknown',
  },
  {
    name: 'a port with another key, the name without it known',
    file: `[h.example]:2222 ${keyLine(otherEd)}\nh.example ${keyLine(ed)}`,
    host: '[h.example]:2222',
    verdict: 'changed',
    lines: [1],
  },
  {
    name: 'a port, the key revoked under the name without it',
    file: `@revoked h.example ${keyLine(ed)}`,
    host: '[h.example]:2222',
    verdict: 'revoked',
    lines: [1],
  },
  {
    name: 'no port, the name with a port known',
    file: `[h.example]:2222 ${keyLine(ed)}`,
    verdict: 'unknown',
  },
];

describe('the verdict on a host key', () => {
  for (const { name, file, host = 'h.example', key = ed, verdict, lines } of cases) {
    it(`${name}: ${verdict}`, () => {
      const judged = judgeHostKey(parseKnownHosts(file, '/kh'), host, key);
      assert.equal(judged.verdict, verdict);
      const told =
        judged.verdict === 'changed'
          ? judged.known.map(({ line }) => line)
          : 'line' in judged
            ? [judged.line]
            : undefined;
      assert.deepEqual(told, lines);
    });
  }

  it('tells file, line, type and fingerprint of what is known instead', () => {
    const judged = judgeHostKey(parseKnownHosts(`\nh ${keyLine(otherEd)}`, '/kh'), 'h', ed);
    assert.deepEqual(judged, {
      verdict: 'changed',
      known: [{ file: '/kh', line: 2, type: 'ssh-ed25519', fingerprint: fingerprint(otherEd) }],
    });
  });

  it('obeys a list of revoked keys for every host', () => {
    const revoked = parseRevokedKeys(`# gone\n${keyLine(ed)} me\n`, '/rev');
    const known = parseKnownHosts(`h ${keyLine(ed)}`, '/kh');
    assert.deepEqual(judgeHostKey([...known, ...(revoked ?? [])], 'h', ed), {
      verdict: 'revoked',
      file: '/rev',
      line: 2,
    });
  });

  it('does not take for a list of revoked keys what is none', () => {
    assert.equal(parseRevokedKeys(`${keyLine(ed)}\nrubbish`, '/rev'), undefined);
    assert.deepEqual(parseRevokedKeys('', '/rev'), []);
  });
});

describe('the name a host key is kept under', () => {
  const names: readonly (readonly [string, number, string | undefined, string])[] = [
    ['Host.Example', 22, undefined, 'host.example'],
    ['host.example', 2222, undefined, '[host.example]:2222'],
    ['::1', 22, undefined, '::1'],
    ['::1', 2222, undefined, '[::1]:2222'],
    ['host.example', 2222, 'Alias', 'alias'],
  ];
  for (const [hostName, port, hostKeyAlias, name] of names) {
    it(`${hostName} ${port}${hostKeyAlias ? ` alias ${hostKeyAlias}` : ''}: ${name}`, () => {
      assert.equal(lookupName({ hostName, port, hostKeyAlias }), name);
    });
  }
});

describe('the order of host key algorithms', () => {
  const offered = [
    'ssh-ed25519',
    'ecdsa-sha2-nistp256',
    'ecdsa-sha2-nistp384',
    'rsa-sha2-512',
    'rsa-sha2-256',
  ];
  const orders: readonly (readonly [known: readonly string[], order: readonly string[]])[] = [
    [[], offered],
    [['ssh-ed25519', 'ssh-rsa'], offered],
    [
      ['ssh-rsa'],
      ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-ed25519', 'ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384'],
    ],
    [
      ['ssh-rsa', 'ecdsa-sha2-nistp384'],
      ['ecdsa-sha2-nistp384', 'rsa-sha2-512', 'rsa-sha2-256', 'ssh-ed25519', 'ecdsa-sha2-nistp256'],
    ],
    [['ssh-dss'], offered],
  ];
  for (const [known, order] of orders) {
    it(`known: ${known.join(', ') || 'none'}`, () => {
      assert.deepEqual(orderHostKeyAlgorithms(offered, known), order);
    });
  }

  it('knows the key types of certificate algorithms', () => {
    const list = [
      'ssh-ed25519',
      'rsa-sha2-512-cert-v01@openssh.com',
      'sk-ssh-ed25519-cert-v01@openssh.com',
      'ecdsa-sha2-nistp256-cert-v01@openssh.com',
    ];
    assert.equal(orderHostKeyAlgorithms(list, ['ssh-rsa'])[0], 'rsa-sha2-512-cert-v01@openssh.com');
    assert.equal(
      orderHostKeyAlgorithms(list, ['sk-ssh-ed25519@openssh.com'])[0],
      'sk-ssh-ed25519-cert-v01@openssh.com',
    );
    assert.equal(
      orderHostKeyAlgorithms(list, ['ecdsa-sha2-nistp256'])[0],
      'ecdsa-sha2-nistp256-cert-v01@openssh.com',
    );
  });

  it('counts the types of plain keys of the host, and not those whose first key is revoked', () => {
    const file = [
      `h ${keyLine(ed)}`,
      `h ${keyLine(rsa)}`,
      `x ${keyLine(ec)}`,
      `@cert-authority h ${keyLine(ec)}`,
      `@revoked h ${keyLine(ed)}`,
      `h ${keyLine(otherEd)}`,
    ].join('\n');
    assert.deepEqual(knownKeyTypes(parseKnownHosts(file, '/kh'), 'h'), ['ssh-rsa']);
  });
});

describe('the type of a key', () => {
  it('is the first string in it', () => {
    assert.equal(keyType(rsa), 'ssh-rsa');
  });
  it('is unknown for what is no key', () => {
    for (const bytes of [[], [0, 0], [0, 0, 0, 0], [0, 0, 0, 9, 65]]) {
      assert.equal(keyType(Buffer.from(bytes)), 'unknown');
    }
  });
});

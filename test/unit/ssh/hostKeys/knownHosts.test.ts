// The verdict on a host key by known_hosts, and the order in which host key algorithms are requested.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { describe, it } from 'mocha';
import { checkHostKey, knownKeys, lookupName } from '../../../../src/tunnels/ssh/hostKeys/knownHosts';
import { orderHostKeyAlgorithms } from '../../../../src/tunnels/ssh/transport/algorithms';
import { fingerprint, keyType } from '../../../../src/tunnels/ssh/keys/publicKey';
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
  /** `h.example` if not given. */
  readonly host?: string;
  readonly key?: Buffer;
  readonly verdict: 'known' | 'unknown' | 'changed' | 'revoked';
  /** The line of the verdict; of a changed key the lines in the order in which they are reported. */
  readonly lines?: readonly number[];
}

const cases: readonly Case[] = [
  { name: 'an empty file', file: '', verdict: 'unknown' },
  { name: 'a line for another host', file: `other ${keyLine(ed)}`, verdict: 'unknown' },
  { name: 'the plain name', file: `h.example ${keyLine(ed)}`, verdict: 'known', lines: [1] },
  { name: 'a name in upper case', file: `H.Example ${keyLine(ed)}`, verdict: 'known', lines: [1] },
  {
    name: 'a requested name in upper case',
    file: `h.example ${keyLine(ed)}`,
    host: 'H.EXAMPLE',
    verdict: 'known',
    lines: [1],
  },
  { name: 'a line with several names', file: `a,h.example,b ${keyLine(ed)}`, verdict: 'known', lines: [1] },
  { name: 'a pattern with *', file: `*.example ${keyLine(ed)}`, verdict: 'known', lines: [1] },
  { name: 'a pattern with ?', file: `?.example ${keyLine(ed)}`, verdict: 'known', lines: [1] },
  {
    name: 'a negated pattern that excludes the host',
    file: `*.example,!h.example ${keyLine(ed)}`,
    verdict: 'unknown',
  },
  { name: 'a negated pattern alone', file: `!x ${keyLine(ed)}`, verdict: 'unknown' },
  { name: 'a hashed name', file: `${hashed('h.example')} ${keyLine(ed)}`, verdict: 'known', lines: [1] },
  { name: 'the hash of another name', file: `${hashed('x')} ${keyLine(ed)}`, verdict: 'unknown' },
  {
    name: 'a hashed name that is requested in upper case',
    file: `${hashed('h.example')} ${keyLine(ed)}`,
    host: 'H.example',
    verdict: 'known',
    lines: [1],
  },
  { name: 'a hash of the wrong version', file: `|2|AAAA|AAAA ${keyLine(ed)}`, verdict: 'unknown' },
  { name: 'a hash with a short salt', file: `|1|AAAA|AAAA ${keyLine(ed)}`, verdict: 'unknown' },
  { name: 'a hash in a list', file: `x,${hashed('h.example')} ${keyLine(ed)}`, verdict: 'unknown' },
  {
    name: 'another key of the same type',
    file: `h.example ${keyLine(otherEd)}`,
    verdict: 'changed',
    lines: [1],
  },
  { name: 'a key of another type only', file: `h.example ${keyLine(rsa)}`, verdict: 'changed', lines: [1] },
  {
    name: 'several other keys, with those of the same type first',
    file: `h.example ${keyLine(rsa)}\n*.example ${keyLine(otherEd)}\nh.example ${keyLine(ec)}`,
    verdict: 'changed',
    lines: [2, 1, 3],
  },
  {
    name: 'several keys, one of which matches',
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
  { name: 'another key that is revoked', file: `@revoked h.example ${keyLine(otherEd)}`, verdict: 'unknown' },
  {
    name: 'a revocation after a tab',
    file: `@revoked\th.example ${keyLine(ed)}`,
    verdict: 'revoked',
    lines: [1],
  },
  { name: 'a revocation for another host', file: `@revoked other ${keyLine(ed)}`, verdict: 'unknown' },
  {
    name: 'a certificate authority with the same key',
    file: `@cert-authority h.example ${keyLine(ed)}`,
    verdict: 'unknown',
  },
  {
    name: 'a certificate authority with another key',
    file: `@cert-authority * ${keyLine(otherEd)}`,
    verdict: 'unknown',
  },
  { name: 'an unknown marker', file: `@trusted h.example ${keyLine(ed)}`, verdict: 'unknown' },
  { name: 'two markers', file: `@revoked @cert-authority h.example ${keyLine(ed)}`, verdict: 'unknown' },
  {
    name: 'a file with comments and empty lines',
    file: `# h.example ${keyLine(otherEd)}\n\n  \t\n   h.example  ${keyLine(ed)} me@here`,
    verdict: 'known',
    lines: [4],
  },
  {
    name: 'a line with tabs between its fields',
    file: `h.example\t${keyLine(ed).replace(' ', '\t')}\tme`,
    verdict: 'known',
    lines: [1],
  },
  {
    name: 'a file with Windows line ends',
    file: `x ${keyLine(ed)}\r\nh.example ${keyLine(ed)}\r\n`,
    verdict: 'known',
    lines: [2],
  },
  { name: 'a line with only a name', file: 'h.example', verdict: 'unknown' },
  { name: 'a truncated key', file: `h.example ${keyLine(otherEd).slice(0, -8)}`, verdict: 'unknown' },
  { name: 'a key that is not base64', file: 'h.example ssh-ed25519 §§§', verdict: 'unknown' },
  {
    name: 'a key type that contradicts the key',
    file: `h.example ssh-rsa ${otherEd.toString('base64')}`,
    verdict: 'unknown',
  },
  { name: 'an unknown key type', file: 'h.example ssh-new AAAAB3NzaC1uZXc=', verdict: 'unknown' },
  { name: 'an RSA key below 1024 bits', file: `h.example ${keyLine(shortRsa)}`, verdict: 'unknown' },
  { name: 'a key of SSH 1', file: 'h.example 1024 35 1234567890', verdict: 'unknown' },
  {
    name: 'a pattern too long for OpenSSH',
    file: `h.example,${'x'.repeat(1023)} ${keyLine(ed)}`,
    verdict: 'unknown',
  },
  {
    name: 'a name with the requested port',
    file: `[h.example]:2222 ${keyLine(ed)}`,
    host: '[h.example]:2222',
    verdict: 'known',
    lines: [1],
  },
  {
    name: 'a name with another port',
    file: `[h.example]:2223 ${keyLine(ed)}`,
    host: '[h.example]:2222',
    verdict: 'unknown',
  },
  {
    name: 'a requested port, if only the name without a port is known',
    file: `h.example ${keyLine(ed)}`,
    host: '[h.example]:2222',
    verdict: 'known',
    lines: [1],
  },
  {
    name: 'a requested port, if the name without a port has another key',
    file: `h.example ${keyLine(otherEd)}`,
    host: '[h.example]:2222',
    verdict: 'unknown',
  },
  {
    name: 'a requested port with another key, if the name without a port has the same key',
    file: `[h.example]:2222 ${keyLine(otherEd)}\nh.example ${keyLine(ed)}`,
    host: '[h.example]:2222',
    verdict: 'changed',
    lines: [1],
  },
  {
    name: 'a requested port, if the key is revoked for the name without a port',
    file: `@revoked h.example ${keyLine(ed)}`,
    host: '[h.example]:2222',
    verdict: 'revoked',
    lines: [1],
  },
  {
    name: 'no requested port, if only the name with a port is known',
    file: `[h.example]:2222 ${keyLine(ed)}`,
    verdict: 'unknown',
  },
];

describe('the verdict on a host key', () => {
  for (const { name, file, host = 'h.example', key = ed, verdict, lines } of cases) {
    it(`is "${verdict}" for ${name}`, () => {
      const judged = checkHostKey(parseKnownHosts(file, '/kh'), host, key);
      assert.equal(judged.verdict, verdict);
      const reported =
        judged.verdict === 'changed'
          ? judged.known.map(({ line }) => line)
          : 'line' in judged
            ? [judged.line]
            : undefined;
      assert.deepEqual(reported, lines);
    });
  }

  it('names file, line, type and fingerprint of the known key when the key has changed', () => {
    const judged = checkHostKey(parseKnownHosts(`\nh ${keyLine(otherEd)}`, '/kh'), 'h', ed);
    assert.deepEqual(judged, {
      verdict: 'changed',
      known: [{ file: '/kh', line: 2, type: 'ssh-ed25519', fingerprint: fingerprint(otherEd) }],
    });
  });

  it('is "revoked" on every host for a key in a list of revoked keys', () => {
    const revoked = parseRevokedKeys(`# gone\n${keyLine(ed)} me\n`, '/rev');
    const known = parseKnownHosts(`h ${keyLine(ed)}`, '/kh');
    assert.deepEqual(checkHostKey([...known, ...(revoked ?? [])], 'h', ed), {
      verdict: 'revoked',
      file: '/rev',
      line: 2,
    });
  });

  it('does not use a list of revoked keys that has an invalid line', () => {
    assert.equal(parseRevokedKeys(`${keyLine(ed)}\nrubbish`, '/rev'), undefined);
    assert.deepEqual(parseRevokedKeys('', '/rev'), []);
  });
});

describe('the name of a host in known_hosts', () => {
  const names: readonly (readonly [string, number, string | undefined, string])[] = [
    ['Host.Example', 22, undefined, 'host.example'],
    ['host.example', 2222, undefined, '[host.example]:2222'],
    ['::1', 22, undefined, '::1'],
    ['::1', 2222, undefined, '[::1]:2222'],
    ['host.example', 2222, 'Alias', 'alias'],
  ];
  for (const [hostName, port, hostKeyAlias, name] of names) {
    it(`is ${name} for ${hostName}, port ${port}${hostKeyAlias ? `, HostKeyAlias ${hostKeyAlias}` : ''}`, () => {
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
    it(`is ${order === offered ? 'unchanged' : order.join(', ')} for known keys of type ${known.join(', ') || 'none'}`, () => {
      assert.deepEqual(orderHostKeyAlgorithms(offered, { types: known, hasAuthority: false }), order);
    });
  }

  it('treats certificate algorithms by their key type', () => {
    const list = [
      'ssh-ed25519',
      'rsa-sha2-512-cert-v01@openssh.com',
      'sk-ssh-ed25519-cert-v01@openssh.com',
      'ecdsa-sha2-nistp256-cert-v01@openssh.com',
    ];
    const first = (type: string): string | undefined =>
      orderHostKeyAlgorithms(list, { types: [type], hasAuthority: false })[0];
    assert.equal(first('ssh-rsa'), 'rsa-sha2-512-cert-v01@openssh.com');
    assert.equal(first('sk-ssh-ed25519@openssh.com'), 'sk-ssh-ed25519-cert-v01@openssh.com');
    assert.equal(first('ecdsa-sha2-nistp256'), 'ecdsa-sha2-nistp256-cert-v01@openssh.com');
  });

  it('depends on the types of plain keys of the host, except a type whose first key is revoked', () => {
    const file = [
      `h ${keyLine(ed)}`,
      `h ${keyLine(rsa)}`,
      `x ${keyLine(ec)}`,
      `@cert-authority h ${keyLine(ec)}`,
      `@revoked h ${keyLine(ed)}`,
      `h ${keyLine(otherEd)}`,
    ].join('\n');
    assert.deepEqual(knownKeys(parseKnownHosts(file, '/kh'), 'h'), {
      types: ['ssh-rsa'],
      hasAuthority: true,
    });
  });
});

describe('the type of a key', () => {
  it('is the first string in the key', () => {
    assert.equal(keyType(rsa), 'ssh-rsa');
  });
  it('is "unknown" for malformed keys', () => {
    for (const bytes of [[], [0, 0], [0, 0, 0, 0], [0, 0, 0, 9, 65]]) {
      assert.equal(keyType(Buffer.from(bytes)), 'unknown');
    }
  });
});

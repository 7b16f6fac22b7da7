// What the details of a tunnel say of its encryption and host keys.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { VerifiedHostKey } from '../../../../src/tunnels/model/hostKey';
import type { HopProtection } from '../../../../src/tunnels/model/protection';
import { protectionDetails } from '../../../../src/views/details/protectionDetails';
import { tunnel, up } from '../snapshots';

const both = { cipher: 'aes128-gcm@openssh.com', mac: '', compression: 'none' };
const key = { type: 'ssh-ed25519', fingerprint: 'SHA256:abc' };
const hostKey: VerifiedHostKey = {
  key,
  algorithm: 'ssh-ed25519',
  proof: { by: 'knownHosts', name: 'web', file: '/home/me/.ssh/known_hosts', line: 7 },
};
const hop: HopProtection = {
  who: 'me@web:22',
  kex: 'curve25519-sha256',
  postQuantum: 'server',
  hostKey,
  sent: both,
  received: both,
};

function shown(...hops: readonly HopProtection[]): ReturnType<typeof protectionDetails> {
  return protectionDetails({ ...tunnel(up), protection: hops });
}
function valuesOf(changes: Partial<HopProtection>, term: string): readonly string[] | undefined {
  return shown({ ...hop, ...changes })[0]?.facts.find((fact) => fact.term === term)?.values;
}

describe('what protects a tunnel, in its details', () => {
  it('names the algorithms, the host key and where it was found', () => {
    const [only, ...others] = shown(hop);
    assert.deepEqual(others, []);
    assert.deepEqual(
      only?.facts.map(({ term, values }) => [term, ...values]),
      [
        ['Key exchange', 'curve25519-sha256 (not post-quantum)'],
        ['Host key', 'ssh-ed25519 SHA256:abc'],
        ['Host key accepted', 'It is known as web by /home/me/.ssh/known_hosts, line 7.'],
        ['Cipher', 'aes128-gcm@openssh.com'],
        ['MAC', 'part of the cipher'],
        ['Compression algorithm', 'none'],
      ],
    );
  });

  it('is not there for a tunnel that is stopped, or in a daemon that reports none', () => {
    assert.deepEqual(protectionDetails({ ...tunnel({ status: 'stopped' }), protection: [hop] }), []);
    assert.deepEqual(protectionDetails(tunnel(up)), []);
  });

  it('says where ssh would warn, and what to do, and nothing where it would not', () => {
    assert.match(shown(hop)[0]?.notes.join() ?? '', /Ask the administrator to update the server/);
    assert.match(
      shown({ ...hop, postQuantum: 'config' })[0]?.notes.join() ?? '',
      /KexAlgorithms in your SSH config/,
    );
    assert.deepEqual(shown({ ...hop, postQuantum: 'accepted' })[0]?.notes, []);
    const hybrid = { kex: 'mlkem768x25519-sha256', postQuantum: 'yes' } as const;
    assert.deepEqual(shown({ ...hop, ...hybrid })[0]?.notes, []);
    assert.deepEqual(valuesOf(hybrid, 'Key exchange'), ['mlkem768x25519-sha256 (post-quantum)']);
  });

  it('names each host on the way, and both directions where they differ', () => {
    const received = { cipher: 'aes256-ctr', mac: 'hmac-sha2-256', compression: 'none' };
    assert.deepEqual(
      shown({ ...hop, who: 'me@bastion:22' }, hop).map(({ title }) => title),
      ['Jump host me@bastion:22', 'Server me@web:22'],
    );
    assert.equal(shown(hop)[0]?.title, undefined);
    assert.deepEqual(valuesOf({ received }, 'Cipher'), [
      'aes128-gcm@openssh.com to the server',
      'aes256-ctr from the server',
    ]);
    assert.deepEqual(valuesOf({ received }, 'Compression algorithm'), ['none']);
  });

  it('names a certificate, its authority and the line that trusts it; and what a server wrote only as text', () => {
    const certificate = { keyId: 'web\u001b[31m\u202E', serial: '5', principals: ['web'], authority: key };
    const proof = { by: 'authority', name: 'web', file: '/etc/ssh/ssh_known_hosts', line: 2 } as const;
    const algorithm = 'ssh-ed25519-cert-v01@openssh.com';
    const certified = { hostKey: { key, algorithm, certificate, proof } };
    const [id, serial, signed] = valuesOf(certified, 'Host certificate') ?? [];
    assert.ok(id?.startsWith('web') && !/[\u001b\u202e]/.test(id), id);
    assert.equal(serial, 'Serial number 5');
    assert.match(signed ?? '', /ssh-ed25519 SHA256:abc/);
    assert.match(
      valuesOf(certified, 'Host key accepted')?.join() ?? '',
      /authority for web in .*ssh_known_hosts, line 2/,
    );
  });
});

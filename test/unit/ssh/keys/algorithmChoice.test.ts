// Which signature algorithm a key is offered with.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { chooseAlgorithm } from '../../../../src/tunnels/ssh/keys/algorithmChoice';
import type { AlgorithmChoice } from '../../../../src/tunnels/ssh/keys/algorithmChoice';

type List = readonly string[] | undefined;
const modern = ['ssh-ed25519', 'rsa-sha2-256', 'rsa-sha2-512'];
const cert = (name: string): string => `${name}-cert-v01@openssh.com`;
const sha1: AlgorithmChoice = { none: 'sha1', add: 'ssh-rsa' };
const current = 'OpenSSH_9.2p1 Debian-2';

describe('the signature algorithm for a key', () => {
  const rows: readonly [
    type: string,
    accepted: List,
    known: List,
    chosen: string | AlgorithmChoice,
    software?: string,
  ][] = [
    ['ssh-ed25519', undefined, modern, 'ssh-ed25519'],
    ['ssh-ed25519', undefined, undefined, 'ssh-ed25519'],
    ['ssh-ed25519', ['rsa-sha2-512'], modern, { none: 'config', add: 'ssh-ed25519' }],
    ['ssh-rsa', undefined, modern, 'rsa-sha2-512'],
    ['ssh-rsa', ['rsa-sha2-256'], modern, 'rsa-sha2-256'],
    ['ssh-rsa', ['rsa-sha2-256'], ['rsa-sha2-512'], { none: 'config', add: 'rsa-sha2-512' }],
    ['ssh-rsa', ['ssh-ed25519'], ['ssh-ed25519'], { none: 'server' }],
    // The order is the user's.
    ['ssh-rsa', ['ssh-rsa', 'rsa-sha2-256'], modern, 'rsa-sha2-256'],
    ['ssh-rsa', ['rsa-sha2-256', 'rsa-sha2-512'], modern, 'rsa-sha2-256'],
    ['ssh-rsa', ['rsa-sha2-512', 'ssh-rsa'], [...modern, 'ssh-rsa'], 'rsa-sha2-512'],
    // SHA-1 only if it is configured.
    ['ssh-rsa', undefined, ['ssh-rsa', 'ssh-dss'], sha1],
    ['ssh-rsa', ['rsa-sha2-512'], ['ssh-rsa'], sha1],
    ['ssh-rsa', ['rsa-sha2-512', 'ssh-rsa'], ['ssh-rsa'], 'ssh-rsa'],
    // A server that doesn't report its algorithms may not know RFC 8332.
    ['ssh-rsa', undefined, undefined, sha1],
    ['ssh-rsa', ['rsa-sha2-512', 'rsa-sha2-256'], undefined, sha1],
    ['ssh-rsa', ['rsa-sha2-512', 'ssh-rsa'], undefined, 'ssh-rsa'],
    [cert('ssh-rsa'), undefined, undefined, { none: 'sha1', add: cert('ssh-rsa') }],
    [cert('ssh-rsa'), ['ssh-rsa'], undefined, { none: 'sha1', add: cert('ssh-rsa') }],
    [cert('ssh-rsa'), [cert('ssh-rsa')], undefined, cert('ssh-rsa')],
    [cert('ssh-rsa'), undefined, modern, cert('rsa-sha2-512')],
    [cert('ssh-rsa'), [cert('rsa-sha2-256')], modern, cert('rsa-sha2-256')],
    [cert('ssh-rsa'), ['rsa-sha2-256'], modern, { none: 'config', add: cert('rsa-sha2-512') }],
    [cert('ssh-ed25519'), undefined, modern, cert('ssh-ed25519')],
    [cert('ssh-ed25519'), ['ssh-ed25519'], modern, { none: 'config', add: cert('ssh-ed25519') }],
    ['sk-ssh-ed25519@openssh.com', undefined, modern, 'sk-ssh-ed25519@openssh.com'],
    // OpenSSH 7.4 supports SHA-2, but doesn't say so; up to 7.7 it takes no SHA-2 with certificates.
    ['ssh-rsa', undefined, ['ssh-rsa'], 'rsa-sha2-512', 'OpenSSH_7.4'],
    ['ssh-rsa', undefined, undefined, sha1, 'OpenSSH_7.4'],
    [cert('ssh-rsa'), undefined, modern, { none: 'sha1', add: cert('ssh-rsa') }, 'OpenSSH_7.7p1'],
    [cert('ssh-rsa'), undefined, modern, cert('rsa-sha2-512'), 'OpenSSH_7.8'],
    // Never.
    ['ssh-dss', undefined, undefined, { none: 'type' }],
    ['ssh-dss', ['ssh-dss'], ['ssh-dss'], { none: 'type' }],
    [cert('ssh-dss'), [cert('ssh-dss')], undefined, { none: 'type' }],
  ];
  for (const [type, accepted, known, chosen, software = current] of rows) {
    const wanted = typeof chosen === 'string' ? { algorithm: chosen } : chosen;
    it(`of type ${type} is ${Object.values(wanted).join(' ')}, with accepted ${accepted?.join() ?? 'by default'} and reported ${known?.join() ?? 'none'} by ${software}`, () => {
      assert.deepEqual(chooseAlgorithm(type, accepted, { algorithms: known, software }), wanted);
    });
  }
});

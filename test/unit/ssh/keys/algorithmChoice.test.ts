// Which signature algorithms a key is offered with.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { algorithmsFor } from '../../../../src/tunnels/ssh/keys/algorithmChoice';

type List = readonly string[] | undefined;
const modern = ['ssh-ed25519', 'rsa-sha2-256', 'rsa-sha2-512'];
const cert = (name: string): string => `${name}-cert-v01@openssh.com`;

describe('the signature algorithms for a key', () => {
  const rows: readonly [type: string, accepted: List, known: List, chosen: readonly string[]][] = [
    ['ssh-ed25519', undefined, modern, ['ssh-ed25519']],
    ['ssh-ed25519', undefined, undefined, ['ssh-ed25519']],
    ['ssh-ed25519', ['rsa-sha2-512'], modern, []],
    ['ssh-rsa', undefined, modern, ['rsa-sha2-512']],
    ['ssh-rsa', ['rsa-sha2-256'], modern, ['rsa-sha2-256']],
    ['ssh-rsa', ['ssh-rsa', 'rsa-sha2-256'], modern, ['rsa-sha2-256']],
    ['ssh-rsa', undefined, ['ssh-rsa', 'ssh-dss'], ['ssh-rsa']],
    ['ssh-rsa', ['rsa-sha2-512'], ['ssh-rsa'], []],
    // A server that has not said what it knows may be an old one.
    ['ssh-rsa', undefined, undefined, ['rsa-sha2-512', 'ssh-rsa']],
    ['ssh-rsa', ['ssh-rsa'], undefined, ['ssh-rsa']],
    [cert('ssh-rsa'), undefined, modern, [cert('rsa-sha2-512')]],
    [cert('ssh-rsa'), [cert('rsa-sha2-256')], modern, [cert('rsa-sha2-256')]],
    [cert('ssh-rsa'), ['rsa-sha2-256'], modern, []],
    [cert('ssh-ed25519'), undefined, modern, [cert('ssh-ed25519')]],
    [cert('ssh-ed25519'), ['ssh-ed25519'], modern, []],
    ['sk-ssh-ed25519@openssh.com', undefined, modern, ['sk-ssh-ed25519@openssh.com']],
  ];
  for (const [type, accepted, known, chosen] of rows) {
    it(`of type ${type} are ${chosen.join(', ') || 'none'}, with accepted ${accepted?.join() ?? 'any'} and announced ${known?.join() ?? 'none'}`, () => {
      assert.deepEqual(algorithmsFor(type, accepted, known), chosen);
    });
  }
});

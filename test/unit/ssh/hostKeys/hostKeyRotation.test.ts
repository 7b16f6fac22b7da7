// When known_hosts follows what a server says of its keys, and when it does not.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { planRotation } from '../../../../src/tunnels/ssh/hostKeys/hostKeyRotation';
import type { KnownHostsEntry } from '../../../../src/tunnels/ssh/hostKeys/knownHosts';
import { wireString } from '../../../../src/tunnels/ssh/keys/wire';
import { readKnownHosts } from '../../../../src/tunnels/ssh/hostKeys/knownHostsFiles';
import { tempDir } from '../../../support/tempDir';

const keyOf = (name: string): Buffer =>
  Buffer.concat([wireString('ssh-ed25519'), wireString(name.padEnd(32, '.'))]);
const [used, other, fresh] = [keyOf('used'), keyOf('other'), keyOf('fresh')] as const;

async function known(): Promise<readonly KnownHostsEntry[]> {
  await using dir = await tempDir();
  const lines = [used, other].map((key) => `db ssh-ed25519 ${key.toString('base64')}\n`);
  return await readKnownHosts([await dir.write('known_hosts', lines.join(''))]);
}

describe('known_hosts', () => {
  it('follows a server that has proved the key by which it is known', async () => {
    const plan = planRotation(await known(), 'db', used, [used, fresh], () => true);
    assert.deepEqual(plan?.added, [fresh]);
    assert.deepEqual(
      plan.removed.map(({ key }) => key),
      [other],
    );
  });

  for (const [what, keys] of [
    ['no key at all', []],
    ['only others', [fresh]],
  ] as const) {
    it(`stays as it is where a server has proved ${what}`, async () => {
      assert.equal(
        planRotation(await known(), 'db', used, keys, () => true),
        undefined,
      );
    });
  }
});

// When known_hosts is updated with the host keys that a server has proved, and when not.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { planRotation } from '../../../../src/tunnels/ssh/hostKeys/hostKeyRotation';
import type { KnownHostsEntry } from '../../../../src/tunnels/ssh/hostKeys/knownHostsLine';
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

describe('updating known_hosts with the host keys of a server', () => {
  it('adds new keys and removes old ones when the server has proved the key it is known by', async () => {
    const plan = planRotation(await known(), 'db', used, [used, fresh], () => true);
    assert.deepEqual(plan?.added, [fresh]);
    assert.deepEqual(
      plan.removed.map(({ key }) => key),
      [other],
    );
  });

  for (const [what, keys] of [
    ['no key at all', []],
    ['only other keys', [fresh]],
  ] as const) {
    it(`changes nothing when the server has proved ${what}`, async () => {
      assert.equal(
        planRotation(await known(), 'db', used, keys, () => true),
        undefined,
      );
    });
  }
});

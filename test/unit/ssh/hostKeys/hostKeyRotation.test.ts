// When known_hosts is updated with the host keys that a server has proved, and when not.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { planRotation } from '../../../../src/tunnels/ssh/hostKeys/hostKeyRotation';
import type { Rotation } from '../../../../src/tunnels/ssh/hostKeys/hostKeyRotation';
import type { KnownHostsEntry } from '../../../../src/tunnels/ssh/hostKeys/knownHostsLine';
import { wireString } from '../../../../src/tunnels/ssh/keys/wire';
import type { HostKeyList } from '../../../../src/tunnels/ssh/transport/ssh2/ssh2Internals';
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

const all = (keys: readonly Buffer[]): HostKeyList => ({ listed: keys, proved: keys });

function planOf(
  entries: readonly KnownHostsEntry[],
  trusted: Buffer,
  keys: HostKeyList,
  isAllowed: (key: Buffer) => boolean,
): Rotation | undefined {
  return planRotation(entries, entries[0]?.file ?? '', 'db', trusted, keys, isAllowed);
}

describe('updating known_hosts with the host keys of a server', () => {
  it('adds new keys and removes old ones when the server has proved the key it is known by', async () => {
    const plan = planOf(await known(), used, all([used, fresh]), () => true);
    assert.deepEqual(plan?.added, [fresh]);
    assert.deepEqual(
      plan.removed.map(({ key }) => key),
      [other],
    );
  });

  it('keeps the line of a key that the server lists without proof, and adds none', async () => {
    const rotate = (listed: readonly Buffer[]): unknown =>
      planOf(entries, used, { listed, proved: [used] }, () => true);
    const entries = await known();
    assert.equal(rotate([used, other]), undefined);
    assert.equal(rotate([used, other, fresh]), undefined);
  });

  it("doesn't add a key that may not be used", async () => {
    const plan = planOf(await known(), used, all([used, fresh]), (key) => key.equals(used));
    assert.deepEqual(plan?.added, []);
  });

  for (const [what, keys] of [
    ['no key at all', []],
    ['only other keys', [fresh]],
  ] as const) {
    it(`changes nothing when the server has proved ${what}`, async () => {
      assert.equal(
        planOf(await known(), used, all(keys), () => true),
        undefined,
      );
    });
  }
});

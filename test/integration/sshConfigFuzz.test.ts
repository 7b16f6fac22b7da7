// Generated ssh_config files, read by our own reader and by the installed ssh: every value that is used must be the same,
// and what ssh refuses must be refused at the same line. FUZZ_SEED and FUZZ_COUNT make other and more files.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { localUser } from '../../src/tunnels/ssh/config/localUser';
import { compareSeed } from '../support/configFuzz/compareWithSsh';
import { tempDir } from '../support/tempDir';

const seed = Number(process.env['FUZZ_SEED'] ?? 1);
const count = Number(process.env['FUZZ_COUNT'] ?? 60);
const parallel = 3;

describe('generated ssh_config files, without an installed ssh', () => {
  it(`give the same result as with ssh: seeds ${seed} to ${seed + count - 1}`, async function () {
    this.timeout(60_000 + 1000 * count);
    const env = { ...process.env, SSH_TUNNELS_TEST: '/from/env' };
    const { name: user } = localUser();
    let next = seed;
    const compareSome = async (): Promise<void> => {
      await using dir = await tempDir('config-fuzz-');
      for (let current = next++; current < seed + count; current = next++) {
        const difference = await compareSeed(current, { dir, env, user });
        assert.equal(difference, undefined, `seed ${current}: ${JSON.stringify(difference)}`);
      }
    };
    await Promise.all(Array.from({ length: parallel }, compareSome));
  });
});

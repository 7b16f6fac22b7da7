// Generated settings, file trees and ssh_config files: a part of `npm run bench -- fuzz`. FUZZ_SEED repeats a run, and
// FUZZ_COUNT makes it longer.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { fuzzSettings } from '../../../support/settingsFuzz/fuzzSettings';

const seed = Number(process.env['FUZZ_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const cases = Number(process.env['FUZZ_COUNT'] ?? 2000);

describe(`generated settings and file trees (FUZZ_SEED=${seed})`, () => {
  it(`are read without a fault, ${cases} times`, async function () {
    this.timeout(180_000 * Math.max(1, cases / 20_000));
    const { problems } = await fuzzSettings(seed, cases);
    assert.deepEqual(problems, []);
  });
});

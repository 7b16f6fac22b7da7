// A part of `npm run bench -- fuzz`: fuzzed SSH servers, before and after the login. FUZZ_SEED repeats a run, and
// FUZZ_COUNT makes it longer.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { fuzz, fuzzKinds } from '../../support/hostile/fuzz/fuzzRun';

const seed = Number(process.env['FUZZ_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const cases = Number(process.env['FUZZ_COUNT'] ?? 10_000) / 100;

describe(`a fuzzed SSH server (FUZZ_SEED=${seed})`, () => {
  for (const kind of fuzzKinds) {
    it(`${kind} the login causes no crash and no hang, only an error with a code`, async () => {
      const result = await fuzz({ kind, seed, from: 0, to: cases });
      assert.deepEqual(result.findings, []);
      assert.equal(result.cases, cases);
    });
  }
});

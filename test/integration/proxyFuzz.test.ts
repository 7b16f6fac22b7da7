// Malformed proxy handshakes of every known kind, to a dynamic and a reverse dynamic forward. None may get through or
// leave anything behind, and well-behaved clients are served meanwhile. A part of
// `npm run bench -- fuzz`, which has eleven thousand; FUZZ_SEED repeats a run, and FUZZ_COUNT makes it longer.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { ProxyFuzz } from '../support/proxyFuzz/fuzzProxies';

const seed = Number(process.env['FUZZ_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const scale = Number(process.env['FUZZ_COUNT'] ?? 2500) / 2500;

describe(`a proxy port with malformed handshakes (FUZZ_SEED=${seed})`, () => {
  let proxyFuzz: ProxyFuzz;

  before(async () => {
    proxyFuzz = await ProxyFuzz.open();
  });
  after(() => proxyFuzz[Symbol.asyncDispose]());

  for (const [kind, count] of [
    ['dynamic', 2500],
    ['reverse dynamic', 500],
  ] as const) {
    it(`survives ${Math.round(count * scale)} clients of a ${kind} forward`, async function () {
      this.timeout(240_000 * Math.max(1, scale));
      const { problems } = await proxyFuzz.run(kind, 0.4 * count, Math.round(count * scale), seed);
      assert.deepEqual(problems, []);
    });
  }
});

// Peers of the private socket that know its secret and then misbehave. A part of `npm run bench -- fuzz`, which has ten
// times as many; FUZZ_SEED repeats a run, and FUZZ_COUNT makes it longer.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { SocketFuzz } from '../support/socketFuzz/fuzzSocket';

const seed = Number(process.env['FUZZ_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const count = Number(process.env['FUZZ_COUNT'] ?? 600);

describe(`the private socket after the handshake (FUZZ_SEED=${seed})`, () => {
  let socketFuzz: SocketFuzz;

  before(async () => {
    socketFuzz = await SocketFuzz.open();
  });
  after(() => socketFuzz[Symbol.asyncDispose]());

  it(`survives ${count} misbehaving peers, of which an honest window notices nothing`, async function () {
    this.timeout(240_000 * Math.max(1, count / 600));
    const { problems } = await socketFuzz.run(0.3 * count, count, seed);
    assert.deepEqual(problems, []);
  });
});

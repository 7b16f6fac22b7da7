// What the end of a program means.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { stateAfter } from '../../../../src/tunnels/forwards/x11/programEnd';
import type { ProgramExit } from '../../../../src/tunnels/model/programState';

const program = { name: 'Clock', command: 'xclock', trusted: false };

describe('a program that has ended', () => {
  const cases: readonly (readonly [ProgramExit, said: string | undefined, told: string])[] = [
    [{ code: 0 }, undefined, 'ended'],
    [{ code: 1 }, undefined, 'ProgramFailed: with exit code 1'],
    [{ code: 127 }, 'bash: xclock: command not found', 'ProgramNotFound'],
    [{ code: 126 }, 'bash: xclock: Permission denied', 'ProgramNotFound'],
    [{ code: 1 }, 'xclock: Command not found.', 'ProgramNotFound'],
    [{ signal: 'SEGV' }, undefined, 'ProgramFailed: by the signal SEGV'],
    [{}, undefined, 'ProgramFailed: the server did not say why'],
  ];
  for (const [exit, said, told] of cases) {
    it(`${JSON.stringify(exit)} without a window: ${told}`, () => {
      const state = stateAfter(program, 'host', { exit, said, hadWindow: false, at: 7 });
      const [code, how = ''] = told.split(': ');
      assert.equal(state.status === 'failed' ? state.error.code : state.status, code);
      assert.ok(state.status !== 'failed' || state.error.message.includes(how), JSON.stringify(state));
      assert.equal(state.said, said);
    });

    it(`${JSON.stringify(exit)} after it had a window: ended`, () => {
      const state = stateAfter(program, 'host', { exit, said, hadWindow: true, at: 7 });
      assert.deepEqual(state.status === 'ended' && state.exit, exit);
    });
  }
});

// The state of an X11 program after its end.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { stateAfter } from '../../../../src/tunnels/forwards/x11/remoteProgram';
import type { ProgramExit } from '../../../../src/tunnels/model/programState';
import { messageOf } from '../../../support/errorWords';

const program = { name: 'Clock', command: 'xclock', trusted: false };

describe('an X11 program that ended', () => {
  const cases: readonly (readonly [ProgramExit, said: string | undefined, reported: string])[] = [
    [{ code: 0 }, undefined, 'ended'],
    [{ code: 1 }, undefined, 'ProgramFailed: with exit code 1'],
    [{ code: 127 }, 'bash: xclock: command not found', 'ProgramNotFound'],
    [{ code: 126 }, 'bash: xclock: Permission denied', 'ProgramNotFound'],
    [{ code: 1 }, 'xclock: Command not found.', 'ProgramNotFound'],
    [{ signal: 'SEGV' }, undefined, 'ProgramFailed: by signal SEGV'],
    [{}, undefined, 'ProgramFailed: for an unknown reason'],
  ];
  for (const [exit, said, reported] of cases) {
    const end = `with ${JSON.stringify(exit)} and the output ${JSON.stringify(said ?? '')}`;
    it(`${end}, without a window, is reported as ${reported}`, () => {
      const state = stateAfter(program, 'host', { exit, said, hadWindow: false, at: 7 });
      const [code, how = ''] = reported.split(': ');
      assert.equal(state.status === 'failed' ? state.error.code : state.status, code);
      assert.ok(state.status !== 'failed' || messageOf(state.error).includes(how), JSON.stringify(state));
      assert.equal(state.said, said);
    });

    it(`${end}, after it had a window, is reported as ended`, () => {
      const state = stateAfter(program, 'host', { exit, said, hadWindow: true, at: 7 });
      assert.deepEqual(state.status === 'ended' && state.exit, exit);
    });
  }
});

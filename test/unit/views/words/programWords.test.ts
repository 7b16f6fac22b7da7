// The text of a program in its row and for a screen reader.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { programFailed } from '../../../../src/tunnels/errors/forwards/program';
import type { ProgramSnapshot, ProgramState } from '../../../../src/tunnels/model/programState';
import {
  describeProgram,
  endedNormally,
  outputLines,
  speakProgram,
} from '../../../../src/views/words/programWords';
import { cutOff, ended, everyProgramState, program, programFailure, running } from '../snapshots';

const exitsAtOnce = {
  status: 'failed',
  at: 0,
  error: programFailed('xclock', 'h', { exitCode: 1 }),
} as const;
const ready = { status: 'ready' } as const;

/** The state in short, for a title. */
function outline(state: ProgramState): string {
  const exit = 'exit' in state ? `, exit ${JSON.stringify(state.exit)}` : '';
  const said = 'said' in state ? `, output ${JSON.stringify(state.said)}` : '';
  return `${state.status}${exit}${said}`;
}

describe('the row of a program', () => {
  const cases: readonly [snapshot: ProgramSnapshot, words: string][] = [
    [program(), 'xclock'],
    [program(ready, { name: 'xclock' }), ''],
    [program(ready, { command: 'gedit', trusted: true }), 'gedit · trusted'],
    [
      program(ready, { command: 'startxfce4', nested: '1280x800' }),
      'startxfce4 · in its own 1280x800 window',
    ],
    [program(ready, { trusted: true, nested: '800x600' }), 'xclock · in its own 800x600 window'],
    [program(ready, { command: 'xfreerdp /p:hunter2' }), 'xfreerdp /p:…'],
    [program(ready, { command: "xterm  -e 'x --password=hunter2'" }), "xterm␣␣-e 'x --password=…"],
    [program({ status: 'starting' }), 'starting…'],
    [program(running(1)), 'running · 1 window'],
    [program(running(2)), 'running · 2 windows'],
    [program(running(0)), 'running · no window'],
    [program(running(1), { trusted: true }), 'running · 1 window · trusted'],
    [program({ status: 'stopping' }), 'stopping…'],
    [program(ended()), 'ended'],
    [program(ended({})), 'ended'],
    [program(ended({ code: 0 }, { hadWindow: false })), 'ended · showed no window'],
    [program(ended({ code: 1 })), 'exit code 1'],
    [program(ended({ code: 1 }, { said: 'one\r\ntwo\u001b[0m\n\n' })), 'exit code 1 · two'],
    [program(ended({ code: 0 }, { said: 'never mind' })), 'ended'],
    [program(ended({ signal: 'TERM' })), 'ended by signal TERM'],
    [program(ended({ code: 143 })), 'ended by signal TERM'],
    [program(ended({ signal: 'SEGV' }, { said: 'oh' })), 'ended by signal SEGV · oh'],
    [program(programFailure), 'failed: There is no display for its windows: DISPLAY is not set.'],
    [program(cutOff), 'ended with the connection'],
    [
      program({ ...programFailure, said: 'xauth: creating' }),
      'failed: There is no display for its windows: DISPLAY is not set.',
    ],
    [program({ ...exitsAtOnce, said: 'no such report' }), 'failed: no such report'],
    [program(exitsAtOnce), 'failed: "xclock" ended at once on h, with exit code 1, and showed no window.'],
  ];
  for (const [snapshot, words] of cases) {
    it(`says ${words === '' ? 'no command that is also the name' : `"${words}"`} in the state: ${outline(snapshot.state)}`, () =>
      assert.equal(describeProgram(snapshot), words));
  }
});

describe('the end of a program', () => {
  it('is a success for exit code 0 and for the signals that stop a program, and a failure for others', () => {
    const successes = [{}, { code: 0 }, { signal: 'TERM' }, { signal: 'KILL' }, { code: 143 }, { code: 130 }];
    const failures = [{ code: 1 }, { code: 139 }, { signal: 'SEGV' }, { signal: 'ABRT' }];
    assert.deepEqual(
      successes.map(endedNormally),
      successes.map(() => true),
    );
    assert.deepEqual(
      failures.map(endedNormally),
      failures.map(() => false),
    );
  });
});

describe('the output lines of a program', () => {
  it('are the last lines, without escapes and empty lines', () =>
    assert.deepEqual(outputLines('a\n\n\u001b[31mb\r\nc', 2), ['b', 'c']));
  it('are none without output', () => assert.deepEqual(outputLines(undefined), []));
});

describe('the screen reader text of a program', () => {
  const cases: readonly [snapshot: ProgramSnapshot, words: string][] = [
    [program(running(2)), 'Program Clock: xclock, untrusted. Running, 2 windows.'],
    [program(ready, { trusted: true }), 'Program Clock: xclock, trusted. Not running.'],
    [
      program({ status: 'starting' }, { trusted: true, nested: '800x600' }),
      'Program Clock: xclock, in its own window. Starting.',
    ],
    [
      program(ended({ code: 1 }, { said: "can't open display" })),
      "Program Clock: xclock, untrusted. Exit code 1. Output: can't open display.",
    ],
    [
      program(programFailure),
      'Program Clock: xclock, untrusted. Failed: There is no display for its windows: DISPLAY is not set. Start VS Code in a desktop session, or start an X server and set DISPLAY.',
    ],
  ];
  for (const [snapshot, words] of cases) {
    it(`is "${words}"`, () => assert.equal(speakProgram(snapshot), words));
  }
  it('is whole sentences in every state', () => {
    for (const state of everyProgramState) {
      assert.match(speakProgram(program(state)), /^Program Clock: .*\. [A-Z].*\.$/);
    }
  });
});

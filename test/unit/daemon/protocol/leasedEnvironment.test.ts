// The environment of a lease: what a program can be started with.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  leasedEnvironment,
  startableEnvironment,
} from '../../../../src/tunnels/daemon/protocol/leasedEnvironment';

describe('the environment of a lease', () => {
  function names(env: NodeJS.ProcessEnv, platform: NodeJS.Platform = 'linux'): readonly string[] {
    return Object.keys(leasedEnvironment(env, platform)).sort();
  }

  it("holds what the user's own programs get", () => {
    assert.deepEqual(names({ PATH: '/bin', VSCODE_PID: '1' }), ['PATH']);
  });

  it('holds names and values with any characters that a program can be started with', () => {
    const env = {
      'ProgramFiles(x86)': 'C:\\Program Files (x86)',
      'BASH_FUNC_x%%': '() {  echo x\n}',
      '=C:': 'C:\\Users\\me',
      'näme with spaces': 'a "q"\u0001\ufffd\ud800',
      EMPTY: '',
      constructor: 'x',
    };
    assert.deepEqual(leasedEnvironment(env, 'linux'), env);
    const received = JSON.parse(JSON.stringify(leasedEnvironment(env, 'linux'))) as unknown;
    assert.deepEqual(received, env);
    const odd = JSON.parse('{ "__proto__": "x", "": "1", "A=B": "2", "=": "3", "A\\u0000B": "4" }') as object;
    assert.deepEqual(Object.keys(startableEnvironment({ ...odd })), ['__proto__', '=']);
  });

  it('leaves out a variable that is too long to start a program with on Linux', () => {
    // MAX_ARG_STRLEN with the final zero.
    const longest = 'x'.repeat(128 * 1024 - 'A='.length - 1);
    assert.deepEqual(names({ A: longest, B: '1' }), ['A', 'B']);
    assert.deepEqual(names({ A: `${longest}x`, B: '1' }), ['B']);
    assert.deepEqual(names({ A: 'é'.repeat(66_000), B: '1' }), ['B']);
  });

  it('leaves out the largest variables when all together are too long', () => {
    const ordinary = Object.fromEntries(
      Array.from({ length: 128 }, (_, index) => [`ORDINARY_${index}`, 'x'.repeat(1010)]),
    );
    const large = Object.fromEntries(
      Array.from({ length: 8 }, (_, index) => [`LARGE_${index}`, 'x'.repeat(100_000 + index)]),
    );
    const remaining = names({ ...large, ...ordinary });
    assert.deepEqual(remaining.slice(3), Object.keys(ordinary).sort());
    assert.deepEqual(remaining.slice(0, 3), ['LARGE_0', 'LARGE_1', 'LARGE_2']);
    assert.ok(Buffer.byteLength(JSON.stringify(ordinary)) > 128 * 1024);
  });

  it('counts what each variable costs in addition to its text', () => {
    const tiny = Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`v${index}`, '']));
    // execve(2) counts the zero byte and the pointer, too.
    const cost = names(tiny).reduce((sum, name) => sum + name.length + '='.length + 1 + 8, 0);
    assert.ok(cost <= 512 * 1024 && cost > 511 * 1024, String(cost));
  });
});

// The environment of the daemon itself, which has nothing of the window that happens to start it.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { daemonEnvironment, reasonIn } from '../../../../src/tunnels/daemon/client/launch';

describe("the daemon's own environment", () => {
  const own = { ELECTRON_RUN_AS_NODE: '1', UV_THREADPOOL_SIZE: '64' };

  it('holds only what a program needs to find the files of its user', () => {
    const env = { PATH: '/bin', HOME: '/home/me', XDG_RUNTIME_DIR: '/run/user/1', LC_ALL: 'C' };
    const ofWindow = { WORK_TOKEN: 'secret', SSH_AUTH_SOCK: '/a', NODE_OPTIONS: '-r x', VSCODE_PID: '1' };
    assert.deepEqual(daemonEnvironment({ ...env, ...ofWindow }, 'linux'), { ...env, ...own });
  });

  it('is found in any case on Windows', () => {
    const env = {
      Path: 'C:\\Windows',
      systemroot: 'C:\\Windows',
      ComSpec: 'C:\\Windows\\system32\\cmd.exe',
      LocalAppData: 'C:\\Users\\me\\AppData\\Local',
      ProgramData: 'C:\\ProgramData',
    };
    const expected = {
      PATH: env.Path,
      SystemRoot: env.systemroot,
      COMSPEC: env.ComSpec,
      LOCALAPPDATA: env.LocalAppData,
      ProgramData: env.ProgramData,
    };
    assert.deepEqual(daemonEnvironment(env, 'win32'), { ...expected, ...own });
    assert.deepEqual(daemonEnvironment({ Path: '/bin' }, 'linux'), own);
  });
});

describe('what a daemon that could not start has written', () => {
  const warning = [
    '(node:4711) ExperimentalWarning: Importing JSON modules is an experimental feature',
    '(Use `node --trace-warnings ...` to show where the warning was created)',
  ];
  const rows: Readonly<Record<string, readonly [reason: string | undefined, ...lines: string[]]>> = {
    'an error of Node': [
      "Error: Cannot find module 'x'",
      'node:internal/modules/cjs/loader:1080',
      '  throw err;',
      '  ^',
      '',
      "Error: Cannot find module 'x'",
      '    at Module._resolveFilename (node:internal/modules/cjs/loader:1077:15)',
    ],
    'an error after a warning': ['RangeError: no', ...warning, 'RangeError: no'],
    'an error with a code': ['TypeError [ERR_INVALID_ARG_TYPE]: no', 'TypeError [ERR_INVALID_ARG_TYPE]: no'],
    'a warning alone': [undefined, ...warning],
    'a thrown text': [
      'no luck',
      '/x.js:1',
      "throw 'no luck'",
      '^',
      'no luck',
      warning[1] ?? '',
      '',
      'Node.js v20',
    ],
    'process.abort()': [undefined, '----- Native stack trace -----', '', ' 1: 0xd3a3c0  [node]'],
    'too little memory': [
      'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
      '',
      '<--- Last few GCs --->',
      '',
      '[4711:0x5581]      190 ms: Mark-sweep 18.4 (21.0) -> 18.0 (21.2) MB, 8.6 / 0.0 ms',
      '<--- JS stacktrace --->',
      '',
      'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
      ' 1: 0xb9c310 node::Abort() [node]',
    ],
    'a crash of Electron': [
      'FATAL:v8_initializer.cc(565)] Error loading V8 startup snapshot file',
      '[4711:1201/031415.926:FATAL:v8_initializer.cc(565)] Error loading V8 startup snapshot file',
    ],
    'an option that is unknown': ['node: bad option: --x', 'node: bad option: --x'],
    'a library that is missing': [
      'code: error while loading shared libraries: libnss3.so: cannot open shared object file',
      'code: error while loading shared libraries: libnss3.so: cannot open shared object file',
    ],
    nothing: [undefined],
  };
  for (const [what, [reason, ...lines]] of Object.entries(rows)) {
    it(`names the reason: ${what}`, () => {
      assert.equal(reasonIn(lines.join('\n')), reason);
      assert.equal(reasonIn(lines.join('\r\n')), reason);
    });
  }
});

// The environment of the daemon itself, which has nothing of the window that happens to start it.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { daemonEnvironment } from '../../../../src/tunnels/daemon/client/launch';

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

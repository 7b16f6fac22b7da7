// The environment of a lease: complete, but without the editor's own variables, and limited in size.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { leasedEnvironment } from '../../../../src/tunnels/daemon/protocol/leasedEnvironment';

describe('the environment of a lease', () => {
  function names(env: NodeJS.ProcessEnv, platform: NodeJS.Platform = 'linux'): readonly string[] {
    return Object.keys(leasedEnvironment(env, platform)).sort();
  }

  it('holds every variable of the window, whatever its name', () => {
    const env = {
      PATH: '/usr/bin',
      HOME: '/home/me',
      XDG_RUNTIME_DIR: '/run/user/1000',
      WORK_KEYS: '/keys',
      AWS_PROFILE: 'work',
      https_proxy: 'http://proxy:3128',
      LC_ALL: 'de_DE.UTF-8',
      EMPTY: '',
      'BASH_FUNC_ssh_hop%%': '() {  echo hop; }',
      'ProgramFiles(x86)': 'C:\\Program Files (x86)',
      // For the user's own Node programs.
      NODE_ENV: 'production',
      NODE_EXTRA_CA_CERTS: '/etc/ca.pem',
      NODE_PATH: '/usr/lib/node',
      // Like the editor's variables, but not set by it.
      SNAPSHOT: '1',
      MY_VSCODE_DIR: '/x',
      BROWSER: 'firefox',
      GIT_ASKPASS: '/usr/bin/ksshaskpass',
      SSH_ASKPASS: '/usr/bin/ksshaskpass',
      SSH_ASKPASS_REQUIRE: 'prefer',
      TERM_PROGRAM: 'iTerm.app',
      TERM_PROGRAM_VERSION: '3',
    };
    assert.deepEqual(leasedEnvironment(env, 'linux'), env);
    assert.deepEqual(names({ A: '1', B: undefined }), ['A']);
  });

  it("leaves out what belongs to VS Code, to Electron and to Node's own running", () => {
    const env = {
      VSCODE_PID: '1',
      VSCODE_IPC_HOOK: '/x',
      VSCODE_PORTABLE: '/x',
      VSCODE_NODE_OPTIONS: '--inspect',
      VSCODE_GIT_ASKPASS_NODE: '/x',
      ELECTRON_RUN_AS_NODE: '1',
      ELECTRON_NO_ATTACH_CONSOLE: '1',
      SNAP: '/snap/code/1',
      SNAP_NAME: 'code',
      GDK_PIXBUF_MODULE_FILE: '/snap/x',
      APPLICATION_INSIGHTS_NO_DIAGNOSTIC_CHANNEL: '1',
      CHROME_DESKTOP: 'code.desktop',
      CODE_SERVER_PARENT_PID: '1',
      NODE_OPTIONS: '--require /bootloader.js',
      NODE_REPL_EXTERNAL_MODULE: '/x',
      NODE_CHANNEL_FD: '3',
      NODE_CHANNEL_SERIALIZATION_MODE: 'json',
      NODE_UNIQUE_ID: '1',
      NODE_V8_COVERAGE: '/x',
      BROWSER: '/home/me/.vscode-server/bin/1/bin/helpers/browser.sh',
      GIT_ASKPASS: '/usr/share/code/resources/app/extensions/git/dist/askpass.sh',
      SSH_ASKPASS: '/usr/share/code/resources/app/extensions/git/dist/ssh-askpass.sh',
      SSH_ASKPASS_REQUIRE: 'force',
      TERM_PROGRAM: 'vscode',
      TERM_PROGRAM_VERSION: '1.139.1',
    };
    assert.deepEqual(names({ ...env, HOME: '/home/me' }), ['HOME']);
  });

  it('holds the original values of variables that the snap of VS Code and Chromium replace', () => {
    const env = {
      GTK_PATH: '/snap/code/1/gtk',
      GTK_PATH_VSCODE_SNAP_ORIG: '',
      XDG_DATA_DIRS: '/snap/code/1/share',
      XDG_DATA_DIRS_VSCODE_SNAP_ORIG: '/usr/share',
      XDG_CURRENT_DESKTOP: 'Unity',
      ORIGINAL_XDG_CURRENT_DESKTOP: 'ubuntu:GNOME',
    };
    assert.deepEqual(leasedEnvironment(env, 'linux'), {
      XDG_DATA_DIRS: '/usr/share',
      XDG_CURRENT_DESKTOP: 'ubuntu:GNOME',
    });
    assert.deepEqual(names({ ORIGINAL_XDG_CURRENT_DESKTOP: 'undefined' }, 'darwin'), []);
  });

  it('compares names in any case on Windows', () => {
    const env = {
      Path: 'C:\\Windows',
      ProgramData: 'C:\\ProgramData',
      SystemRoot: 'C:\\Windows',
      windir: 'C:\\Windows',
      APPDATA: 'C:\\Users\\me\\AppData\\Roaming',
    };
    const ofEditor = {
      Vscode_Pid: '1',
      electron_run_as_node: '1',
      Node_Options: '-r x',
      Term_Program: 'vscode',
    };
    assert.deepEqual(leasedEnvironment({ ...env, ...ofEditor }, 'win32'), env);
    const askpass = 'C:\\Code\\resources\\app\\extensions\\git\\dist\\askpass.sh';
    assert.deepEqual(names({ Git_AskPass: askpass }, 'win32'), []);
    // Elsewhere those are other variables.
    assert.deepEqual(names({ Vscode_Pid: '1' }), ['Vscode_Pid']);
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
});

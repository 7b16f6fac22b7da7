// The environment of the user's own programs: complete, but without the editor's own variables.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { userEnvironment } from '../../../src/tunnels/util/userEnvironment';

describe("the environment of the user's programs", () => {
  function names(env: NodeJS.ProcessEnv, platform: NodeJS.Platform = 'linux'): readonly string[] {
    return Object.keys(userEnvironment(env, platform)).sort();
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
      GIT_EDITOR: 'vi',
      CHROME_BIN: '/usr/bin/chromium',
      LOG_LEVEL: 'debug',
      ARGV0: 'x',
      TERM_PROGRAM: 'iTerm.app',
      TERM_PROGRAM_VERSION: '3',
    };
    assert.deepEqual(userEnvironment(env, 'linux'), env);
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
      CHROME_CRASHPAD_PIPE_NAME: '\\\\.\\pipe\\crashpad_1_X',
      GIO_LAUNCHED_DESKTOP_FILE: '/usr/share/applications/code.desktop',
      GIO_LAUNCHED_DESKTOP_FILE_PID: '1',
      BAMF_DESKTOP_FILE_HINT: '/usr/share/applications/code.desktop',
      DESKTOP_STARTUP_ID: 'x',
      XDG_ACTIVATION_TOKEN: 'x',
      USER_ZDOTDIR: '/home/me',
      CODE_SERVER_PARENT_PID: '1',
      CODE_SERVER_SESSION_SOCKET: '/x',
      LOG_LEVEL: 'info',
      NODE_EXEC_PATH: '/usr/lib/code-server/lib/node',
      APPIMAGE: '/x/VSCodium.AppImage',
      APPDIR: '/tmp/.mount_x',
      ARGV0: './VSCodium.AppImage',
      OWD: '/home/me',
      NODE_OPTIONS: '--require /bootloader.js',
      NODE_REPL_EXTERNAL_MODULE: '/x',
      NODE_CHANNEL_FD: '3',
      NODE_CHANNEL_SERIALIZATION_MODE: 'json',
      NODE_UNIQUE_ID: '1',
      NODE_V8_COVERAGE: '/x',
      BROWSER: '/home/me/.vscode-server/bin/1/bin/helpers/browser.sh',
      GIT_ASKPASS: '/usr/share/code/resources/app/extensions/git/dist/askpass.sh',
      GIT_EDITOR: '"/usr/share/code/resources/app/extensions/git/dist/git-editor.sh"',
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
    assert.deepEqual(userEnvironment(env, 'linux'), {
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
    assert.deepEqual(userEnvironment({ ...env, ...ofEditor }, 'win32'), env);
    const askpass = 'C:\\Code\\resources\\app\\extensions\\git\\dist\\askpass.sh';
    assert.deepEqual(names({ Git_AskPass: askpass }, 'win32'), []);
    // Elsewhere those are other variables.
    assert.deepEqual(names({ Vscode_Pid: '1' }), ['Vscode_Pid']);
  });
});

// Which variables of a window's environment a command of ssh_config may depend on.
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { environmentOf, namedEnvironment } from '../../../../src/tunnels/ssh/config/commandEnvironment';

describe('what a command may depend on', () => {
  function names(command: string, env: Readonly<Record<string, string>>): readonly string[] {
    return environmentOf(command, env).map(([name]) => name);
  }

  it('includes every variable but those that differ from one terminal to the next', () => {
    const incidental = {
      _: '/usr/bin/code',
      PWD: '/x',
      OLDPWD: '/y',
      SHLVL: '2',
      TERM: 'xterm',
      TERM_SESSION_ID: '1',
      ITERM_SESSION_ID: '1',
      WINDOWID: '1',
      TMUX: '/tmp/tmux',
      WT_SESSION: '1',
      KITTY_WINDOW_ID: '1',
      ConEmuPID: '1',
      DESKTOP_STARTUP_ID: '1',
      GIO_LAUNCHED_DESKTOP_FILE_PID: '1',
      INVOCATION_ID: '1',
      STARSHIP_SESSION_KEY: '1',
      ATUIN_SESSION: '1',
      SSH_TTY: '/dev/pts/1',
      XDG_SESSION_ID: '3',
      WSL_INTEROP: '/run/WSL/1_interop',
    };
    const telling = {
      PATH: '/bin',
      HOME: '/root',
      CORP_PROXY: 'a',
      AWS_PROFILE: 'b',
      TERMS: 'c',
      KITTYHAWK_TOKEN: 'e',
      SSH_AUTH_SOCK: 'd',
    };
    assert.deepEqual(names('nc %h %p', { ...incidental, ...telling }), Object.keys(telling).sort());
  });

  it('includes one of a terminal where the command names it', () => {
    assert.deepEqual(names('nc -x "${SSH_TTY:-no}" $PWD', { SSH_TTY: '1', PWD: '/', SHLVL: '1' }), [
      'PWD',
      'SSH_TTY',
    ]);
  });

  it('does not depend on the order in which a window has its variables', () => {
    assert.deepEqual(environmentOf('x', { B: '2', A: '1' }), environmentOf('x', { A: '1', B: '2' }));
  });

  it('includes variables named as a shell or cmd.exe names them', () => {
    const command = 'x $CORP_PROXY ${WORK_SITE:-none} %%APPDATA%% $1 $$ %h';
    const env = { CORP_PROXY: 'p', APPDATA: 'C:\\', HOME: '/root' };
    assert.deepEqual(namedEnvironment(command, env), [
      ['APPDATA', 'C:\\'],
      ['CORP_PROXY', 'p'],
      ['WORK_SITE', undefined],
    ]);
  });

  it('compares names in any case on Windows', () => {
    const env = { Path: 'C:\\Windows', SessionName: 'Console', WT_Session: '1', PSModulePath: 'C:\\x' };
    assert.deepEqual(environmentOf('nc %%path%%', env, 'win32'), [['PATH', 'C:\\Windows']]);
    assert.deepEqual(environmentOf('x %%sessionname%%', { SESSIONNAME: 'Console' }, 'win32'), [
      ['SESSIONNAME', 'Console'],
    ]);
    assert.deepEqual(environmentOf('x', { Path: '1' }, 'win32'), environmentOf('x', { PATH: '1' }, 'win32'));
    assert.deepEqual(environmentOf('x', { Pwd: '1' }, 'linux'), [['Pwd', '1']]);
  });
});

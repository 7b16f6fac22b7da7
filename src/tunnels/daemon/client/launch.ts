// Starts the daemon: its own process, detached, with a minimal environment, so that it outlives the window.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { explainExit } from './exitCode';

/** Variables a program needs to find its user's files; the rest of a window's environment is not the host's business. */
const passedOn = [
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'LANG',
  'LC_ALL',
  'LC_CTYPE',
  'TMPDIR',
  'TEMP',
  'TMP',
  'XDG_RUNTIME_DIR',
  'SystemRoot',
  'SystemDrive',
  'USERPROFILE',
  'APPDATA',
  'LOCALAPPDATA',
  'ProgramData',
  'COMSPEC',
  'PATHEXT',
] as const;

/**
 * @param script the bundled host, `dist/tunnelDaemon.js`
 * @param onFailed it could not be started, or has given up; not called where another host was quicker
 */
export function launchDaemon(
  script: string,
  env: NodeJS.ProcessEnv,
  onFailed: (reason: string) => void,
): void {
  const child = spawn(process.execPath, [script], {
    cwd: homedir(),
    detached: true,
    stdio: 'ignore',
    windowsHide: true,
    env: {
      ...Object.fromEntries(passedOn.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]]))),
      // In the desktop editor process.execPath is Electron; plain Node does not mind.
      ELECTRON_RUN_AS_NODE: '1',
    },
  });
  child.on('error', (error) => onFailed(String(error)));
  child.on('exit', (code, signal) => {
    if (!existsSync(script)) {
      onFailed(`${script} is gone; after an update of the extension the window has to be reloaded`);
    } else if (code !== 0) {
      onFailed(code === null ? `it was ended by ${String(signal)}` : explainExit(code));
    }
  });
  child.unref();
}

// Starts the daemon as a detached process with a minimal environment, so that it outlives the window.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { variable } from '../../util/environment';
import { explainExit } from '../endpoint/exitCode';

/**
 * Variables that a program needs to find its user's files. The daemon gets no others from the window that starts it.
 */
const inheritedVariables = [
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
 * The system's lookups of names use half of these threads at once (libuv). With its default, which is four, two names
 * whose name servers don't answer would delay all others for a minute.
 */
const workerThreads = 64;

/** @param env of the window */
export function daemonEnvironment(env: NodeJS.ProcessEnv, platform?: NodeJS.Platform): NodeJS.ProcessEnv {
  const inherited = inheritedVariables.flatMap((name) => {
    const value = variable(env, name, platform);
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries(inherited),
    // In the desktop editor process.execPath is Electron; plain Node ignores this.
    ELECTRON_RUN_AS_NODE: '1',
    UV_THREADPOOL_SIZE: String(workerThreads),
  };
}

/**
 * @param script the bundled daemon, `dist/tunnelDaemon.js`
 * @param onFailed it could not be started, or has failed; not called when another daemon was first
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
    env: daemonEnvironment(env),
  });
  child.on('error', (error) => onFailed(String(error)));
  child.on('exit', (code, signal) => {
    if (!existsSync(script)) {
      onFailed(`${script} doesn't exist. If the extension was updated, reload the window.`);
    } else if (code !== 0) {
      onFailed(code === null ? `The daemon was ended by ${String(signal)}.` : explainExit(code));
    }
  });
  child.unref();
}

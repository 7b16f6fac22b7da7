// Starts the daemon as a detached process with a minimal environment, so that it outlives the window.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { variable } from '../../util/environment';
import { currentFolderFor } from '../../util/system/currentFolder';

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

/** Of what a daemon writes to its standard error: a stack trace fits. */
const maxReasonLength = 4000;

/** Disposing of it stops listening to the daemon, which goes on. */
export interface LaunchedDaemon extends Disposable {
  /** Why it could not be started or has failed; undefined also if another daemon was first. */
  readonly failure: string | undefined;
}

/** @param script the bundled daemon, `dist/tunnelDaemon.js` */
export function launchDaemon(script: string, env: NodeJS.ProcessEnv): LaunchedDaemon {
  const child = spawn(process.execPath, [script], {
    cwd: currentFolderFor(homedir()),
    detached: true,
    // Its standard error has the reason if it can't start. Node and Electron report there, too.
    stdio: ['ignore', 'ignore', 'pipe'],
    windowsHide: true,
    env: daemonEnvironment(env),
  });
  let failure: string | undefined;
  let written = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    written = (written + text).slice(0, maxReasonLength);
  });
  child.stderr.on('error', () => undefined);
  child.on('error', (error) => {
    failure ??= String(error);
  });
  // Not 'exit': the reason is still to be read.
  child.on('close', (code, signal) => {
    if (!existsSync(script)) {
      failure ??= `${script} doesn't exist. If the extension was updated, reload the window.`;
    } else if (code !== 0) {
      const end =
        code === null ? `The daemon was ended by ${String(signal)}.` : `The daemon exited with code ${code}.`;
      failure ??= reasonIn(written) ?? end;
    }
  });
  child.unref();
  return {
    get failure() {
      return failure;
    },
    [Symbol.dispose]: () => child.stderr.destroy(),
  };
}

/** The line that names the error, of an error that Node prints with its source line and stack; else the first line. */
export function reasonIn(written: string): string | undefined {
  const lines = written
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  return lines.find((line) => /^\w*(?:Error|Failure)\b/.test(line)) ?? lines[0];
}

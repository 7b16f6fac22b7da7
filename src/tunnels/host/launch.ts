// Starts the tunnel host: its own process, detached, with a minimal environment, so that it outlives the window.
import { spawn } from 'node:child_process';
import { homedir } from 'node:os';

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

/** @param script the bundled host, `dist/tunnelHost.js` */
export function launchTunnelHost(script: string, env: NodeJS.ProcessEnv): void {
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
  // That it could not be started shows in nobody answering.
  child.on('error', () => undefined);
  child.unref();
}

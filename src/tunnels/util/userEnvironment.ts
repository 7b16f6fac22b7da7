// The environment that the user's own programs get: that of this process, without the variables of VS Code, Electron and
// Node itself. What VS Code has replaced has its original value.
import type { Environment } from './environment';
import { comparableName } from './environment';

/**
 * Always removed.
 *
 * VS Code removes the first four from the environment of programs that it starts (sanitizeProcessEnvironment() in its
 * vs/base/common/processes.ts). It leaves a few VSCODE_ names there, which only its own shell integration reads. Node's
 * other variables stay, because users set them for their own programs: NODE_EXTRA_CA_CERTS, NODE_PATH, NODE_ENV …
 */
const removedPatterns = [
  /^VSCODE_/,
  /^ELECTRON_/,
  /^SNAP(_|$)/,
  /^GDK_PIXBUF_/,
  // The values that VS Code's snap has replaced.
  /_VSCODE_SNAP_ORIG$/,
  // Set by VS Code's telemetry, and by its shell integration.
  /^APPLICATION_INSIGHTS_NO_/,
  /^USER_ZDOTDIR$/,
  // Set by Chromium: on Linux, and for its crash reporter on Windows.
  /^(CHROME_DESKTOP|CHROME_CRASHPAD_\w+)$/,
  /^ORIGINAL_XDG_CURRENT_DESKTOP$/,
  // How the desktop has started VS Code (GDesktopAppInfo of GLib, startup-notification, xdg-activation).
  /^(GIO_LAUNCHED_DESKTOP_FILE(_PID)?|BAMF_DESKTOP_FILE_HINT|DESKTOP_STARTUP_ID|XDG_ACTIVATION_TOKEN)$/,
  // code-server: VS Code in a browser.
  /^CODE_SERVER_/,
  // Node reads these at its start (`node --help`, cli.md), or uses them to find its parent (child_process.fork(),
  // cluster).
  /^NODE_(OPTIONS|REPL_EXTERNAL_MODULE|V8_COVERAGE|CHANNEL_FD|CHANNEL_SERIALIZATION_MODE|UNIQUE_ID)$/,
] as const;

/** Removed, together with those in `also`, when they have such a value: VS Code or what contains it has set them. */
const setByEditor = [
  // buildUserEnvironment() of vs/server/node/extensionHostConnection.ts. Works only in VS Code's own terminals.
  { name: 'BROWSER', value: /[\\/]helpers[\\/]browser\.(sh|cmd)$/, also: [] },
  // Set by the git extension in a window that was opened from another window's terminal.
  { name: 'GIT_ASKPASS', value: /[\\/]extensions[\\/]git[\\/]/, also: [] },
  { name: 'GIT_EDITOR', value: /[\\/]extensions[\\/]git[\\/]/, also: [] },
  { name: 'SSH_ASKPASS', value: /[\\/]extensions[\\/]git[\\/]/, also: ['SSH_ASKPASS_REQUIRE'] },
  { name: 'TERM_PROGRAM', value: /^vscode$/, also: ['TERM_PROGRAM_VERSION'] },
  // code-server sets these for its own processes (its out/node/cli.js and wrapper.js).
  { name: 'CODE_SERVER_PARENT_PID', value: /./, also: ['LOG_LEVEL', 'NODE_EXEC_PATH'] },
  // VSCodium. zsh would pass ARGV0 on as the name of each program (docs.appimage.org, environment variables).
  { name: 'APPIMAGE', value: /./, also: ['APPDIR', 'ARGV0', 'OWD'] },
] as const;

/** @param env of this process */
export function userEnvironment(
  env: NodeJS.ProcessEnv,
  platform: NodeJS.Platform = process.platform,
): Environment {
  const comparable = (name: string): string => comparableName(name, platform);
  const all = withOriginalValues(env);
  const removedNames = new Set<string>(
    setByEditor
      .filter(({ name, value }) =>
        all.some(([given, text]) => comparable(given) === name && value.test(text)),
      )
      .flatMap(({ name, also }) => [name, ...also]),
  );
  const isRemoved = (name: string): boolean =>
    removedNames.has(name) || removedPatterns.some((pattern) => pattern.test(name));
  return Object.fromEntries(all.filter(([name]) => !isRemoved(comparable(name))));
}

/** Restores the values that VS Code's snap and Chromium have replaced. */
function withOriginalValues(env: NodeJS.ProcessEnv): readonly (readonly [name: string, value: string])[] {
  const values = new Map(Object.entries(env));
  for (const [name, original] of Object.entries(env)) {
    const changed = /^(.+)_VSCODE_SNAP_ORIG$/.exec(name)?.[1];
    if (changed !== undefined) {
      // Empty if the variable was not set: unsetSnapExportedVariables() of vs/platform/environment.
      values.set(changed, original === '' ? undefined : original);
    }
  }
  const { ORIGINAL_XDG_CURRENT_DESKTOP: desktop } = env;
  // Outside Linux, Electron sets the text "undefined".
  if (desktop !== undefined && desktop !== 'undefined') {
    values.set('XDG_CURRENT_DESKTOP', desktop);
  }
  return [...values].flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
}

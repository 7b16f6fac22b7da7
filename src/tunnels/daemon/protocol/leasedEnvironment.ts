// The environment sent with a lease: the window's, without the variables of VS Code, Electron and Node itself, and
// limited in size. So ssh_config and its commands see the same variables as in the user's terminal.
import type { Environment } from '../../util/environment';

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
  // Set by VS Code's telemetry, and by Chromium on Linux.
  /^APPLICATION_INSIGHTS_NO_/,
  /^CHROME_DESKTOP$/,
  /^ORIGINAL_XDG_CURRENT_DESKTOP$/,
  // code-server: VS Code in a browser.
  /^CODE_SERVER_/,
  // Node reads these at its start (`node --help`, cli.md), or uses them to find its parent (child_process.fork(),
  // cluster).
  /^NODE_(OPTIONS|REPL_EXTERNAL_MODULE|V8_COVERAGE|CHANNEL_FD|CHANNEL_SERIALIZATION_MODE|UNIQUE_ID)$/,
] as const;

/** Removed, together with those in `also`, when VS Code has set it: they work only in its own terminals. */
const setByEditor = [
  // buildUserEnvironment() of vs/server/node/extensionHostConnection.ts
  { name: 'BROWSER', value: /[\\/]helpers[\\/]browser\.(sh|cmd)$/, also: [] },
  // Set by the git extension in a window that was opened from another window's terminal.
  { name: 'GIT_ASKPASS', value: /[\\/]extensions[\\/]git[\\/]/, also: [] },
  { name: 'SSH_ASKPASS', value: /[\\/]extensions[\\/]git[\\/]/, also: ['SSH_ASKPASS_REQUIRE'] },
  { name: 'TERM_PROGRAM', value: /^vscode$/, also: ['TERM_PROGRAM_VERSION'] },
] as const;

/** Bytes of `NAME=value`: MAX_ARG_STRLEN of Linux, without the final zero byte. No program starts with more. */
const longestVariable = 128 * 1024 - 1;
/** Bytes. Programs start with up to 1 MB of variables and arguments on macOS, 2 MB on Linux. */
const largestEnvironment = 512 * 1024;

/**
 * Removes whole variables where there is too much, the largest first.
 * @param env the window's `process.env`
 */
export function leasedEnvironment(
  env: NodeJS.ProcessEnv,
  platform: NodeJS.Platform = process.platform,
): Environment {
  // On Windows names are case-insensitive: `Path` is `PATH`.
  const comparable = (name: string): string => (platform === 'win32' ? name.toUpperCase() : name);
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
  return Object.fromEntries(withinSizeLimits(all.filter(([name]) => !isRemoved(comparable(name)))));
}

type Variable = readonly [name: string, value: string];

/** Restores the values that VS Code's snap and Chromium have replaced. */
function withOriginalValues(env: NodeJS.ProcessEnv): readonly Variable[] {
  const values = { ...env };
  for (const [name, original] of Object.entries(env)) {
    const changed = /^(.+)_VSCODE_SNAP_ORIG$/.exec(name)?.[1];
    if (changed !== undefined) {
      // Empty if the variable was not set: unsetSnapExportedVariables() of vs/platform/environment.
      values[changed] = original === '' ? undefined : original;
    }
  }
  const { ORIGINAL_XDG_CURRENT_DESKTOP: desktop } = env;
  // Outside Linux, Electron sets the text "undefined".
  if (desktop !== undefined && desktop !== 'undefined') {
    values['XDG_CURRENT_DESKTOP'] = desktop;
  }
  return Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
}

function withinSizeLimits(variables: readonly Variable[]): readonly Variable[] {
  const sized = variables
    .map((variable) => ({ variable, bytes: Buffer.byteLength(variable.join('=')) }))
    .filter(({ bytes }) => bytes <= longestVariable);
  let sum = sized.reduce((total, { bytes }) => total + bytes, 0);
  const dropped = new Set<Variable>();
  for (const { variable, bytes } of sized.toSorted((a, b) => b.bytes - a.bytes)) {
    if (sum <= largestEnvironment) {
      break;
    }
    sum -= bytes;
    dropped.add(variable);
  }
  return sized.map(({ variable }) => variable).filter((variable) => !dropped.has(variable));
}

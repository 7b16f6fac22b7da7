// The environment that a lease carries: that of the window, less what belongs to VS Code, to Electron and to Node's own
// running, and within bounds. What ssh_config names or runs sees what it would see in the user's terminal.
import type { Environment } from '../../util/environment';

/**
 * Always left out.
 *
 * VS Code takes the first four out of what it starts itself (sanitizeProcessEnvironment() of its
 * vs/base/common/processes.ts), but for a few names of the first, which only its own shell integration reads. The other
 * variables of Node stay, since a user sets them for programs of their own: NODE_EXTRA_CA_CERTS, NODE_PATH, NODE_ENV …
 */
const foreign = [
  /^VSCODE_/,
  /^ELECTRON_/,
  /^SNAP(_|$)/,
  /^GDK_PIXBUF_/,
  // Its snap keeps here what it has changed.
  /_VSCODE_SNAP_ORIG$/,
  // Set by VS Code's telemetry, and by Chromium on Linux.
  /^APPLICATION_INSIGHTS_NO_/,
  /^CHROME_DESKTOP$/,
  /^ORIGINAL_XDG_CURRENT_DESKTOP$/,
  // The same editor in a browser.
  /^CODE_SERVER_/,
  // Node reads them when it starts (`node --help`, cli.md), or finds its parent by them (child_process.fork(), cluster).
  /^NODE_(OPTIONS|REPL_EXTERNAL_MODULE|V8_COVERAGE|CHANNEL_FD|CHANNEL_SERIALIZATION_MODE|UNIQUE_ID)$/,
] as const;

/** Left out with those that follow where VS Code has set it: none of them works outside of its own terminals. */
const setByEditor = [
  // buildUserEnvironment() of vs/server/node/extensionHostConnection.ts
  { name: 'BROWSER', value: /[\\/]helpers[\\/]browser\.(sh|cmd)$/, also: [] },
  // The git extension, for a window that was opened from a terminal of another one.
  { name: 'GIT_ASKPASS', value: /[\\/]extensions[\\/]git[\\/]/, also: [] },
  { name: 'SSH_ASKPASS', value: /[\\/]extensions[\\/]git[\\/]/, also: ['SSH_ASKPASS_REQUIRE'] },
  { name: 'TERM_PROGRAM', value: /^vscode$/, also: ['TERM_PROGRAM_VERSION'] },
] as const;

/** Bytes of `NAME=value`: MAX_ARG_STRLEN of Linux, less the final zero. No program starts with more. */
const longestVariable = 128 * 1024 - 1;
/** Bytes. Programs start with 1 MB of variables and arguments on macOS, with 2 MB on Linux. */
const mostOfAll = 512 * 1024;

/**
 * What is too large is left out, whole variables, the largest first.
 * @param env of the window: `process.env`
 */
export function leasedEnvironment(
  env: NodeJS.ProcessEnv,
  platform: NodeJS.Platform = process.platform,
): Environment {
  // Windows does not tell `Path` from `PATH`.
  const plain = (name: string): string => (platform === 'win32' ? name.toUpperCase() : name);
  const all = asTheUserHasThem(env);
  const leftOut = new Set<string>(
    setByEditor
      .filter(({ name, value }) => all.some(([given, text]) => plain(given) === name && value.test(text)))
      .flatMap(({ name, also }) => [name, ...also]),
  );
  const isForeign = (name: string): boolean =>
    leftOut.has(name) || foreign.some((pattern) => pattern.test(name));
  return Object.fromEntries(withinBounds(all.filter(([name]) => !isForeign(plain(name)))));
}

type Variable = readonly [name: string, value: string];

/** With the values that VS Code's snap and Chromium have put aside. */
function asTheUserHasThem(env: NodeJS.ProcessEnv): readonly Variable[] {
  const values = { ...env };
  for (const [name, before] of Object.entries(env)) {
    const changed = /^(.+)_VSCODE_SNAP_ORIG$/.exec(name)?.[1];
    if (changed !== undefined) {
      // Empty where there was none: unsetSnapExportedVariables() of vs/platform/environment.
      values[changed] = before === '' ? undefined : before;
    }
  }
  const { ORIGINAL_XDG_CURRENT_DESKTOP: desktop } = env;
  // Elsewhere than on Linux Electron writes just this.
  if (desktop !== undefined && desktop !== 'undefined') {
    values['XDG_CURRENT_DESKTOP'] = desktop;
  }
  return Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
}

function withinBounds(variables: readonly Variable[]): readonly Variable[] {
  const sized = variables
    .map((variable) => ({ variable, bytes: Buffer.byteLength(variable.join('=')) }))
    .filter(({ bytes }) => bytes <= longestVariable);
  let sum = sized.reduce((total, { bytes }) => total + bytes, 0);
  const tooMuch = new Set<Variable>();
  for (const { variable, bytes } of sized.toSorted((a, b) => b.bytes - a.bytes)) {
    if (sum <= mostOfAll) {
      break;
    }
    sum -= bytes;
    tooMuch.add(variable);
  }
  return sized.map(({ variable }) => variable).filter((variable) => !tooMuch.has(variable));
}

// The environment sent with a lease: what the user's own programs get in the window, limited in size. So ssh_config and
// its commands see the same variables as in the user's terminal.
import type { Environment } from '../../util/environment';
import { userEnvironment } from '../../util/userEnvironment';

/** Bytes of `NAME=value`: MAX_ARG_STRLEN of Linux, without the final zero byte. No program starts with more. */
const longestVariable = 128 * 1024 - 1;
/** Bytes. Programs start with up to 1 MB of variables and arguments on macOS, 2 MB on Linux. */
const largestEnvironment = 512 * 1024;
/** Of each variable: its final zero byte, and the pointer to it, which counts as well (execve(2), bprm_stack_limits()). */
const overhead = 9;

/**
 * Removes whole variables where there is too much, the largest first.
 * @param env the window's `process.env`
 */
export function leasedEnvironment(
  env: NodeJS.ProcessEnv,
  platform: NodeJS.Platform = process.platform,
): Environment {
  return startableEnvironment(userEnvironment(env, platform));
}

/**
 * Without what a program can't be started with: names that are no names, and what is too large. Both ends do this: the
 * daemon doesn't rely on the window.
 */
export function startableEnvironment(env: Environment): Environment {
  const sized = Object.entries(env)
    .flatMap(([name, value]) => (value === undefined || !isName(name) ? [] : [{ name, value }]))
    .map((variable) => ({ ...variable, bytes: Buffer.byteLength(`${variable.name}=${variable.value}`) }))
    .filter(({ bytes }) => bytes <= longestVariable);
  let sum = sized.reduce((total, { bytes }) => total + bytes + overhead, 0);
  const dropped = new Set<string>();
  for (const { name, bytes } of sized.toSorted((a, b) => b.bytes - a.bytes)) {
    if (sum <= largestEnvironment) {
      break;
    }
    sum -= bytes + overhead;
    dropped.add(name);
  }
  return Object.fromEntries(
    sized.filter(({ name }) => !dropped.has(name)).map(({ name, value }) => [name, value]),
  );
}

/** Windows has names such as `=C:`, the current folder of a drive. */
function isName(name: string): boolean {
  return name !== '' && !name.includes('=', 1) && !name.includes('\0');
}

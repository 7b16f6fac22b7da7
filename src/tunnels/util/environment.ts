// The environment of a window, and how a variable is read from it.

export type Environment = Readonly<Record<string, string | undefined>>;

/** The value of a variable. On Windows, names are case-insensitive. */
export function variable(
  env: Environment,
  name: string,
  platform: NodeJS.Platform = process.platform,
): string | undefined {
  if (Object.hasOwn(env, name) || platform !== 'win32') {
    return Object.hasOwn(env, name) ? env[name] : undefined;
  }
  const wanted = comparableName(name, platform);
  const other = Object.keys(env).find((key) => comparableName(key, platform) === wanted);
  return other === undefined ? undefined : env[other];
}

/** Equal for two names of the same variable: `Path` is `PATH` on Windows. */
export function comparableName(name: string, platform: NodeJS.Platform): string {
  return platform === 'win32' ? name.toUpperCase() : name;
}

/** The folder of the settings of all users on Windows. */
export function programData(env: Environment, platform?: NodeJS.Platform): string {
  return variable(env, 'ProgramData', platform) ?? 'C:\\ProgramData';
}

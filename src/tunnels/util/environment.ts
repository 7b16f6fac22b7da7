// The environment that a window has leased, as a session uses it: one variable of it, and which of them count where a command
// of ssh_config is run with all of them.

export type Environment = Readonly<Record<string, string | undefined>>;

/** The value of a variable; Windows does not tell `Path` from `PATH`. */
export function variable(
  env: Environment,
  name: string,
  platform: NodeJS.Platform = process.platform,
): string | undefined {
  if (Object.hasOwn(env, name) || platform !== 'win32') {
    return Object.hasOwn(env, name) ? env[name] : undefined;
  }
  const other = Object.keys(env).find((key) => key.toUpperCase() === name.toUpperCase());
  return other === undefined ? undefined : env[other];
}

/**
 * Variables that differ from one terminal, start or login to the next and say nothing of where a connection leads: what
 * shells count and note, which terminal it is, how a desktop started the program, from where somebody has logged in.
 */
const incidental = [
  /^(_|PWD|OLDPWD|SHLVL|COLUMNS|LINES)$/,
  /^(TERM|COLORTERM|TERMINAL_EMULATOR|TERM_(PROGRAM|PROGRAM_VERSION|SESSION_ID)|LC_TERMINAL(_VERSION)?)$/,
  /^(WINDOW|WINDOWID|WINDOWPATH|STY|TMUX|TMUX_PANE|VTE_VERSION|WT_SESSION|WT_PROFILE_ID)$/,
  /^(ALACRITTY|CONEMU|GHOSTTY|GNOME_TERMINAL|ITERM|KITTY|KONSOLE|WEZTERM|XTERM)_?/i,
  /^(DESKTOP_STARTUP_ID|XDG_ACTIVATION_TOKEN|GIO_LAUNCHED_DESKTOP_FILE(_PID)?|BAMF_DESKTOP_FILE_HINT)$/,
  /^(INVOCATION_ID|JOURNAL_STREAM|MANAGERPID|SYSTEMD_EXEC_PID|XPC_FLAGS|XPC_SERVICE_NAME|__CFBundleIdentifier)$/,
  /^SSH_(CLIENT|CONNECTION|TTY)$/,
];

/**
 * What a command's outcome may depend on, in a fixed order. It may be a script that looks at any variable, so that each
 * counts but the incidental ones, and those too where the command names them. One session too many costs a login; one
 * that leads elsewhere, or trusts other host keys, would be worse.
 */
export function environmentOf(
  command: string,
  env: Environment,
): readonly (readonly [name: string, value: string | undefined])[] {
  const named = namedVariables(command);
  return Object.entries(env)
    .filter(([name]) => named.has(name) || !incidental.some((pattern) => pattern.test(name)))
    .sort(byName);
}

/** What a command itself says: the variables that it names, in a fixed order. */
export function namedEnvironment(
  command: string,
  env: Environment,
): readonly (readonly [name: string, value: string | undefined])[] {
  return [...namedVariables(command)].map((name) => [name, variable(env, name)] as const).sort(byName);
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}

/** `$NAME` and `${NAME…}`; cmd.exe's `%NAME%`, which ssh_config writes `%%NAME%%`. */
function namedVariables(command: string): ReadonlySet<string> {
  const found = command.matchAll(/\$\{?([A-Za-z_]\w*)|%%([A-Za-z_][\w()]*)%%/g);
  return new Set([...found].map(([, ofShell, ofCmd]) => ofShell ?? ofCmd ?? ''));
}

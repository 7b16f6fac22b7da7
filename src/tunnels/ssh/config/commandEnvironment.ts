// The variables on which a command of ssh_config may depend, such as a ProxyCommand.
import type { Environment } from '../../util/environment';
import { comparableName, variable } from '../../util/environment';

/**
 * Variables that differ between terminals, starts or logins and don't influence a connection: counters of shells, the
 * terminal, how the desktop started the program, where a login came from.
 */
const incidental = [
  /^(_|PWD|OLDPWD|SHLVL|COLUMNS|LINES)$/,
  /^(TERM|COLORTERM|TERMINAL_EMULATOR|TERM_(PROGRAM|PROGRAM_VERSION|SESSION_ID)|LC_TERMINAL(_VERSION)?)$/,
  /^(WINDOW|WINDOWID|WINDOWPATH|STY|TMUX|TMUX_PANE|VTE_VERSION|WT_SESSION|WT_PROFILE_ID)$/,
  /^(CONEMU|(ALACRITTY|GHOSTTY|GNOME_TERMINAL|ITERM|KITTY|KONSOLE|TERMINATOR|TILIX|WEZTERM|XTERM|ZELLIJ)(_|$))/i,
  // Prompts and histories of shells.
  /^(STARSHIP_(SESSION_KEY|SHELL)|ATUIN_(SESSION|HISTORY_ID)|MCFLY_SESSION_ID|PROMPT|PSMODULEPATH)$/,
  /^(DESKTOP_STARTUP_ID|XDG_ACTIVATION_TOKEN|GIO_LAUNCHED_DESKTOP_FILE(_PID)?|BAMF_DESKTOP_FILE_HINT)$/,
  /^(INVOCATION_ID|JOURNAL_STREAM|MANAGERPID|MEMORY_PRESSURE_(WATCH|WRITE)|SYSTEMD_EXEC_PID|XPC_FLAGS|XPC_SERVICE_NAME|__CFBundleIdentifier)$/,
  /^(SSH_(CLIENT|CONNECTION|TTY)|XDG_SESSION_ID|WSL_INTEROP)$/,
  // Windows: the same for Remote Desktop.
  /^(SESSIONNAME|CLIENTNAME)$/,
];

/**
 * The variables on which a command's result may depend, sorted. The command may be a script that reads any variable, so
 * all count except the incidental ones, and those count too if the command names them. A needless second session only
 * costs a sign-in; sharing a session that leads to another server or trusts other host keys would be worse.
 */
export function environmentOf(
  command: string,
  env: Environment,
  platform: NodeJS.Platform = process.platform,
): readonly (readonly [name: string, value: string | undefined])[] {
  const comparable = (name: string): string => comparableName(name, platform);
  const named = new Set([...namedVariables(command)].map(comparable));
  return Object.entries(env)
    .map(([name, value]) => [comparable(name), value] as const)
    .filter(([name]) => named.has(name) || !incidental.some((pattern) => pattern.test(name)))
    .sort(byName);
}

/** The variables that the command itself names, sorted. */
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

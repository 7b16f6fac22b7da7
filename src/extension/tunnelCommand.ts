// The ssh command line for a tunnel as it is now: with the ports that it has found.
import { formatCommandLine } from '../tunnels/model/commandLine/format';
import type { FormattedCommand } from '../tunnels/model/commandLine/format';
import { quoteForWindows, quoteWord } from '../tunnels/model/commandLine/quoteWord';
import type { Forward } from '../tunnels/model/forward';
import type { TunnelSnapshot } from '../tunnels/model/snapshot';

export interface CommandSurroundings {
  /** As for `ssh -F`, where it is not OpenSSH's own. */
  readonly configFile: string | undefined;
  /** As of `process.platform`. */
  readonly platform: string;
  /** Whether ssh_config has forwards for that host, which ssh opens whatever is on its command line. */
  readonly hasOwnForwards: (host: string) => boolean;
}

/** @throws Error where the tunnel's entry is not understood */
export function commandOf(
  tunnel: TunnelSnapshot,
  { configFile, platform, hasOwnForwards }: CommandSurroundings,
): FormattedCommand {
  const { entry, name, origin, forwards } = tunnel;
  if (!entry) {
    throw new Error(`"${name}" can't be understood, so there is no command line for it. Mend it first.`);
  }
  const shell = platform === 'win32' ? 'windows' : 'posix';
  const quoteFor = shell === 'windows' ? quoteForWindows : quoteWord;
  const [file, alias] = [quoteFor(configFile ?? ''), quoteFor(name)];
  if (file === undefined || (origin === 'sshConfig' && alias === undefined)) {
    throw new Error(
      `There is no command line for "${name}" that the shells of Windows would leave as it is.`,
    );
  }
  const config = configFile === undefined ? '' : ` -F ${file}`;
  if (origin === 'sshConfig') {
    return { line: `ssh${config} -N ${alias ?? ''}`, missing: [] };
  }
  const boundPort = (forward: Forward): number | undefined => {
    const state = forwards.find(({ forward: { label } }) => label === forward.label)?.state;
    const [bound] = state?.status === 'listening' ? state.bound : [];
    return bound && 'port' in bound ? bound.port : undefined;
  };
  const { line, missing } = formatCommandLine(entry.definition, { boundPort, shell });
  if (line === '') {
    throw new Error(`There is no command line for "${name}". ${missing.join(' ')}`);
  }
  const { host } = entry.definition.destination;
  const more = hasOwnForwards(host)
    ? [`Besides, ssh opens the forwards that your SSH config has for "${host}".`]
    : [];
  return { line: `ssh${config}${line.slice('ssh'.length)}`, missing: [...missing, ...more] };
}

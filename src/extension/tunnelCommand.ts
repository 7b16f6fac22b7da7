// The ssh command line for a tunnel as it is now: with the ports that it has found.
import { formatCommandLine } from '../tunnels/model/commandLine/format';
import type { FormattedCommand } from '../tunnels/model/commandLine/format';
import { quoteWord } from '../tunnels/model/commandLine/quoteWord';
import type { Forward } from '../tunnels/model/forward';
import type { TunnelSnapshot } from '../tunnels/model/snapshot';

export interface CommandSurroundings {
  /** As for `ssh -F`, where it is not OpenSSH's own. */
  readonly configFile: string | undefined;
  /** Whether ssh_config has forwards for that host, which ssh opens whatever is on its command line. */
  readonly hasOwnForwards: (host: string) => boolean;
}

/** @throws Error where the tunnel's entry is not understood */
export function commandOf(
  tunnel: TunnelSnapshot,
  { configFile, hasOwnForwards }: CommandSurroundings,
): FormattedCommand {
  const { entry, name, origin, forwards } = tunnel;
  if (!entry) {
    throw new Error(`"${name}" can't be understood, so there is no command line for it. Mend it first.`);
  }
  const config = configFile === undefined ? '' : ` -F ${quoteWord(configFile)}`;
  if (origin === 'sshConfig') {
    return { line: `ssh${config} -N ${quoteWord(name)}`, missing: [] };
  }
  const boundPort = (forward: Forward): number | undefined => {
    const state = forwards.find(({ forward: { label } }) => label === forward.label)?.state;
    const [bound] = state?.status === 'listening' ? state.bound : [];
    return bound && 'port' in bound ? bound.port : undefined;
  };
  const { line, missing } = formatCommandLine(entry.definition, { boundPort });
  const { host } = entry.definition.destination;
  const more = hasOwnForwards(host)
    ? [`Besides, ssh opens the forwards that your SSH config has for "${host}".`]
    : [];
  return { line: `ssh${config}${line.slice('ssh'.length)}`, missing: [...missing, ...more] };
}

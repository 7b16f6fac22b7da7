// The ssh command line for a tunnel as it is now, with the ports that it has found, or for one program of it.
import { formatCommandLine } from '../../tunnels/config/commandLine/format';
import type { FormattedCommand } from '../../tunnels/config/commandLine/format';
import { quoteForWindows, quoteWord } from '../../tunnels/config/commandLine/quoteWord';
import type { TunnelDefinition, X11Program } from '../../tunnels/config/definition';
import type { Forward } from '../../tunnels/config/forward';
import type { TunnelSnapshot } from '../../tunnels/model/snapshot';

export interface CommandSurroundings {
  /** As for `ssh -F`, where it is not OpenSSH's own. */
  readonly configFile: string | undefined;
  /** As of `process.platform`. */
  readonly platform: string;
  /** Whether ssh_config has forwards for that host, which ssh opens whatever is on its command line. */
  readonly hasOwnForwards: (host: string) => boolean;
}

/** @throws Error where the tunnel's entry is not understood, or no shell would leave the line as it is */
export function commandOf(tunnel: TunnelSnapshot, surroundings: CommandSurroundings): FormattedCommand {
  const { origin, name, forwards } = tunnel;
  const definition = definitionOf(tunnel);
  if (origin === 'sshConfig') {
    const alias = quoteFor(surroundings)(name);
    return { line: withConfig(`ssh -N ${alias ?? noLine(name)}`, name, surroundings), missing: [] };
  }
  const boundPort = (forward: Forward): number | undefined => {
    const state = forwards.find(({ forward: { label } }) => label === forward.label)?.state;
    const [bound] = state?.status === 'listening' ? state.bound : [];
    return bound && 'port' in bound ? bound.port : undefined;
  };
  return format(name, definition, surroundings, boundPort);
}

/** That of one program, without the tunnel's forwards. @throws Error as commandOf(), and where ssh has no words for it */
export function programCommandOf(
  tunnel: TunnelSnapshot,
  program: X11Program,
  surroundings: CommandSurroundings,
): FormattedCommand {
  if (program.nested !== undefined) {
    throw new Error(`There is no command line for "${program.name}": ssh knows no nested display.`);
  }
  const definition = { ...definitionOf(tunnel), forwards: [], x11Programs: [program] };
  return format(program.name, definition, surroundings);
}

function definitionOf({ entry, name }: TunnelSnapshot): TunnelDefinition {
  if (!entry) {
    throw new Error(`"${name}" can't be understood, so there is no command line for it. Mend it first.`);
  }
  return entry.definition;
}

function format(
  name: string,
  definition: TunnelDefinition,
  surroundings: CommandSurroundings,
  boundPort?: (forward: Forward) => number | undefined,
): FormattedCommand {
  const { line, missing } = formatCommandLine(definition, {
    shell: shellOf(surroundings),
    ...(boundPort && { boundPort }),
  });
  if (line === '') {
    throw new Error(`There is no command line for "${name}". ${missing.join(' ')}`);
  }
  const { host } = definition.destination;
  const more = surroundings.hasOwnForwards(host)
    ? [`Besides, ssh opens the forwards that your SSH config has for "${host}".`]
    : [];
  return { line: withConfig(line, name, surroundings), missing: [...missing, ...more] };
}

/** @throws Error */
function withConfig(line: string, name: string, surroundings: CommandSurroundings): string {
  const { configFile } = surroundings;
  return configFile === undefined
    ? line
    : `ssh -F ${quoteFor(surroundings)(configFile) ?? noLine(name)}${line.slice('ssh'.length)}`;
}

function noLine(name: string): never {
  throw new Error(`There is no command line for "${name}" that the shells of Windows would leave as it is.`);
}

function shellOf({ platform }: CommandSurroundings): 'windows' | 'posix' {
  return platform === 'win32' ? 'windows' : 'posix';
}

function quoteFor(surroundings: CommandSurroundings): (word: string) => string | undefined {
  return shellOf(surroundings) === 'windows' ? quoteForWindows : quoteWord;
}

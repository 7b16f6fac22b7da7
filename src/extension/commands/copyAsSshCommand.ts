// For Copy as SSH Command: makes the ssh command line of a tunnel, with the ports it has now, or of one of its programs.
import { l10n } from 'vscode';
import { formatCommandLine } from '../../tunnels/config/commandLine/formatCommandLine';
import { quoteForWindows, quoteWord } from '../../tunnels/config/commandLine/quoteWord';
import type { TunnelDefinition, X11Program } from '../../tunnels/config/definition';
import type { Forward } from '../../tunnels/config/forward';
import type { TunnelSnapshot } from '../../tunnels/model/snapshot';
import { expandHome } from '../../tunnels/ssh/config/effectiveHost';
import { localize, untranslated } from '../../tunnels/util/l10n';

export interface CopiedCommand {
  readonly line: string;
  /** What the line can't express, and what ssh adds to it, as sentences. */
  readonly missing: readonly string[];
}

export interface CommandContext {
  /** For `ssh -F`; undefined: OpenSSH's default. */
  readonly configFile: string | undefined;
  /** A value of `process.platform`. */
  readonly platform: string;
  /** Whether ssh_config has forwards for that host. ssh opens them in addition to its command line. */
  readonly hasOwnForwards: (host: string) => boolean;
}

/** @throws Error if the tunnel is invalid, or can't be quoted for the shell */
export function commandOf(tunnel: TunnelSnapshot, context: CommandContext): CopiedCommand {
  const { origin, name, forwards } = tunnel;
  const definition = definitionOf(tunnel);
  if (origin === 'sshConfig') {
    const alias = quoteFor(context)(name);
    return {
      line: withConfig(untranslated`ssh -N ${alias ?? throwUnquotable(name)}`, name, context),
      missing: [],
    };
  }
  const boundPort = (forward: Forward): number | undefined => {
    const state = forwards.find(({ forward: { label } }) => label === forward.label)?.state;
    const [bound] = state?.status === 'listening' ? state.bound : [];
    return bound && 'port' in bound ? bound.port : undefined;
  };
  return format(name, definition, context, boundPort);
}

/**
 * The command line of one program, without the tunnel's forwards.
 * @throws Error as commandOf(), or if ssh can't do it
 */
export function programCommandOf(
  tunnel: TunnelSnapshot,
  program: X11Program,
  context: CommandContext,
): CopiedCommand {
  if (program.nested !== undefined) {
    throw new Error(
      l10n.t('"{name}" can\'t be copied as a command: ssh has no nested display.', { name: program.name }),
    );
  }
  const definition = { ...definitionOf(tunnel), forwards: [], x11Programs: [program] };
  return format(program.name, definition, context);
}

function definitionOf({ entry, name }: TunnelSnapshot): TunnelDefinition {
  if (!entry) {
    throw new Error(l10n.t('"{name}" is invalid. Fix it first.', { name }));
  }
  return entry.definition;
}

function format(
  name: string,
  definition: TunnelDefinition,
  context: CommandContext,
  boundPort?: (forward: Forward) => number | undefined,
): CopiedCommand {
  const { line, missing: omitted } = formatCommandLine(definition, {
    shell: shellOf(context),
    ...(boundPort && { boundPort }),
  });
  const missing = omitted.map((sentence) => localize(sentence, l10n));
  if (line === '') {
    throw new Error(
      l10n.t('"{name}" can\'t be copied as a command. {reason}', { name, reason: missing.join(' ') }),
    );
  }
  const { host } = definition.destination;
  const more = context.hasOwnForwards(host)
    ? [l10n.t('ssh also opens the forwards of "{host}" in your SSH config.', { host })]
    : [];
  return { line: withConfig(line, name, context), missing: [...missing, ...more] };
}

/** @throws Error */
function withConfig(line: string, name: string, context: CommandContext): string {
  const { configFile } = context;
  if (configFile === undefined) {
    return line;
  }
  // The shells of Windows don't expand a "~", and ssh doesn't expand it in -F.
  const file = shellOf(context) === 'windows' ? expandHome(configFile, 'win32') : configFile;
  return untranslated`ssh -F ${quoteFor(context)(file) ?? throwUnquotable(name)}${line.slice('ssh'.length)}`;
}

function throwUnquotable(name: string): never {
  throw new Error(
    l10n.t('"{name}" can\'t be copied as a command: it can\'t be quoted for the shells of Windows.', {
      name,
    }),
  );
}

function shellOf({ platform }: CommandContext): 'windows' | 'posix' {
  return platform === 'win32' ? 'windows' : 'posix';
}

function quoteFor(context: CommandContext): (word: string) => string | undefined {
  return shellOf(context) === 'windows' ? quoteForWindows : quoteWord;
}

// Turns the hosts of ssh_config that have forwards of their own into tunnels with exactly these forwards.
import type { ConfigLocation, DefinitionProblem, TunnelEntry } from '../../../config/definition';
import { parseDestination } from '../../../config/parsing/parseDestination';
import { parseTunnel } from '../../../config/parsing/parseTunnel';
import { replacePaths } from '../../../config/parsing/propertyReader';
import { deferred as l10n } from '../../../util/l10n';
import type { Message } from '../../../util/l10n';
import { asciiLowerCase } from '../../../util/glob';
import { attempt, fail } from '../../../util/parsing';
import { unquoted } from '../../../util/shown';
import { Slices } from '../../../util/pacing/slices';
import { readConfigHosts } from './configHosts';
import type { ForwardKeyword } from './configBlocks';
import type { ConfigForward, ConfigHost, ConfigHosts, ConfigName } from './configHosts';
import { expandTokens, tokenValues } from '../expandTokens';
import { localUser } from '../localUser';
import type { LocalUser } from '../localUser';

/** A host that could be a tunnel: its entry with the forwards that can be read, or all that is wrong with it. */
export interface SshConfigTunnel extends ConfigLocation {
  readonly alias: string;
  readonly entry: TunnelEntry | undefined;
  /** Empty if there is an entry. Each path is a file and a line. */
  readonly problems: readonly DefinitionProblem[];
  /** The forwards that the entry doesn't have, because they can't be read. */
  readonly leftOut: readonly DefinitionProblem[];
}

export interface SshConfigTunnelList extends Omit<ConfigHosts, 'hosts' | 'names'> {
  readonly tunnels: readonly SshConfigTunnel[];
}

/** Lists the tunnels again and again, and builds only those anew whose lines have changed. */
export class ConfigTunnelList {
  #listed: ReadonlyMap<string, { readonly text: string; readonly tunnel: SshConfigTunnel }> = new Map();

  /**
   * In short slices. A tunnel that is the same as before is the same object.
   * @param configFile as for `ssh -F`; undefined: OpenSSH's default files
   * @throws the signal's reason when aborted
   */
  async read(
    configFile: string | undefined,
    env: NodeJS.ProcessEnv = process.env,
    signal?: AbortSignal,
  ): Promise<SshConfigTunnelList> {
    const slices = new Slices(signal);
    const local = localUser();
    const { hosts, names: _names, ...read } = await readConfigHosts(configFile, local, env, slices);
    const listed = new Map<string, { readonly text: string; readonly tunnel: SshConfigTunnel }>();
    for (const host of hosts) {
      if (slices.isOver) {
        await slices.pause();
      }
      if (isPlainAlias(host.alias)) {
        const text = JSON.stringify(host);
        const before = this.#listed.get(host.alias);
        listed.set(
          host.alias,
          before?.text === text ? before : { text, tunnel: configTunnel(host, local, env) },
        );
      }
    }
    this.#listed = listed;
    return { ...read, tunnels: [...listed.values()].map(({ tunnel }) => tunnel) };
  }
}

/**
 * All hosts that the ssh_config names in full, for a list to choose from. In short slices, without running ssh.
 * @param configFile as for `ssh -F`; undefined: OpenSSH's default files
 */
export async function listHostNames(
  configFile: string | undefined,
  env: NodeJS.ProcessEnv,
): Promise<readonly ConfigName[]> {
  const { names } = await readConfigHosts(configFile, localUser(), env);
  return names.filter(({ alias }) => isPlainAlias(alias));
}

/** Whether ssh takes all of it for a host's name, and no part of it for a user, a port or an option. */
function isPlainAlias(alias: string): boolean {
  const parsed = parseDestination(alias, 'sshConfig');
  return 'value' in parsed && parsed.value.host === alias;
}

const settingKeys = {
  localforward: 'localForward',
  remoteforward: 'remoteForward',
  dynamicforward: 'dynamicForward',
} as const satisfies Record<ForwardKeyword, string>;

/** How many words each keyword takes at most. */
const maxWords = {
  localforward: 2,
  remoteforward: 2,
  dynamicforward: 1,
} as const satisfies Record<ForwardKeyword, number>;

/** The message about a wrong number of words. */
const wordsNeeded = {
  localforward: l10n.t('LocalForward takes two words: where to listen, and the target.'),
  remoteforward: l10n.t('RemoteForward takes two words: where the server listens, and the target.'),
  dynamicforward: l10n.t('DynamicForward takes one word: where to listen.'),
} as const satisfies Record<ForwardKeyword, Message>;

function configTunnel(host: ConfigHost, local: LocalUser, env: NodeJS.ProcessEnv): SshConfigTunnel {
  const { alias, file, line } = host;
  const found: DefinitionProblem[] = [];
  let { forwards } = host;
  for (;;) {
    const { value, locations, problems } = toSetting({ ...host, forwards }, local, env);
    const parsed = parseTunnel(alias, value, 'user');
    const others = 'problems' in parsed ? parsed.problems : [];
    found.push(...problems, ...others.map((problem) => relocate(problem, locations, host)));
    const isFaulty = atLinesOf(found);
    const remaining = forwards.filter((forward) => !isFaulty(forward));
    if (remaining.length === 0 || (others.length > 0 && remaining.length === forwards.length)) {
      return { alias, file, line, entry: undefined, problems: found, leftOut: [] };
    }
    if ('entry' in parsed) {
      return { alias, file, line, entry: parsed.entry, problems: [], leftOut: found.map(asLeftOut) };
    }
    forwards = remaining;
  }
}

function atLinesOf(problems: readonly DefinitionProblem[]): (location: ConfigLocation) => boolean {
  const lines = new Set(problems.map(({ path }) => JSON.stringify(path)));
  return ({ file, line }) => lines.has(JSON.stringify([file, line]));
}

function asLeftOut({ path, message }: DefinitionProblem): DefinitionProblem {
  return { path, message: l10n.t('This forward is left out. {reason}', { reason: message }) };
}

/** The host as a value of the setting sshTunnels.tunnels, and the line that each of its forwards comes from. */
export interface TunnelSetting {
  readonly value: Readonly<Record<string, unknown>>;
  /** Keys such as `localForward[0]`. */
  readonly locations: ReadonlyMap<string, ConfigLocation>;
  readonly problems: readonly DefinitionProblem[];
}

export function toSetting(host: ConfigHost, local: LocalUser, env: NodeJS.ProcessEnv): TunnelSetting {
  const { alias, forwards } = host;
  const lists: Record<string, object[]> = {};
  const locations = new Map<string, ConfigLocation>();
  const problems: DefinitionProblem[] = [];
  for (const forward of withoutRepeats(forwards)) {
    const list = (lists[settingKeys[forward.keyword]] ??= []);
    const parsed = attempt(() => forwardValue(forward, host, local, env));
    if ('value' in parsed) {
      list.push(parsed.value);
      locations.set(`${settingKeys[forward.keyword]}[${list.length - 1}]`, forward);
    } else {
      problems.push({ path: [forward.file, forward.line], message: parsed.error.message });
    }
  }
  return { value: { host: alias, autoStart: false, ...lists }, locations, problems };
}

/** Like OpenSSH, opens a forward only once if it is written twice. */
function withoutRepeats(forwards: readonly ConfigForward[]): readonly ConfigForward[] {
  const byText = new Map<string, ConfigForward>();
  for (const forward of forwards) {
    const text = JSON.stringify([forward.keyword, forward.words]);
    byText.set(text, byText.get(text) ?? forward);
  }
  return [...byText.values()];
}

/** The forward as a value of the setting. Only inside `attempt`. */
function forwardValue(
  { keyword, words }: ConfigForward,
  host: ConfigHost,
  local: LocalUser,
  env: NodeJS.ProcessEnv,
): object {
  const max = maxWords[keyword];
  const min = keyword === 'remoteforward' ? 1 : max;
  if (words.length < min || words.length > max) {
    fail(wordsNeeded[keyword], 0);
  }
  const [listen, target] = words.map((word) => expandWord(word, host, local, env));
  return target === undefined ? { listen } : { listen, target };
}

/**
 * In a forward, ssh expands variables, and tokens in the paths of sockets (parse_forward() in readconf.c, main() in ssh.c).
 * What depends on the host is what the files say, without CanonicalizeHostname and blocks of which only ssh can tell.
 */
function expandWord(
  word: string,
  { alias, values }: ConfigHost,
  local: LocalUser,
  env: NodeJS.ProcessEnv,
): string {
  const onFault = (problem: Message): never => fail(problem, 0);
  const variables = word.replaceAll(/%/g, '%%');
  const expanded = expandTokens(variables, { '%': '%' }, env, onFault);
  if (!expanded.includes('/')) {
    return expanded;
  }
  const { hostname, user = local.name, port = '22', hostkeyalias, proxyjump = 'none' } = values;
  const name =
    hostname === undefined ? alias : expandTokens(hostname, { '%': '%', h: alias }, undefined, onFault);
  const source = {
    alias,
    hostName: name.includes('%') ? name : asciiLowerCase(name),
    user,
    port: Number(port),
    hostKeyAlias: hostkeyalias === undefined ? undefined : asciiLowerCase(hostkeyalias),
    proxyJump: proxyjump.toLowerCase() === 'none' ? undefined : proxyjump,
  };
  return expandTokens(expanded, tokenValues(source, local), undefined, onFault);
}

/** Replaces the path in a setting, which doesn't exist, by the file and line of ssh_config. */
function relocate(
  { path, message }: DefinitionProblem,
  locations: ReadonlyMap<string, ConfigLocation>,
  host: ConfigHost,
): DefinitionProblem {
  const [key, index] = path;
  const exact = locations.get(`${String(key)}[${String(index)}]`);
  const sameKind = [...locations].find(([path]) => path.startsWith(`${String(key)}[`))?.[1];
  const { file, line } = exact ?? sameKind ?? host;
  return {
    path: [file, line],
    message: replacePaths(message, (forward) => {
      const other = locations.get(forward);
      return other && unquoted(`${other.file}:${other.line}`);
    }),
  };
}

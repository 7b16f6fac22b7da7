// Makes tunnels of the hosts of ssh_config that have forwards of their own: each with exactly these forwards.
import type { ConfigPlace, DefinitionProblem, TunnelEntry } from '../../config/definition';
import { TunnelFailure } from '../../errors/errors';
import { invalidDefinition } from '../../errors/consent';
import { parseDestination } from '../../config/parseDestination';
import { parseTunnel } from '../../config/parseTunnel';
import { readConfigHosts } from './configHosts';
import type { ConfigForward, ConfigHost, ConfigHosts, ForwardKeyword } from './configHosts';
import { expandTokens } from './expansion';
import { localUser } from './localUser';
import type { LocalUser } from './localUser';

/** A host that could be a tunnel: understood, or with all that is wrong with it. */
export interface ConfigTunnel extends ConfigPlace {
  readonly alias: string;
  readonly entry: TunnelEntry | undefined;
  /** Their paths are a file and a line. */
  readonly problems: readonly DefinitionProblem[];
}

export interface ConfigTunnels extends Omit<ConfigHosts, 'hosts'> {
  readonly tunnels: readonly ConfigTunnel[];
}

/** @param configFile as for `ssh -F`; undefined: OpenSSH's own places */
export async function listConfigTunnels(
  configFile: string | undefined,
  env: NodeJS.ProcessEnv = process.env,
): Promise<ConfigTunnels> {
  const local = localUser();
  const { hosts, ...read } = await readConfigHosts(configFile, local, env);
  const tunnels = hosts.filter(({ alias }) => isHostOfItsOwn(alias));
  return { ...read, tunnels: tunnels.map((host) => configTunnel(host, local, env)) };
}

/** What ssh would take for a user, a port or an option can't be asked for as an alias. */
function isHostOfItsOwn(alias: string): boolean {
  const parsed = parseDestination(alias);
  return 'value' in parsed && parsed.value.host === alias;
}

const keyOf = {
  localforward: 'localForward',
  remoteforward: 'remoteForward',
  dynamicforward: 'dynamicForward',
} as const satisfies Record<ForwardKeyword, string>;

/** How many words each takes: its listen address, and its target. */
const wordsOf = {
  localforward: [2, 'where to listen, and the target'],
  remoteforward: [2, 'where the server listens, and the target'],
  dynamicforward: [1, 'where to listen'],
} as const satisfies Record<ForwardKeyword, readonly [most: number, meaning: string]>;

export function configTunnel(host: ConfigHost, local: LocalUser, env: NodeJS.ProcessEnv): ConfigTunnel {
  const { alias, file, line } = host;
  const { value, places, problems } = asSetting(host, local, env);
  const parsed = parseTunnel(alias, value);
  if ('entry' in parsed && problems.length === 0) {
    return { alias, file, line, entry: parsed.entry, problems };
  }
  const others = 'problems' in parsed ? parsed.problems : [];
  const located = others.map((problem) => relocate(problem, places, host));
  return { alias, file, line, entry: undefined, problems: [...problems, ...located] };
}

/** The host as an entry of the settings would say it, and from which line each of its forwards comes. */
export interface AsSetting {
  readonly value: Readonly<Record<string, unknown>>;
  /** By `localForward[0]` and the like. */
  readonly places: ReadonlyMap<string, ConfigPlace>;
  readonly problems: readonly DefinitionProblem[];
}

export function asSetting(
  { alias, forwards }: ConfigHost,
  local: LocalUser,
  env: NodeJS.ProcessEnv,
): AsSetting {
  const lists: Record<string, object[]> = {};
  const places = new Map<string, ConfigPlace>();
  const problems: DefinitionProblem[] = [];
  for (const forward of withoutRepeats(forwards)) {
    const list = (lists[keyOf[forward.keyword]] ??= []);
    try {
      list.push(forwardValue(forward, alias, local, env));
      places.set(`${keyOf[forward.keyword]}[${list.length - 1}]`, forward);
    } catch (error) {
      if (!(error instanceof TunnelFailure)) {
        throw error;
      }
      problems.push({ path: [forward.file, forward.line], message: error.message });
    }
  }
  return { value: { host: alias, autoStart: false, ...lists }, places, problems };
}

/** OpenSSH opens a forward that is written twice once. */
function withoutRepeats(forwards: readonly ConfigForward[]): readonly ConfigForward[] {
  const byText = new Map<string, ConfigForward>();
  for (const forward of forwards) {
    const text = JSON.stringify([forward.keyword, forward.words]);
    byText.set(text, byText.get(text) ?? forward);
  }
  return [...byText.values()];
}

/** As an entry of the settings says it. @throws TunnelFailure InvalidDefinition */
function forwardValue(
  { keyword, words }: ConfigForward,
  alias: string,
  local: LocalUser,
  env: NodeJS.ProcessEnv,
): object {
  const [most, meaning] = wordsOf[keyword];
  const fewest = keyword === 'remoteforward' ? 1 : most;
  if (words.length < fewest || words.length > most) {
    throw unusable(`${keyOf[keyword]} takes ${most === 1 ? 'one word' : 'two words'}: ${meaning}.`);
  }
  const [listen, target] = words.map((word) =>
    word.includes('/') ? socketPath(word, alias, local, env) : word,
  );
  return target === undefined ? { listen } : { listen, target };
}

/** The tokens that mean the same whatever the host turns out to be; of forwards, only socket paths may have any. */
function socketPath(path: string, alias: string, local: LocalUser, env: NodeJS.ProcessEnv): string {
  const values = {
    '%': '%',
    L: local.machine.replace(/\..*/s, ''),
    d: local.home,
    i: String(local.uid),
    l: local.machine,
    n: alias,
    u: local.name,
  };
  const unknown = /%(?![diLlnu]).?/s.exec(path.replaceAll('%%', ''))?.[0];
  if (unknown !== undefined) {
    throw unusable(`"${path}" holds "${unknown}"; here only %d, %i, %L, %l, %n, %u and %% are understood.`);
  }
  return expandTokens(path, values, env);
}

function unusable(message: string): TunnelFailure {
  return new TunnelFailure(invalidDefinition(message, 'Mend it in your SSH config.'));
}

/** From a place in the settings that nobody wrote to the line that says it. */
function relocate(
  { path, message }: DefinitionProblem,
  places: ReadonlyMap<string, ConfigPlace>,
  host: ConfigHost,
): DefinitionProblem {
  const [key, index] = path;
  const exact = places.get(`${String(key)}[${String(index)}]`);
  const ofKind = [...places].find(([place]) => place.startsWith(`${String(key)}[`))?.[1];
  const { file, line } = exact ?? ofKind ?? host;
  return {
    path: [file, line],
    message: message.replace(/\b\w+Forward\[\d+\]/g, (place) => {
      const other = places.get(place);
      return other ? `line ${other.line}` : place;
    }),
  };
}

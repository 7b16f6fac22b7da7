// Finds the hosts of the user's ssh_config that have forwards of their own. Only reads the files and runs nothing, so
// that the list can be shown at any time. ssh resolves the host later, when it connects.
import { join } from 'node:path';
import type { ConfigLocation, DefinitionProblem } from '../../../config/definition';
import { ConfigFiles, ConfigLimit, maxIncludeDepth } from '../configFiles';
import { splitConfigLine } from '../../../config/configLine';
import type { ConfigLine } from '../../../config/configLine';
import { expandHome } from '../effectiveHost';
import { expandTokens } from '../expandTokens';
import { hasWildcard } from '../includePattern';
import type { LocalUser } from '../localUser';
import { ConfigBlocks } from './configBlocks';
import type {
  ConditionalLine,
  Conditions,
  FirstValues,
  ForwardKeyword,
  ForwardLine,
  HostLines,
} from './configBlocks';
import { longestAlias, TooManyComparisons } from './hostPatterns';
import { hostsNamedBy, toMatchCondition } from './matchCondition';
import { deferred as l10n } from '../../../util/l10n';
import { programData } from '../../../util/environment';
import type { Message } from '../../../util/l10n';
import { attempt, fail } from '../../../util/parsing';
import { Slices } from '../../../util/pacing/slices';
import type { Steps } from '../../../util/pacing/slices';

/** Of all files together. */
const maxLines = 200_000;
const maxAliases = 50_000;
/** UTF-16 units. */
const longestLine = 256 * 1024;
const maxLimits = 10;
/** Each is a row of the view. */
const maxHosts = 5000;
const maxForwards = 10_000;

export interface ConfigForward extends ConfigLocation {
  readonly keyword: ForwardKeyword;
  readonly words: readonly string[];
}
/** Its file and line are those of the Host line that names it first. */
export interface ConfigHost extends ConfigLocation {
  readonly alias: string;
  /** All forwards that `ssh ALIAS` would open, in file order, without those of Match blocks of which only ssh can tell. */
  readonly forwards: readonly ConfigForward[];
  /** What their paths depend on, as written. Empty if they don't. */
  readonly values: FirstValues;
}
/** A host that a Host or Match line names in full, with or without forwards. */
export interface ConfigName {
  readonly alias: string;
  /** The HostName of the block that names it, as written, apart from `%h`. Display only: ssh decides itself. */
  readonly hostName?: string;
}
export interface ConfigHosts {
  readonly hosts: readonly ConfigHost[];
  /** In file order. */
  readonly names: readonly ConfigName[];
  /** The files that were read, or would be if they existed. */
  readonly files: readonly string[];
  /** The folders in which Includes with wildcards look for files. */
  readonly folders: readonly string[];
  /** Why the list may be incomplete. */
  readonly problem?: string;
  /** Limits that were reached, for which the list is incomplete. Each path is a file and a line. */
  readonly limits: readonly DefinitionProblem[];
}

/**
 * The aliases that a Host or Match line names in full and that have a forward from a block that doesn't match every host.
 * (Otherwise, `Host *` with a LocalForward would make a tunnel of every alias.)
 * Takes the time that the files need, in short slices.
 * @param configFile as for `ssh -F`: the only file to read; `none`: no file at all; undefined: OpenSSH's default files
 * @throws the reason of the slices' signal when aborted
 */
export async function readConfigHosts(
  configFile: string | undefined,
  local: LocalUser,
  env: NodeJS.ProcessEnv,
  slices = new Slices(),
): Promise<ConfigHosts> {
  const reader = new HostsReader(local, env, slices);
  const userFolder = join(local.home, '.ssh');
  const systemFolder = process.platform === 'win32' ? join(programData(env), 'ssh') : '/etc/ssh';
  try {
    if (configFile === undefined) {
      await reader.read(join(userFolder, 'config'), { folder: userFolder, depth: 0, conditions: [] });
      const system = { folder: systemFolder, depth: 0, conditions: [] };
      await reader.read(join(systemFolder, 'ssh_config'), system);
    } else if (configFile !== 'none') {
      await reader.read(expandHome(configFile), { folder: userFolder, depth: 0, conditions: [] });
    }
  } catch (error) {
    slices.throwIfAborted();
    reader.stop(error);
  }
  const hosts = await slices.run(reader.hosts());
  const { files, folders, problem, limits, names } = reader;
  return {
    hosts,
    names,
    files: [...files],
    folders: [...folders],
    ...(problem === undefined ? {} : { problem }),
    limits,
  };
}

interface FileContext {
  /** The folder in which its relative Includes are found. */
  readonly folder: string;
  readonly depth: number;
  readonly conditions: Conditions;
}

class HostsReader {
  readonly files = new Set<string>();
  readonly folders = new Set<string>();
  readonly limits: DefinitionProblem[] = [];
  problem: string | undefined;
  readonly #local: LocalUser;
  readonly #env: NodeJS.ProcessEnv;
  readonly #slices: Slices;
  readonly #reader: ConfigFiles;
  readonly #named = new Map<string, ConfigLocation>();
  readonly #hostNames = new Map<string, string>();
  readonly #blocks: ConfigBlocks;
  /** Where the reading is. */
  #at: ConfigLocation = { file: '', line: 1 };
  #lines = 0;

  constructor(local: LocalUser, env: NodeJS.ProcessEnv, slices: Slices) {
    this.#local = local;
    this.#env = env;
    this.#blocks = new ConfigBlocks(local);
    this.#slices = slices;
    this.#reader = new ConfigFiles(local);
  }

  async read(file: string, from: FileContext): Promise<void> {
    if (from.depth > maxIncludeDepth) {
      throw new Error(`${file}: Include is nested more than ${maxIncludeDepth} levels deep`);
    }
    const text = await this.#textOf(file);
    // undefined: inside a Match block that never applies, or of which only ssh can tell.
    let conditions: Conditions | undefined = from.conditions;
    let number = 0;
    for (let start = 0; start < text.length;) {
      const end = text.indexOf('\n', start);
      const line = text.slice(start, end < 0 ? text.length : end);
      start = end < 0 ? text.length : end + 1;
      const location = { file, line: ++number };
      this.#at = location;
      if (this.#slices.isOver) {
        await this.#slices.pause();
      }
      const split = this.#split(line, location);
      if (split?.keyword === 'host') {
        conditions = [...from.conditions, split.words];
        await this.#addAliases(split.words, location);
      } else if (split?.keyword === 'match') {
        const match = toMatchCondition(split.words, this.#lines, this.#local);
        conditions = match && [...from.conditions, match];
        await this.#addAliases(match ? hostsNamedBy(match) : [], location);
      } else if (split && conditions) {
        await this.#apply({ ...split, ...location, conditions, number: this.#lines }, from);
      }
    }
  }

  get names(): readonly ConfigName[] {
    return Array.from(this.#named.keys(), (alias) => {
      const hostName = this.#hostNames.get(alias);
      return hostName === undefined ? { alias } : { alias, hostName };
    });
  }

  /** What is read so far counts. */
  stop(error: unknown): void {
    if (error instanceof ConfigLimit) {
      this.#reached(error.reason, this.#at);
    } else {
      this.problem = error instanceof Error ? error.message : String(error);
    }
  }

  *hosts(): Steps<readonly ConfigHost[]> {
    let linesOf: (alias: string) => HostLines;
    try {
      linesOf = yield* this.#blocks.find(new Set(this.#named.keys()));
    } catch (error) {
      if (!(error instanceof TooManyComparisons)) {
        throw error;
      }
      this.#reached(l10n.t('Its Host lines have too many patterns. No hosts are listed.'));
      return [];
    }
    const hosts: ConfigHost[] = [];
    let count = 0;
    for (const [alias, location] of this.#named) {
      yield;
      const { forwards, isCleared, values } = linesOf(alias);
      if (forwards.length === 0 || isCleared) {
        continue;
      }
      count += forwards.length;
      if (hosts.length === maxHosts || count > maxForwards) {
        this.#reached(
          l10n.t(
            'It has more than {hosts} hosts with forwards, or {forwards} forwards. The others are not listed.',
            { hosts: maxHosts, forwards: maxForwards },
          ),
          location,
        );
        break;
      }
      hosts.push({ alias, ...location, forwards: forwards.map(withoutConditions), values });
    }
    return hosts;
  }

  #split(line: string, location: ConfigLocation): ConfigLine | undefined {
    if (++this.#lines > maxLines) {
      throw new ConfigLimit(
        l10n.t('Your SSH config has more than {maximum} lines, with the files that it includes.', {
          maximum: maxLines,
        }),
        false,
      );
    }
    if (line.length > longestLine) {
      this.#reached(
        l10n.t('The line is longer than {maximum} characters.', { maximum: longestLine }),
        location,
      );
      return undefined;
    }
    return splitConfigLine(line);
  }

  async #addAliases(patterns: readonly string[], location: ConfigLocation): Promise<void> {
    for (const pattern of patterns) {
      if (/^!|[*?]/.test(pattern) || pattern.length > longestAlias || this.#named.has(pattern)) {
        continue;
      }
      if (this.#named.size === maxAliases) {
        throw new ConfigLimit(
          l10n.t('Your SSH config names more than {maximum} hosts.', { maximum: maxAliases }),
          false,
        );
      }
      this.#named.set(pattern, location);
      if (this.#slices.isOver) {
        await this.#slices.pause();
      }
    }
  }

  async #apply(line: ConditionalLine, from: FileContext): Promise<void> {
    if (line.keyword !== 'include') {
      this.#blocks.add(line);
      if (line.keyword === 'hostname') {
        this.#noteHostName(line);
      }
      return;
    }
    for (const word of line.words) {
      const pattern = this.#expanded(word);
      this.#noteFolder(pattern, from.folder);
      for (const file of await this.#reader.included(pattern, from.folder)) {
        await this.read(file, { ...from, depth: from.depth + 1, conditions: line.conditions });
      }
    }
  }

  #noteHostName({ words: [hostName = ''], conditions }: ConditionalLine): void {
    const condition = conditions.at(-1);
    const patterns = condition === undefined || 'criteria' in condition ? [] : condition;
    // Few hosts share a HostName; a block with many of them is left without.
    for (const alias of patterns.length > 100 ? [] : patterns) {
      if (this.#named.has(alias) && !this.#hostNames.has(alias)) {
        this.#hostNames.set(
          alias,
          hostName.replaceAll('%h', () => alias),
        );
      }
    }
  }

  /** What only ssh can tell is left as it is, and so names no file. */
  #expanded(word: string): string {
    const { home, machine, name, uid } = this.#local;
    const tokens = {
      '%': '%',
      L: machine.replace(/\..*/s, ''),
      d: home,
      i: String(uid),
      l: machine,
      u: name,
    };
    const parsed = attempt(() => expandTokens(word, tokens, this.#env, (problem) => fail(problem, 0)));
    return 'value' in parsed ? parsed.value : word;
  }

  /** The folder above the first name with wildcards. */
  #noteFolder(pattern: string, folder: string): void {
    const path = this.#reader.anchored(pattern, folder) ?? '';
    const names = path.split(/(?<=[/\\])/);
    const wildcard = names.findIndex((name) => hasWildcard(name));
    if (wildcard >= 0) {
      this.folders.add(names.slice(0, wildcard).join(''));
    }
  }

  async #textOf(file: string): Promise<string> {
    this.files.add(file);
    try {
      return await this.#reader.read(file);
    } catch (error) {
      if (error instanceof ConfigLimit) {
        if (!error.isOfOneFile) {
          throw error;
        }
        this.#reached(error.reason, { file, line: 1 });
        return '';
      }
      const { code, message } = error as NodeJS.ErrnoException;
      if (code !== 'ENOENT' && code !== 'ENOTDIR' && code !== 'EISDIR') {
        this.problem = `${file} can't be read: ${message}`;
      }
      return '';
    }
  }

  #reached(message: Message, at?: ConfigLocation): void {
    const [firstFile = ''] = this.files;
    const { file, line } = at ?? { file: firstFile, line: 1 };
    if (this.limits.length < maxLimits) {
      this.limits.push({ path: [file, line], message });
    }
  }
}

function withoutConditions({ keyword, words, file, line }: ForwardLine): ConfigForward {
  return { keyword, words, file, line };
}

// Finds the hosts of the user's ssh_config that have forwards of their own. Only reads the files and runs nothing, so
// that the list can be shown at any time. ssh resolves the host later, when it connects.
import { readFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import type { ConfigLocation } from '../../config/definition';
import { includedFiles } from './includedFiles';
import { splitConfigLine } from '../../config/configLine';
import type { ConfigLine } from '../../config/configLine';
import { expandHome } from './effectiveHost';
import { expandTilde } from './expandTokens';
import type { LocalUser } from './localUser';
import { matchesPattern, matchesPatternList } from '../../util/glob';

/** READCONF_MAX_DEPTH in OpenSSH's readconf.c. */
const maxDepth = 16;

const forwardKeywords = ['localforward', 'remoteforward', 'dynamicforward'] as const;
export type ForwardKeyword = (typeof forwardKeywords)[number];

export interface ConfigForward extends ConfigLocation {
  readonly keyword: ForwardKeyword;
  readonly words: readonly string[];
}
/** Its file and line are those of the Host line that names it first. */
export interface ConfigHost extends ConfigLocation {
  readonly alias: string;
  /** All forwards that `ssh ALIAS` would open, in file order, without those of Match blocks. */
  readonly forwards: readonly ConfigForward[];
}
export interface ConfigHosts {
  readonly hosts: readonly ConfigHost[];
  /** The files that were read, or would be if they existed. */
  readonly files: readonly string[];
  /** The folders in which Includes with wildcards look for files. */
  readonly folders: readonly string[];
  /** Why the list may be incomplete. */
  readonly problem?: string;
}

/**
 * The aliases that a Host line names in full and that have a forward from a block that doesn't match every host.
 * (Otherwise, `Host *` with a LocalForward would make a tunnel of every alias.)
 * @param configFile as for `ssh -F`: the only file to read; `none`: no file at all; undefined: OpenSSH's default files
 */
export async function readConfigHosts(
  configFile: string | undefined,
  local: LocalUser,
  env: NodeJS.ProcessEnv,
): Promise<ConfigHosts> {
  const reader = new HostsReader(local);
  const userFolder = join(local.home, '.ssh');
  const systemFolder = process.platform === 'win32' ? join(env['ProgramData'] ?? '', 'ssh') : '/etc/ssh';
  try {
    if (configFile === undefined) {
      await reader.read(join(userFolder, 'config'), { folder: userFolder, depth: 0, conditions: [] });
      const system = { folder: systemFolder, depth: 0, conditions: [] };
      await reader.read(join(systemFolder, 'ssh_config'), system);
    } else if (configFile !== 'none') {
      await reader.read(expandHome(configFile), { folder: userFolder, depth: 0, conditions: [] });
    }
  } catch (error) {
    reader.problem = error instanceof Error ? error.message : String(error);
  }
  const { files, folders, problem } = reader;
  return {
    hosts: reader.hosts(),
    files: [...files],
    folders: [...folders],
    ...(problem === undefined ? {} : { problem }),
  };
}

/** The patterns of one Host line. */
type Condition = readonly string[];
/** All of them must match: those of the block, and those of the blocks that include its file. */
type Conditions = readonly Condition[];

interface FileContext {
  /** The folder in which its relative Includes are found. */
  readonly folder: string;
  readonly depth: number;
  readonly conditions: Conditions;
}

/** A line about forwards, with the conditions under which it applies. */
interface ConditionalLine extends ConfigLocation, ConfigLine {
  readonly conditions: Conditions;
}

class HostsReader {
  readonly files = new Set<string>();
  readonly folders = new Set<string>();
  problem: string | undefined;
  readonly #local: LocalUser;
  readonly #named = new Map<string, ConfigLocation>();
  readonly #found: ConditionalLine[] = [];

  constructor(local: LocalUser) {
    this.#local = local;
  }

  async read(file: string, from: FileContext): Promise<void> {
    if (from.depth > maxDepth) {
      throw new Error(`${file}: Include is nested more than ${maxDepth} levels deep`);
    }
    this.files.add(file);
    const text = await this.#textOf(file);
    // undefined: inside a Match block, whose criteria only ssh can evaluate.
    let conditions: Conditions | undefined = from.conditions;
    for (const [index, line] of text.split('\n').entries()) {
      const split = splitConfigLine(line);
      if (split?.keyword === 'host') {
        conditions = [...from.conditions, split.words];
        this.#addAliases(split.words, { file, line: index + 1 });
      } else if (split?.keyword === 'match') {
        const isForAll = split.words.length === 1 && split.words[0]?.toLowerCase() === 'all';
        conditions = isForAll ? from.conditions : undefined;
      } else if (split && conditions) {
        await this.#apply({ ...split, file, line: index + 1, conditions }, from);
      }
    }
  }

  hosts(): readonly ConfigHost[] {
    return [...this.#named].flatMap(([alias, location]) => {
      const lines = this.#found.filter(({ conditions }) => matchesAll(alias, conditions));
      const cleared = lines.find(({ keyword }) => keyword === 'clearallforwardings');
      const forwards = lines.filter(isForward);
      const hasOwnForwards = forwards.some(({ conditions }) => hasSpecificPattern(alias, conditions));
      return hasOwnForwards && cleared?.words[0]?.toLowerCase() !== 'yes'
        ? [{ alias, ...location, forwards: forwards.map(withoutConditions) }]
        : [];
    });
  }

  #addAliases(patterns: readonly string[], location: ConfigLocation): void {
    for (const alias of patterns.filter((pattern) => !/^!|[*?]/.test(pattern))) {
      if (!this.#named.has(alias)) {
        this.#named.set(alias, location);
      }
    }
  }

  async #apply(line: ConditionalLine, from: FileContext): Promise<void> {
    if (line.keyword !== 'include') {
      if (line.keyword === 'clearallforwardings' || isForward(line)) {
        this.#found.push(line);
      }
      return;
    }
    for (const pattern of line.words) {
      this.#noteFolder(pattern, from.folder);
      for (const file of await includedFiles(pattern, from.folder, this.#local)) {
        await this.read(file, { ...from, depth: from.depth + 1, conditions: line.conditions });
      }
    }
  }

  #noteFolder(pattern: string, folder: string): void {
    const fixed = /^(.*?)[^/\\]*[*?]/s.exec(expandTilde(pattern, this.#local))?.[1];
    if (fixed !== undefined) {
      this.folders.add(isAbsolute(fixed) ? fixed : join(folder, fixed || '.'));
    }
  }

  async #textOf(file: string): Promise<string> {
    try {
      return await readFile(file, 'utf8');
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code !== 'ENOENT' && code !== 'ENOTDIR' && code !== 'EISDIR') {
        this.problem = `${file} can't be read: ${message}`;
      }
      return '';
    }
  }
}

function isForward(line: ConditionalLine): line is ConditionalLine & { readonly keyword: ForwardKeyword } {
  return (forwardKeywords as readonly string[]).includes(line.keyword);
}

function withoutConditions({ keyword, words, file, line }: ConditionalLine & ConfigForward): ConfigForward {
  return { keyword, words, file, line };
}

function matchesAll(alias: string, conditions: Conditions): boolean {
  return conditions.every((patterns) => matchesPatternList(alias, patterns));
}

/** Whether one of the conditions names this alias or hosts like it, rather than all hosts. */
function hasSpecificPattern(alias: string, conditions: Conditions): boolean {
  return conditions.some((patterns) =>
    patterns.some((pattern) => !/^[*?]*$/.test(pattern) && matchesPattern(alias, pattern)),
  );
}

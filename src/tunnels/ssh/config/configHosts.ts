// Which hosts of the user's ssh_config have forwards of their own, as the files are written: reads text and runs
// nothing, so that a list can be shown at any time. What a host really is, ssh says when it is connected to.
import { readFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import type { ConfigPlace } from '../../config/definition';
import { includedFiles } from './configInclude';
import { splitConfigLine } from '../../config/configLine';
import type { ConfigLine } from '../../config/configLine';
import { atHome } from './effectiveHost';
import { expandTilde } from './expansion';
import type { LocalUser } from './localUser';
import { matchesPattern, matchesPatternList } from '../../util/glob';

/** READCONF_MAX_DEPTH in OpenSSH's readconf.c. */
const maxDepth = 16;

const forwardKeywords = ['localforward', 'remoteforward', 'dynamicforward'] as const;
export type ForwardKeyword = (typeof forwardKeywords)[number];

export interface ConfigForward extends ConfigPlace {
  readonly keyword: ForwardKeyword;
  readonly words: readonly string[];
}
/** It stands where a Host line first names it. */
export interface ConfigHost extends ConfigPlace {
  readonly alias: string;
  /** All that `ssh ALIAS` would open, in the order of the files; those of Match blocks left out. */
  readonly forwards: readonly ConfigForward[];
}
export interface ConfigHosts {
  readonly hosts: readonly ConfigHost[];
  /** What was read or would be, were it there. */
  readonly files: readonly string[];
  /** Where an Include with wildcards looks for files. */
  readonly folders: readonly string[];
  /** Why there may be more than what is listed. */
  readonly problem?: string;
}

/**
 * The aliases that a Host line names in full and that have forwards of their own: by any block that is not for all
 * hosts alike. (`Host *` with a LocalForward would otherwise make a tunnel of every alias.)
 * @param configFile as for `ssh -F`: the only file to read; `none`: no file at all; undefined: OpenSSH's own places
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
      await reader.read(atHome(configFile), { folder: userFolder, depth: 0, conditions: [] });
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
/** All have to hold: that of the block, and those of the blocks whose Include led there. */
type Conditions = readonly Condition[];

interface From {
  /** Where its relative Includes are. */
  readonly folder: string;
  readonly depth: number;
  readonly conditions: Conditions;
}

/** A line that bears on forwards, and for whom it holds. */
interface Found extends ConfigPlace, ConfigLine {
  readonly conditions: Conditions;
}

class HostsReader {
  readonly files = new Set<string>();
  readonly folders = new Set<string>();
  problem: string | undefined;
  readonly #local: LocalUser;
  readonly #named = new Map<string, ConfigPlace>();
  readonly #found: Found[] = [];

  constructor(local: LocalUser) {
    this.#local = local;
  }

  async read(file: string, from: From): Promise<void> {
    if (from.depth > maxDepth) {
      throw new Error(`The Include of ${file} goes more than ${maxDepth} files deep`);
    }
    this.files.add(file);
    const text = await this.#textOf(file);
    // undefined: within a Match block, whose criteria only ssh can judge.
    let conditions: Conditions | undefined = from.conditions;
    for (const [index, line] of text.split('\n').entries()) {
      const split = splitConfigLine(line);
      if (split?.keyword === 'host') {
        conditions = [...from.conditions, split.words];
        this.#name(split.words, { file, line: index + 1 });
      } else if (split?.keyword === 'match') {
        const isForAll = split.words.length === 1 && split.words[0]?.toLowerCase() === 'all';
        conditions = isForAll ? from.conditions : undefined;
      } else if (split && conditions) {
        await this.#take({ ...split, file, line: index + 1, conditions }, from);
      }
    }
  }

  hosts(): readonly ConfigHost[] {
    return [...this.#named].flatMap(([alias, place]) => {
      const lines = this.#found.filter(({ conditions }) => holdFor(alias, conditions));
      const cleared = lines.find(({ keyword }) => keyword === 'clearallforwardings');
      const forwards = lines.filter(isForward);
      const hasOwn = forwards.some(({ conditions }) => areAbout(alias, conditions));
      return hasOwn && cleared?.words[0]?.toLowerCase() !== 'yes'
        ? [{ alias, ...place, forwards: forwards.map(withoutConditions) }]
        : [];
    });
  }

  #name(patterns: readonly string[], place: ConfigPlace): void {
    for (const alias of patterns.filter((pattern) => !/^!|[*?]/.test(pattern))) {
      if (!this.#named.has(alias)) {
        this.#named.set(alias, place);
      }
    }
  }

  async #take(line: Found, from: From): Promise<void> {
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
        this.problem = `${file} cannot be read: ${message}`;
      }
      return '';
    }
  }
}

function isForward(line: Found): line is Found & { readonly keyword: ForwardKeyword } {
  return (forwardKeywords as readonly string[]).includes(line.keyword);
}

function withoutConditions({ keyword, words, file, line }: Found & ConfigForward): ConfigForward {
  return { keyword, words, file, line };
}

function holdFor(alias: string, conditions: Conditions): boolean {
  return conditions.every((patterns) => matchesPatternList(alias, patterns));
}

/** Whether one of them means this alias, or hosts like it, and not just any. */
function areAbout(alias: string, conditions: Conditions): boolean {
  return conditions.some((patterns) =>
    patterns.some((pattern) => !/^[*?]*$/.test(pattern) && matchesPattern(alias, pattern)),
  );
}

// Reads ssh_config files when no ssh program is installed. Supports Host, Include and simple Match blocks, and runs
// no commands. Of the package ssh-config, only the parser is used: its compute() starts shells and nslookup.
import { join } from 'node:path';
import { LineType, parse } from 'ssh-config';
import type { Directive, Line, Section } from 'ssh-config';
import { TunnelFailure } from '../../errors/errors';
import { invalidDefinition } from '../../errors/definition';
import { programData } from '../../util/environment';
import { deferred as l10n } from '../../util/l10n';
import type { Message } from '../../util/l10n';
import { fallbackValues, hostNameOf } from './configFallbackValues';
import type { CollectedValues } from './configFallbackValues';
import { ConfigFiles, ConfigLimit } from './configFiles';
import { canonicalKeyword } from './configValues';
import type { ConfigValues } from './configValues';
import type { LocalUser } from './localUser';
import { unquoted } from '../../util/shown';
import { asciiLowerCase, matchesPatternList } from '../../util/glob';
import type { SshGQuery } from './sshG';

/** READCONF_MAX_DEPTH in OpenSSH's readconf.c. */
const maxDepth = 16;

/**
 * The values for a host. A Match block matches only by `all`, `host`, `originalhost`, `user` and `localuser`, or
 * their negation. With any other criterion it counts as not matching; `exec` is never run.
 * @throws TunnelFailure InvalidDefinition for a file that can't be read or parsed, and for Includes nested too deeply
 */
export async function readConfigFallback(
  query: SshGQuery,
  local: LocalUser,
  env: NodeJS.ProcessEnv,
): Promise<ConfigValues> {
  const reader = new ConfigReader(query, local);
  if (query.configFile === undefined) {
    const userFolder = join(local.home, '.ssh');
    const systemFolder = process.platform === 'win32' ? join(programData(env), 'ssh') : '/etc/ssh';
    await reader.read({
      file: join(userFolder, 'config'),
      folder: userFolder,
      depth: 0,
      active: true,
      required: false,
    });
    const file = join(systemFolder, 'ssh_config');
    await reader.read({ file, folder: systemFolder, depth: 0, active: true, required: false });
  } else if (query.configFile !== 'none') {
    const folder = join(local.home, '.ssh');
    await reader.read({ file: query.configFile, folder, depth: 0, active: true, required: true });
  }
  return fallbackValues(reader.collected, query, local, env);
}

interface FileToRead {
  readonly file: string;
  /** The folder in which its relative Includes are found. */
  readonly folder: string;
  readonly depth: number;
  /** False inside a block that doesn't match: nothing in the file applies, even under its own Host lines. */
  readonly active: boolean;
  readonly required: boolean;
}

class ConfigReader {
  readonly collected: CollectedValues = new Map();
  readonly #query: SshGQuery;
  readonly #local: LocalUser;
  readonly #files: ConfigFiles;

  constructor(query: SshGQuery, local: LocalUser) {
    this.#query = query;
    this.#local = local;
    this.#files = new ConfigFiles(local);
    if (query.user !== undefined) {
      this.collected.set('user', [query.user]);
    }
    if (query.port !== undefined) {
      this.collected.set('port', [String(query.port)]);
    }
  }

  async read(from: FileToRead): Promise<void> {
    if (from.depth > maxDepth) {
      throw invalidFile(
        l10n.t("{file} can't be read: Include is nested more than {maximum} levels deep.", {
          file: unquoted(from.file),
          maximum: maxDepth,
        }),
      );
    }
    const text = await this.#textOf(from);
    for (const line of text === undefined ? [] : parseLines(from.file, text)) {
      if (!isDirective(line)) {
        continue;
      }
      if (isSection(line)) {
        const active = from.active && this.#matches(line);
        for (const inner of line.config.filter(isDirective)) {
          await this.#apply(inner, { ...from, active });
        }
      } else {
        await this.#apply(line, from);
      }
    }
  }

  async #apply(line: Directive, from: FileToRead): Promise<void> {
    if (!from.active) {
      return;
    }
    const keyword = canonicalKeyword(line.param);
    if (keyword !== 'include') {
      this.#set(keyword, keyword === 'proxycommand' ? [rawText(line)] : words(line));
      return;
    }
    for (const pattern of words(line)) {
      for (const file of await this.#included(pattern, from)) {
        await this.read({ ...from, file, depth: from.depth + 1, required: false });
      }
    }
  }

  async #included(pattern: string, { file, folder }: FileToRead): Promise<readonly string[]> {
    try {
      return await this.#files.included(pattern, folder);
    } catch (error) {
      throw error instanceof ConfigLimit ? tooMuch(file, error) : error;
    }
  }

  async #textOf({ file, required }: FileToRead): Promise<string | undefined> {
    try {
      return await this.#files.read(file);
    } catch (error) {
      if (error instanceof ConfigLimit) {
        throw tooMuch(file, error);
      }
      const { code, message } = error as NodeJS.ErrnoException;
      if (!required && (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR')) {
        return undefined;
      }
      throw unreadable(file, message);
    }
  }

  /** The first value wins, except for keywords that accumulate. ProxyJump and ProxyCommand exclude each other. */
  #set(keyword: string, values: readonly string[]): void {
    const conflicting = { proxyjump: 'proxycommand', proxycommand: 'proxyjump' }[keyword];
    if ((conflicting !== undefined && this.collected.has(conflicting)) || values.length === 0) {
      return;
    }
    if (keyword === 'proxyjump' && this.#query.withoutProxyJump === true) {
      return;
    }
    const before = this.collected.get(keyword);
    if (!before) {
      this.collected.set(keyword, [...values]);
    } else if (cumulative.has(keyword)) {
      before.push(...values);
    }
  }

  #matches(section: Section): boolean {
    if (section.param.toLowerCase() === 'host') {
      return matchesPatternList(this.#query.host, words(section));
    }
    const criteria = 'criteria' in section ? (section.criteria as Record<string, unknown>) : {};
    return Object.entries(criteria).every(([name, value]) => {
      const criterion = name.toLowerCase().replace(/^!/, '');
      const matches = this.#matchesCriterion(criterion, String(value));
      return name.startsWith('!') ? matches === false : matches === true;
    });
  }

  /** @returns undefined for a criterion that needs a command to be run: its negation doesn't match, either */
  #matchesCriterion(criterion: string, value: string): boolean | undefined {
    const patterns = value.split(',');
    const lower = patterns.map(asciiLowerCase);
    switch (criterion) {
      case 'all':
        return true;
      case 'host':
        return matchesPatternList(asciiLowerCase(hostNameOf(this.collected, this.#query.host)), lower);
      case 'originalhost':
        return matchesPatternList(asciiLowerCase(this.#query.host), lower);
      case 'user':
        return matchesPatternList(this.collected.get('user')?.[0] ?? this.#local.name, patterns);
      case 'localuser':
        return matchesPatternList(this.#local.name, patterns);
      // Only a second pass over the files could match these, and there is none.
      case 'canonical':
      case 'final':
        return false;
      default:
        return undefined;
    }
  }
}

const cumulative = new Set(['identityfile', 'certificatefile']);

function isDirective(line: Line): line is Directive {
  return line.type === LineType.DIRECTIVE;
}

function isSection(line: Directive): line is Section {
  return 'config' in line;
}

function words({ value }: Directive): readonly string[] {
  return typeof value === 'string' ? [value] : value.map(({ val }) => val);
}

/** The text as written, for a shell. Only runs of spaces are lost: the parser doesn't preserve them. */
function rawText({ value }: Directive): string {
  return typeof value === 'string'
    ? value
    : value
        .map(({ val, separator, quoted }) => `${separator}${quoted ? `"${val}"` : val}`)
        .join('')
        .trim();
}

function parseLines(file: string, text: string): readonly Line[] {
  try {
    return parse(text);
  } catch {
    // The parser's error quotes the line.
    throw invalidFile(l10n.t("{file} can't be read: a line of it is not valid.", { file: unquoted(file) }));
  }
}

/** @param reason what the system reported */
function unreadable(file: string, reason: string): TunnelFailure {
  return invalidFile(
    l10n.t("{file} can't be read: {reason}.", { file: unquoted(file), reason: unquoted(reason) }),
  );
}

function tooMuch(file: string, { reason }: ConfigLimit): TunnelFailure {
  return invalidFile(l10n.t("{file} can't be read. {reason}", { file: unquoted(file), reason }));
}

function invalidFile(problem: Message): TunnelFailure {
  return new TunnelFailure(invalidDefinition(problem, l10n.t('Fix the file, or install ssh to read it.')));
}

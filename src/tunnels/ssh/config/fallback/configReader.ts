// Reads ssh_config files once, from the first line to the last: read_config_file_depth() in OpenSSH's readconf.c.
import { TunnelFailure } from '../../../errors/errors';
import { invalidDefinition } from '../../../errors/definition';
import { readConfigLine } from '../../../config/configLine';
import type { WrittenConfigLine } from '../../../config/configLine';
import { asciiLowerCase, matchesPatternList } from '../../../util/glob';
import { deferred as l10n } from '../../../util/l10n';
import { unquoted } from '../../../util/shown';
import { ConfigFiles, ConfigLimit, maxIncludeDepth } from '../configFiles';
import { canonicalKeyword } from '../configValues';
import type { LocalUser } from '../localUser';
import { lookAtFile } from '../refusedFile';
import { describeSshGFailure } from '../sshGFailure';
import type { SshGQuery } from '../sshG';
import type { HostValues } from './hostValues';
import { valueSyntax } from './keywords';
import { matchesBlock } from './matchBlock';
import { runMatchExec } from './matchExec';
import { parseValue, RefusedLine } from './parseValue';

interface ReaderOptions {
  readonly values: HostValues;
  readonly query: SshGQuery;
  readonly local: LocalUser;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  /** Whether the files are read for the second time. */
  readonly isFinalPass: boolean;
}

export interface FileKind {
  /** Whether it is the user's own, or included by it: its Includes may begin with `~`. */
  readonly ofUser: boolean;
  /** The folder in which its relative Includes are found. */
  readonly folder: string;
  /** Whether others must not be able to write it. */
  readonly isPrivate: boolean;
}

interface FileToRead extends FileKind {
  readonly file: string;
  readonly depth: number;
  /** False inside a block that doesn't match: nothing in the file applies, even under its own Host lines. */
  readonly active: boolean;
}

interface Location {
  readonly file: string;
  readonly line: number;
}

export class ConfigReader {
  readonly #options: ReaderOptions;
  readonly #files: ConfigFiles;
  #wantsFinalPass = false;

  constructor(options: ReaderOptions) {
    this.#options = options;
    this.#files = new ConfigFiles(options.local);
  }

  /** Whether a `Match final` asks for a second pass over the files. */
  get wantsFinalPass(): boolean {
    return this.#wantsFinalPass;
  }

  /**
   * @returns false: there is no such file
   * @throws TunnelFailure InvalidDefinition for a file that can't be read, and for a line that ssh would refuse
   */
  read(file: string, kind: FileKind): Promise<boolean> {
    return this.#read({ ...kind, file, depth: 0, active: true });
  }

  async #read(from: FileToRead): Promise<boolean> {
    if (from.depth > maxIncludeDepth) {
      throw new TunnelFailure(
        invalidDefinition(
          l10n.t("{file} can't be read: Include is nested more than {maximum} levels deep.", {
            file: unquoted(from.file),
            maximum: maxIncludeDepth,
          }),
          l10n.t('Fix the file, or install ssh to read it.'),
        ),
      );
    }
    const text = await this.#textOf(from);
    let { active } = from;
    for (const [index, written] of (text?.split('\n') ?? []).entries()) {
      this.#options.signal.throwIfAborted();
      const line = readConfigLine(written);
      const location = { file: from.file, line: index + 1 };
      if (line !== undefined) {
        active = await this.#apply(line, { ...from, active }, from.active, location);
      }
    }
    return text !== undefined;
  }

  /** @returns whether the lines that follow apply */
  async #apply(
    line: WrittenConfigLine,
    from: FileToRead,
    canMatch: boolean,
    location: Location,
  ): Promise<boolean> {
    try {
      if (line.rest === '') {
        throw new RefusedLine(`no argument after keyword "${line.keyword}"`);
      }
      const { words } = line;
      if (words === undefined) {
        throw new RefusedLine('invalid quotes');
      }
      switch (line.keyword) {
        case 'host':
          return this.#matchesHost(words, canMatch);
        case 'match':
          return (await this.#matches(words)) && canMatch;
        case 'include':
          await this.#include(words, from);
          return from.active;
        default:
          this.#set(line, words, from.active);
          return from.active;
      }
    } catch (error) {
      throw error instanceof RefusedLine
        ? new TunnelFailure(
            describeSshGFailure(
              this.#options.query,
              `${location.file}: line ${location.line}: ${error.message}`,
            ),
          )
        : error;
    }
  }

  #set(line: WrittenConfigLine, words: readonly string[], active: boolean): void {
    const { values, env } = this.#options;
    const keyword = canonicalKeyword(line.keyword);
    const syntax = valueSyntax(keyword);
    if (syntax === undefined) {
      const ignored = values.first('ignoreunknown')?.split(',').map(asciiLowerCase) ?? [];
      if (!matchesPatternList(line.keyword, ignored)) {
        throw new RefusedLine(`Bad configuration option: ${line.keyword}`);
      }
      return;
    }
    const value = parseValue(line, words, syntax, env);
    if (!active || value === undefined) {
      return;
    }
    if (syntax === 'refusal') {
      throw new RefusedLine(`RefuseConnection: ${value.join(' ')}`);
    }
    values.add(keyword, value);
  }

  #matchesHost(patterns: readonly string[], canMatch: boolean): boolean {
    if (patterns[0] === '' || (canMatch && patterns.includes(''))) {
      throw new RefusedLine('keyword host empty argument');
    }
    const { values, query, isFinalPass } = this.#options;
    return canMatch && matchesPatternList(isFinalPass ? values.hostName : query.host, patterns);
  }

  #matches(words: readonly string[]): Promise<boolean> {
    const { values, query, local, env, signal, isFinalPass } = this.#options;
    return matchesBlock(words, {
      hostName: values.hostNameSoFar,
      originalHost: query.host,
      user: values.user,
      localUser: local.name,
      tag: values.first('tag') ?? '',
      isFinalPass,
      wantFinalPass: () => {
        this.#wantsFinalPass = true;
      },
      run: (command) =>
        runMatchExec(values.expanderSoFar(env).commandTokens(command), { env, folder: local.home, signal }),
    });
  }

  async #include(words: readonly string[], from: FileToRead): Promise<void> {
    const { values, env } = this.#options;
    for (const word of words) {
      if (word === '') {
        throw new RefusedLine('keyword include empty argument');
      }
      if (word.startsWith('~') && !from.ofUser) {
        throw new RefusedLine(`bad include path ${word}.`);
      }
      // Versions before OpenSSH 10 expand nothing here.
      const pattern = /%|\$\{/.test(word) ? values.expanderSoFar(env).tokens(word) : word;
      for (const file of await this.#included(pattern, from)) {
        await this.#read({ ...from, file, depth: from.depth + 1, isPrivate: true });
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

  /** @returns undefined: there is no such file */
  async #textOf({ file, isPrivate }: FileToRead): Promise<string | undefined> {
    try {
      if (isPrivate && (await this.#files.isWritableByOthers(file))) {
        const words = `Bad owner or permissions on ${file}`;
        throw new TunnelFailure(describeSshGFailure(this.#options.query, words, await lookAtFile(file)));
      }
      return await this.#files.read(file);
    } catch (error) {
      if (error instanceof ConfigLimit) {
        throw tooMuch(file, error);
      }
      if (error instanceof TunnelFailure) {
        throw error;
      }
      const { code = '', message } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT' || code === 'ENOTDIR') {
        return undefined;
      }
      const words = `Can't open user config file ${file}: ${reasons[code] ?? message}`;
      throw new TunnelFailure(describeSshGFailure(this.#options.query, words, await lookAtFile(file)));
    }
  }
}

/** In the words of strerror(3). */
const reasons: Readonly<Partial<Record<string, string>>> = {
  EACCES: 'Permission denied',
  ELOOP: 'Too many levels of symbolic links',
  EIO: 'Input/output error',
};

function tooMuch(file: string, { reason }: ConfigLimit): TunnelFailure {
  return new TunnelFailure(
    invalidDefinition(
      l10n.t("{file} can't be read. {reason}", { file: unquoted(file), reason }),
      l10n.t('Fix the file, or install ssh to read it.'),
    ),
  );
}

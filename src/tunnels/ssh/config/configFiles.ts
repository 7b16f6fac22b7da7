// Reads the files of an ssh_config and finds those that its Include lines name: regular files only, and no more than
// any honest configuration has.
import { lstat, opendir, stat } from 'node:fs/promises';
import { isAbsolute, join, parse } from 'node:path';
import { expandTilde } from './expandTokens';
import { parseNamePattern } from './includePattern';
import type { LocalUser } from './localUser';
import { deferred as l10n } from '../../util/l10n';
import type { Message } from '../../util/l10n';
import { readRegularFile } from '../../util/files/regularFile';

/** READCONF_MAX_DEPTH in OpenSSH's readconf.c. */
export const maxIncludeDepth = 16;
const megabyte = 1024 * 1024;
const maxFileMegabytes = 1;
/** Of all files together. A file counts each time that it is included. */
const maxMegabytes = 4;
const maxFiles = 2000;
/** Names in the folders that Includes with wildcards look through. */
const maxNames = 20_000;
/** NAME_MAX and PATH_MAX of Linux. */
const longestName = 255;
const longestPath = 4096;

/** A file, or the configuration as a whole, that isn't read. */
export class ConfigLimit extends Error {
  /** A sentence. */
  readonly reason: Message;
  /** Whether other files can still be read. */
  readonly isOfOneFile: boolean;

  constructor(reason: Message, isOfOneFile: boolean) {
    super(reason.text);
    this.name = 'ConfigLimit';
    this.reason = reason;
    this.isOfOneFile = isOfOneFile;
  }
}

/** The files of one reading, which share the limits. */
export class ConfigFiles {
  readonly #local: LocalUser;
  #files = 0;
  #bytes = 0;
  #names = 0;

  constructor(local: LocalUser) {
    this.#local = local;
  }

  /**
   * A folder is empty, as to ssh.
   * @throws ConfigLimit for a file that is too large, a pipe or a device, and once there are too many files
   * @throws the error of the system, also for a file that doesn't exist
   */
  async read(file: string): Promise<string> {
    if (++this.#files > maxFiles) {
      throw new ConfigLimit(
        l10n.t('Your SSH config includes more than {maximum} files.', { maximum: maxFiles }),
        false,
      );
    }
    const bytes = await readRegularFile(file, maxFileMegabytes * megabyte);
    if (bytes === 'folder') {
      return '';
    }
    if (bytes === 'other') {
      throw new ConfigLimit(l10n.t('It is not a regular file.'), true);
    }
    this.#bytes += bytes.length;
    if (bytes.length > maxFileMegabytes * megabyte) {
      throw new ConfigLimit(l10n.t('It is larger than {maximum} MB.', { maximum: maxFileMegabytes }), true);
    }
    if (this.#bytes > maxMegabytes * megabyte) {
      throw new ConfigLimit(
        l10n.t('Your SSH config is larger than {maximum} MB, with the files that it includes.', {
          maximum: maxMegabytes,
        }),
        false,
      );
    }
    if (/^(?:\xff\xfe|\xfe\xff|.?\0)/s.test(bytes.toString('latin1', 0, 2))) {
      // UTF-16, which `>` writes in Windows PowerShell.
      throw new ConfigLimit(l10n.t('It is not text in UTF-8: save it as UTF-8.'), true);
    }
    // OpenSSH for Windows skips a byte order mark; any other ssh says what is wrong at the start.
    return bytes.toString().replace(/^\ufeff/, '');
  }

  /**
   * Whether others than the user can write it, or it belongs to another user than root: ssh refuses such a file
   * (SSHCONF_CHECKPERM in OpenSSH's readconf.c). On Windows, where permissions are no mode, false.
   * @throws the error of the system
   */
  async isWritableByOthers(file: string): Promise<boolean> {
    const { uid, mode } = await stat(file);
    const isOwn = uid === 0 || uid === this.#local.uid;
    return process.platform !== 'win32' && (!isOwn || (mode & 0o022) !== 0);
  }

  /**
   * The files that match one pattern of an Include, sorted; as in glob(3) with GLOB_TILDE. A path without wildcards is
   * returned whether it exists or not.
   * @param folder that relative patterns start from: `~/.ssh`, or `/etc/ssh` for the system's file
   * @throws ConfigLimit when the wildcards lead through too many folders
   */
  async included(pattern: string, folder: string): Promise<readonly string[]> {
    const path = this.anchored(pattern, folder);
    if (path === undefined) {
      return [];
    }
    const { root } = parse(path);
    const names = path.slice(root.length).split(process.platform === 'win32' ? /[\\/]/ : '/');
    let found: readonly string[] = [root];
    let isSearched = false;
    for (const name of names) {
      const namePattern = parseNamePattern(name);
      const next: string[] = [];
      for (const parent of found) {
        if (typeof namePattern === 'string') {
          next.push(join(parent, namePattern));
        } else {
          next.push(...(await this.#matching(parent, name, namePattern)));
        }
      }
      isSearched ||= typeof namePattern !== 'string';
      found = next;
    }
    return isSearched ? this.#existing(found) : found;
  }

  /** The pattern with a folder before it. undefined: it is too long, or begins with a user who doesn't exist. */
  anchored(pattern: string, folder: string): string | undefined {
    const [, user = ''] = /^~([^/\\]*)/.exec(pattern) ?? [];
    if (user !== '' && user !== this.#local.name && this.#local.homeOf(user) === undefined) {
      return undefined;
    }
    const path = expandTilde(pattern, this.#local);
    const whole = isAbsolute(path) ? path : join(folder, path);
    return whole.length > longestPath ? undefined : whole;
  }

  async #matching(
    parent: string,
    name: string,
    matches: (name: string) => boolean,
  ): Promise<readonly string[]> {
    const found: string[] = [];
    this.#countName();
    if (name.length > longestName) {
      return found;
    }
    const folder = await opendir(parent).catch(() => undefined);
    // Ends at a folder that can't be read to its end.
    for await (const { name: candidate } of folder ?? []) {
      this.#countName();
      if (matches(candidate)) {
        found.push(candidate);
      }
    }
    return found.sort(byBytes).map((each) => join(parent, each));
  }

  /** A file may have been found where only a folder would lead on. */
  async #existing(paths: readonly string[]): Promise<readonly string[]> {
    const existing: string[] = [];
    for (const path of paths) {
      this.#countName();
      if (await lstat(path).catch(() => undefined)) {
        existing.push(path);
      }
    }
    return existing;
  }

  #countName(): void {
    if (++this.#names > maxNames) {
      throw new ConfigLimit(
        l10n.t('The Include lines of your SSH config look through more than {maximum} files.', {
          maximum: maxNames,
        }),
        false,
      );
    }
  }
}

/** As strcmp(3), by which ssh reads the files. */
function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

// Reads the files of an ssh_config and finds those that its Include lines name: regular files only, and no more than
// any honest configuration has.
import { opendir } from 'node:fs/promises';
import { isAbsolute, join, parse } from 'node:path';
import { expandTilde } from './expandTokens';
import type { LocalUser } from './localUser';
import { matchesPattern } from '../../util/glob';
import { deferred as l10n } from '../../util/l10n';
import type { Message } from '../../util/l10n';
import { readRegularFile } from '../../util/files/regularFile';

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
    if (bytes.includes(0)) {
      // What `>` writes in Windows PowerShell.
      throw new ConfigLimit(l10n.t('It is not text in UTF-8: save it as UTF-8.'), true);
    }
    // OpenSSH for Windows skips a byte order mark; any other ssh says what is wrong at the start.
    return bytes.toString().replace(/^\ufeff/, '');
  }

  /**
   * The files that match one pattern of an Include, sorted; `*` and `?` as in glob(7). A path without wildcards is
   * returned whether it exists or not.
   * @param folder that relative patterns start from: `~/.ssh`, or `/etc/ssh` for the system's file
   * @throws ConfigLimit when the wildcards lead through too many folders
   */
  async included(pattern: string, folder: string): Promise<readonly string[]> {
    const expanded = expandTilde(pattern, this.#local);
    const path = isAbsolute(expanded) ? expanded : join(folder, expanded);
    if (path.length > longestPath) {
      return [];
    }
    const { root } = parse(path);
    let found: readonly string[] = [root];
    for (const segment of path.slice(root.length).split(/[\\/]/)) {
      const next: string[] = [];
      for (const parent of found) {
        if (/[*?]/.test(segment)) {
          next.push(...(await this.#matching(parent, segment)));
        } else {
          next.push(join(parent, segment));
        }
      }
      found = next;
    }
    return found;
  }

  async #matching(parent: string, segment: string): Promise<readonly string[]> {
    const found: string[] = [];
    this.#countName();
    if (segment.length > longestName) {
      return found;
    }
    const folder = await opendir(parent).catch(() => undefined);
    // Ends at a folder that can't be read to its end.
    for await (const { name } of folder ?? []) {
      this.#countName();
      if (matchesPattern(name, segment) && (!name.startsWith('.') || segment.startsWith('.'))) {
        found.push(name);
      }
    }
    return found.sort().map((name) => join(parent, name));
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

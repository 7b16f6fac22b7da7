// Reads the files of an ssh_config and finds those that its Include lines name: regular files only, and no more than
// any honest configuration has.
import { constants } from 'node:fs';
import { open, opendir, stat } from 'node:fs/promises';
import { devNull } from 'node:os';
import { isAbsolute, join, parse } from 'node:path';
import { expandTilde } from './expandTokens';
import type { LocalUser } from './localUser';
import { matchesPattern } from '../../util/glob';
import { deferred as l10n } from '../../util/l10n';
import type { Message } from '../../util/l10n';

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
    // Looked at before it is opened: to open a pipe waits for its other end, and a device may act.
    if (file === devNull || (await isFolder(file))) {
      return '';
    }
    const bytes = await readUpTo(file, maxFileMegabytes * megabyte);
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
    return bytes.toString();
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

/** @throws ConfigLimit for what is neither a folder nor a regular file */
async function isFolder(file: string): Promise<boolean> {
  const found = await stat(file);
  if (found.isDirectory()) {
    return true;
  }
  if (!found.isFile()) {
    throw new ConfigLimit(l10n.t('It is not a regular file.'), true);
  }
  return false;
}

/** One byte more than `most`, if there is more. The size that the system tells may be outdated, or 0. */
async function readUpTo(file: string, most: number): Promise<Buffer> {
  // Should it be a pipe by now, this doesn't wait for its other end. Windows has no such flag.
  const { O_RDONLY, O_NONBLOCK = 0 } = constants as Partial<typeof constants>;
  const handle = await open(file, (O_RDONLY ?? 0) | O_NONBLOCK);
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of handle.createReadStream({ end: most, autoClose: false })) {
      chunks.push(chunk as Buffer);
    }
    return Buffer.concat(chunks);
  } finally {
    await handle.close();
  }
}

// Adds a Host block to the user's ssh_config and can undo it. Keeps the other bytes, the file mode and a symbolic link.
import { randomBytes } from 'node:crypto';
import {
  access,
  chmod,
  constants,
  lstat,
  mkdir,
  open,
  readFile,
  realpath,
  rename,
  rm,
  stat,
} from 'node:fs/promises';
import { dirname } from 'node:path';
import { l10n } from 'vscode';
import { quoteWord } from '../../../tunnels/config/commandLine/quoteWord';
import { untranslated } from '../../../tunnels/util/l10n';
import { withHostBlock } from '../../../tunnels/config/hostBlock';
import { expandHome } from '../../../tunnels/ssh/config/effectiveHost';

/** @param setting sshTunnels.sshConfigFile @throws Error if it is "none" */
export function sshConfigPath(setting: string | undefined): string {
  if (setting === 'none') {
    throw new Error(l10n.t('sshTunnels.sshConfigFile is "none", so there is no file for a Host block.'));
  }
  return expandHome(setting ?? '~/.ssh/config');
}

/** As Latin-1, which maps each byte to one character, so that all bytes survive. Empty if there is no file. */
export async function readSshConfig(file: string): Promise<string> {
  return (await bytesOf(file))?.toString('latin1') ?? '';
}

/** Why no Host block can be written, as a sentence with what to do; undefined: it can. */
export async function whyNotWritable(file: string): Promise<string | undefined> {
  const real = await realpath(file).catch((error: unknown) => error as NodeJS.ErrnoException);
  if (typeof real === 'string') {
    return whyFileNotWritable(file, real);
  }
  const isLink = await lstat(file).then(
    (found) => found.isSymbolicLink(),
    () => false,
  );
  if (isLink) {
    return l10n.t("{file} is a link whose target doesn't exist. Create the target, or remove the link.", {
      file,
    });
  }
  if (real.code !== 'ENOENT') {
    return l10n.t("{file} can't be opened: {reason}. Correct its path or permissions.", {
      file,
      reason: real.message,
    });
  }
  return whyFolderNotWritable(file, dirname(file));
}

async function whyFileNotWritable(file: string, real: string): Promise<string | undefined> {
  const found = await stat(real);
  if (!found.isFile()) {
    return found.isDirectory()
      ? l10n.t('{file} is a folder, not a file. Move it away.', { file })
      : l10n.t('{file} is not a regular file. Move it away.', { file });
  }
  // Only Windows has neither owners nor these modes.
  const owner = process.getuid?.();
  if (owner !== undefined && found.uid !== owner) {
    return l10n.t('{file} belongs to another user. Run "{command}" in a terminal to own it.', {
      file,
      command: untranslated`sudo chown "$(id -un)" ${quoteWord(real)}`,
    });
  }
  if (owner !== undefined && (found.mode & 0o022) !== 0) {
    return l10n.t(
      'Other users can write to {file}, so ssh refuses to read it. Run "{command}" in a terminal first.',
      { file, command: untranslated`chmod go-w ${quoteWord(real)}` },
    );
  }
  const isReadOnly = (found.mode & 0o200) === 0 || !(await allows(real, constants.R_OK | constants.W_OK));
  return isReadOnly
    ? l10n.t('{file} is read-only. Make it writable, or add the Host block where it is managed.', {
        file: real,
      })
    : whyFolderNotWritable(file, dirname(real));
}

/** The file is replaced by a new one, or made, and its folder may have to be made too. */
async function whyFolderNotWritable(file: string, folder: string): Promise<string | undefined> {
  const found = await stat(folder).catch((error: unknown) => error as NodeJS.ErrnoException);
  if (found instanceof Error) {
    return found.code === 'ENOENT' && dirname(folder) !== folder
      ? whyFolderNotWritable(file, dirname(folder))
      : l10n.t("{file} can't be opened: {reason}. Correct its path or permissions.", {
          file,
          reason: found.message,
        });
  }
  return found.isDirectory() && (await allows(folder, constants.W_OK | constants.X_OK))
    ? undefined
    : l10n.t(
        "{file} can't be written: you can't create files in {folder}. Change the permissions of that folder.",
        { file, folder },
      );
}

function allows(path: string, mode: number): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  );
}

export interface Added {
  /** The block's first line, one-based. */
  readonly line: number;
  /** @throws Error if the file has changed since */
  readonly undo: () => Promise<void>;
}

/** @param expected the text for which the block was tried @throws Error if the file has another one by now */
export async function addHostBlock(file: string, block: string, expected?: string): Promise<Added> {
  const before = await bytesOf(file);
  if (!before) {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  }
  const config = before?.toString('latin1') ?? '';
  if (expected !== undefined && config !== expected) {
    throw new Error(l10n.t('{file} has changed in the meantime. Nothing was written; try again.', { file }));
  }
  const { text, line } = withHostBlock(config, Buffer.from(block).toString('latin1'));
  const after = Buffer.from(text, 'latin1');
  await replace(file, after);
  const undo = async (): Promise<void> => {
    if (!(await bytesOf(file))?.equals(after)) {
      throw new Error(l10n.t('{file} has changed. Remove the Host block manually.', { file }));
    }
    await (before ? replace(file, before) : rm(file));
  };
  return { line, undo };
}

async function bytesOf(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}

/** Replaces the file atomically: writes a temporary file with the same mode and renames it. */
async function replace(file: string, bytes: Buffer): Promise<void> {
  const real = await realpath(file).catch(() => file);
  const mode = await stat(real).then(
    (found) => found.mode & 0o777,
    () => 0o600,
  );
  const temporary = `${real}.${randomBytes(6).toString('hex')}`;
  try {
    const handle = await open(temporary, 'wx', mode);
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    // The umask may have removed some mode bits.
    await chmod(temporary, mode);
    await rename(temporary, real);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

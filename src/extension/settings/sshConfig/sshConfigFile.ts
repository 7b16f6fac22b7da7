// Adds a Host block to the user's ssh_config and can undo it. Keeps the other bytes, the file mode and a symbolic link.
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { l10n } from 'vscode';
import { withHostBlock } from '../../../tunnels/config/hostBlock';

/** @param setting sshTunnels.sshConfigFile @throws Error if it is "none" */
export function sshConfigPath(setting: string | undefined): string {
  if (setting === 'none') {
    throw new Error(l10n.t('sshTunnels.sshConfigFile is "none", so there is no file for a Host block.'));
  }
  return setting?.replace(/^~(?=[/\\])/, homedir()) ?? join(homedir(), '.ssh', 'config');
}

export async function readSshConfig(file: string): Promise<string> {
  return ((await bytesOf(file)) ?? Buffer.alloc(0)).toString();
}

export interface Added {
  /** The block's first line, one-based. */
  readonly line: number;
  /** @throws Error if the file has changed since */
  readonly undo: () => Promise<void>;
}

export async function addHostBlock(file: string, block: string): Promise<Added> {
  const before = await bytesOf(file);
  if (!before) {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  }
  // Latin-1 maps each byte to one character, so all bytes survive.
  const config = before?.toString('latin1') ?? '';
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

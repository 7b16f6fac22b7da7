// Adds to the user's own ssh_config, and takes it back: its bytes, its mode and the link it may be stay as they are.
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { withHostBlock } from '../../tunnels/config/hostBlock';

/** @param setting sshTunnels.sshConfigFile @throws Error where it says that there is none */
export function sshConfigPath(setting: string | undefined): string {
  if (setting === 'none') {
    throw new Error('sshTunnels.sshConfigFile is "none", so there is no file for a Host block.');
  }
  return setting?.replace(/^~(?=[/\\])/, homedir()) ?? join(homedir(), '.ssh', 'config');
}

export async function readSshConfig(file: string): Promise<string> {
  return ((await bytesOf(file)) ?? Buffer.alloc(0)).toString();
}

export interface Added {
  /** Of the block's first line, from 1. */
  readonly line: number;
  /** @throws Error when the file has changed since */
  readonly undo: () => Promise<void>;
}

export async function addHostBlock(file: string, block: string): Promise<Added> {
  const before = await bytesOf(file);
  if (!before) {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  }
  // In Latin-1 every byte is a character, and stays what it is.
  const config = before?.toString('latin1') ?? '';
  const { text, line } = withHostBlock(config, Buffer.from(block).toString('latin1'));
  const after = Buffer.from(text, 'latin1');
  await replace(file, after);
  const undo = async (): Promise<void> => {
    if (!(await bytesOf(file))?.equals(after)) {
      throw new Error(`${file} has changed since: remove the Host block by hand.`);
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

/** All or nothing: another file of the same mode takes the place of what the path leads to. */
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
    // The umask may have taken some of it.
    await chmod(temporary, mode);
    await rename(temporary, real);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

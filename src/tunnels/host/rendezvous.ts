// The file by which windows find the tunnel host: its endpoint, a secret, the protocol's major version; in a folder
// that only this user can enter.
import { createHash, randomBytes } from 'node:crypto';
import { chmod, link, lstat, mkdir, open, rename, rm, unlink, writeFile } from 'node:fs/promises';
import { constants, statSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { protocolMajor } from './protocol';

export interface Rendezvous {
  /** A Unix socket, or a Windows named pipe. */
  readonly endpoint: string;
  /** Hexadecimal. */
  readonly secret: string;
  readonly major: number;
  readonly pid: number;
}

/** The longest path that every system takes for a socket (`sun_path` of macOS, less the final zero). */
const longestSocketPath = 103;
const socketNameLength = '/'.length + 16 + '.sock'.length;

/** The file itself, whether it is there or not. */
export function rendezvousFile(folder: string, major: number = protocolMajor): string {
  return join(folder, `host-${major}.json`);
}

/** Where host and windows of this user meet: `$XDG_RUNTIME_DIR`, else a folder per user among the temporary ones. */
export function rendezvousFolder(env: NodeJS.ProcessEnv = process.env): string {
  const runtime = env['XDG_RUNTIME_DIR'];
  if (runtime?.startsWith('/') === true && isOurs(runtime)) {
    const folder = join(runtime, 'ssh-tunnels');
    if (folder.length + socketNameLength <= longestSocketPath) {
      return folder;
    }
    // Too deep for a socket: a short folder that stands for this long one, and for no other.
    const name = createHash('sha256').update(folder).digest('hex').slice(0, 12);
    return join(tmpdir(), `ssh-tunnels-${userTag()}-${name}`);
  }
  if (process.platform === 'win32') {
    return join(env['LOCALAPPDATA'] ?? tmpdir(), 'ssh-tunnels');
  }
  return join(tmpdir(), `ssh-tunnels-${userTag()}`);
}

/** `su` and `sudo` may leave another user's folder in the variable. */
function isOurs(folder: string): boolean {
  try {
    const facts = statSync(folder);
    return facts.isDirectory() && facts.uid === userInfo().uid;
  } catch {
    return false;
  }
}

function userTag(): string {
  const { uid, username } = userInfo();
  return uid >= 0 ? String(uid) : username;
}

/**
 * Makes the folder, or checks that the one that is there is ours alone.
 * @throws Error when somebody else could have prepared it
 */
export async function ensurePrivateFolder(folder: string): Promise<void> {
  await mkdir(folder, { mode: 0o700, recursive: true });
  await checkPrivateFolder(folder);
}

/** @throws Error where there is none, or where somebody else could have prepared it */
async function checkPrivateFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') {
    return;
  }
  const facts = await lstat(folder);
  if (!facts.isDirectory() || facts.uid !== userInfo().uid) {
    throw new Error(`${folder} is not a folder of this user; remove it and try again.`);
  }
  if ((facts.mode & 0o077) !== 0) {
    await chmod(folder, 0o700);
  }
}

export function newRendezvous(folder: string): Rendezvous {
  const name = randomBytes(8).toString('hex');
  return {
    endpoint:
      process.platform === 'win32' ? `\\\\.\\pipe\\ssh-tunnels-${name}` : join(folder, `${name}.sock`),
    secret: randomBytes(32).toString('hex'),
    major: protocolMajor,
    pid: process.pid,
  };
}

/** @returns undefined when there is none, or none that can be believed */
export async function readRendezvous(
  folder: string,
  major: number = protocolMajor,
): Promise<Rendezvous | undefined> {
  try {
    await checkPrivateFolder(folder);
    return await readTrusted(rendezvousFile(folder, major), major);
  } catch {
    return undefined;
  }
}

/** @throws Error where it can't be read, or holds something else */
async function readTrusted(name: string, major: number = protocolMajor): Promise<Rendezvous | undefined> {
  const file = await open(name, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const facts = await file.stat();
    if (process.platform !== 'win32' && (facts.uid !== userInfo().uid || (facts.mode & 0o077) !== 0)) {
      return undefined;
    }
    return parse(await file.readFile('utf8'), major);
  } finally {
    await file.close();
  }
}

function parse(text: string, major: number): Rendezvous | undefined {
  const value: unknown = JSON.parse(text);
  if (
    typeof value === 'object' &&
    value !== null &&
    'endpoint' in value &&
    typeof value.endpoint === 'string' &&
    'secret' in value &&
    typeof value.secret === 'string' &&
    'major' in value &&
    value.major === major &&
    'pid' in value &&
    typeof value.pid === 'number'
  ) {
    return { endpoint: value.endpoint, secret: value.secret, major, pid: value.pid };
  }
  return undefined;
}

/**
 * Publishes a new host, whole or not at all.
 * @returns false when another one is published already
 */
export async function publishRendezvous(folder: string, rendezvous: Rendezvous): Promise<boolean> {
  const name = rendezvousFile(folder);
  const draft = `${name}.${process.pid}`;
  // Of a process of this number that ended in the middle of it.
  await rm(draft, { force: true });
  try {
    await writeFile(draft, JSON.stringify(rendezvous), { mode: 0o600, flag: 'wx' });
    // link() fails where the name is taken, rename() would replace it.
    await link(draft, name);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') {
      return false;
    }
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/** Removes the file of a host that has ended, unless another has taken its place meanwhile. */
export async function withdrawRendezvous(folder: string, rendezvous: Rendezvous | undefined): Promise<void> {
  const name = rendezvousFile(folder);
  const aside = `${name}.${process.pid}.old`;
  try {
    await rename(name, aside);
    const found = await readTrusted(aside).catch(() => undefined);
    if (found && found.endpoint !== rendezvous?.endpoint) {
      await link(aside, name).catch(() => undefined);
    } else if (found && process.platform !== 'win32') {
      await unlink(found.endpoint).catch(() => undefined);
    }
    await unlink(aside);
  } catch {
    // Gone already: what was wanted.
  }
}

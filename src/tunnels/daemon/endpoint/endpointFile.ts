// The endpoint file, by which windows find the daemon: its socket, a secret and the protocol's major version, in a
// folder that only this user can enter.
import { createHash, randomBytes } from 'node:crypto';
import { link, lstat, mkdir, open, rename, rm, stat, unlink, writeFile } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { constants, statSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { dirname, isAbsolute, join, win32 } from 'node:path';
import { readOwnFile } from '../../util/files/privateFile';
import { TunnelFailure } from '../../errors/errors';
import { daemonFolderIsFile, daemonFolderTaken, daemonFolderUnusable } from '../../errors/daemon';
import { protocolMajor } from '../protocol/protocol';
import { longestSocketPath } from '../../config/socketPaths';

export interface EndpointFile {
  /** A Unix socket, or a Windows named pipe. */
  readonly endpoint: string;
  /** Hexadecimal. */
  readonly secret: string;
  readonly major: number;
  readonly pid: number;
}

const socketNameLength = '/'.length + 16 + '.sock'.length;
const pipePrefix = '\\\\.\\pipe\\ssh-tunnels-';
const secretPattern = /^[0-9a-f]{64}$/;

/** The path, whether or not the file exists. */
export function endpointFilePath(folder: string, major: number = protocolMajor): string {
  return join(folder, `host-${major}.json`);
}

/** What the choice of the folder depends on, besides the environment. */
export interface FolderFacts {
  readonly platform: NodeJS.Platform;
  /** The temporary folder, absolute: `$TMPDIR`, of which macOS makes one for each user. */
  readonly temporary: string;
  /** Names the user. */
  readonly user: string;
  /** Whether it is a folder of this user. */
  readonly isOurs: (folder: string) => boolean;
}

/**
 * The folder shared by this user's daemon and windows: in `$XDG_RUNTIME_DIR`, else one per user in the temporary folder.
 * Where its sockets would have too long a path, which Node 20 cuts off in silence, it is a folder of its own in the
 * temporary folder or in /tmp. In any place, its owner and its mode are checked before it is used.
 */
export function endpointFolder(
  env: NodeJS.ProcessEnv = process.env,
  { platform, temporary, user, isOurs }: FolderFacts = ourFacts(),
): string {
  const runtime = env['XDG_RUNTIME_DIR'];
  const isInRuntime = runtime?.startsWith('/') === true && isOurs(runtime);
  if (platform === 'win32' && !isInRuntime) {
    const local = env['LOCALAPPDATA'] ?? '';
    return join(win32.isAbsolute(local) ? local : temporary, 'ssh-tunnels');
  }
  const folder = isInRuntime ? join(runtime, 'ssh-tunnels') : join(temporary, `ssh-tunnels-${user}`);
  // Unique for this folder.
  const name = `ssh-tunnels-${user}-${createHash('sha256').update(folder).digest('hex').slice(0, 12)}`;
  return [folder, join(temporary, name)].find(fitsSockets) ?? join('/tmp', name);
}

function fitsSockets(folder: string): boolean {
  return Buffer.byteLength(folder) + socketNameLength <= longestSocketPath;
}

function ourFacts(): FolderFacts {
  // A relative $TMPDIR names another folder for each program's current folder.
  const temporary = isAbsolute(tmpdir()) ? tmpdir() : '/tmp';
  return { platform: process.platform, temporary, user: userTag(), isOurs };
}

/** After `su` or `sudo` the variable may still name another user's folder. */
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
 * Creates the folder, or checks that the existing one is ours, and removes access for others.
 * @throws TunnelFailure DaemonLost when another user has created it, a file is in its place, or the system refuses
 */
export async function ensurePrivateFolder(folder: string): Promise<void> {
  try {
    // A folder that exists is no error. If something else has that name, the check reports it better.
    await mkdir(folder, { mode: 0o700, recursive: true }).catch(async (error: unknown) => {
      await lstat(folder).catch(() => {
        throw error;
      });
    });
    await checkPrivateFolder(folder);
  } catch (error) {
    throw error instanceof TunnelFailure ? error : await explainFolder(folder, error);
  }
}

async function explainFolder(folder: string, error: unknown): Promise<TunnelFailure> {
  const file = await fileInThePlaceOf(folder);
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  const why =
    file === undefined ? daemonFolderUnusable(folder, code, String(error)) : daemonFolderIsFile(file);
  return new TunnelFailure(why, { cause: error });
}

/** What isn't a folder in this path, and keeps the folder from being created. */
async function fileInThePlaceOf(folder: string): Promise<string | undefined> {
  for (let path = folder; path !== dirname(path); path = dirname(path)) {
    // A symbolic link may lead nowhere.
    const facts = await stat(path).catch(() => lstat(path).catch(() => undefined));
    if (facts) {
      return facts.isDirectory() ? undefined : path;
    }
  }
  return undefined;
}

/** @throws Error if there is no such folder; TunnelFailure if it is not ours */
async function checkPrivateFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') {
    if (!(await stat(folder)).isDirectory()) {
      throw new TunnelFailure(daemonFolderIsFile(folder));
    }
    return;
  }
  const handle = await openFolderItself(folder);
  try {
    const { uid, mode } = await handle.stat();
    if (uid !== userInfo().uid) {
      throw new TunnelFailure(daemonFolderTaken(folder));
    }
    if ((mode & 0o077) !== 0) {
      // Others may have added files before. Each file is checked when it is read.
      await handle.chmod(0o700);
    }
  } finally {
    await handle.close();
  }
}

/** Does not follow a symbolic link. */
async function openFolderItself(folder: string): Promise<FileHandle> {
  try {
    return await open(folder, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  } catch (error) {
    const facts = await lstat(folder);
    if (facts.uid !== userInfo().uid) {
      throw new TunnelFailure(daemonFolderTaken(folder), { cause: error });
    }
    throw facts.isDirectory() ? error : new TunnelFailure(daemonFolderIsFile(folder), { cause: error });
  }
}

export function newEndpointFile(folder: string): EndpointFile {
  const name = randomBytes(8).toString('hex');
  return {
    endpoint: process.platform === 'win32' ? `${pipePrefix}${name}` : join(folder, `${name}.sock`),
    secret: randomBytes(32).toString('hex'),
    major: protocolMajor,
    pid: process.pid,
  };
}

/** @returns undefined when there is none, or it can't be trusted */
export async function readEndpointFile(
  folder: string,
  major: number = protocolMajor,
): Promise<EndpointFile | undefined> {
  try {
    await checkPrivateFolder(folder);
    return await readTrusted(folder, endpointFilePath(folder, major), major);
  } catch {
    return undefined;
  }
}

/** @throws Error if it can't be read, or is not ours */
async function readTrusted(
  folder: string,
  file: string,
  major: number = protocolMajor,
): Promise<EndpointFile | undefined> {
  const endpointFile = parse(await readOwnFile(file), major);
  return endpointFile && (await isEndpoint(endpointFile.endpoint, folder)) ? endpointFile : undefined;
}

function parse(text: string, major: number): EndpointFile | undefined {
  const value: unknown = JSON.parse(text);
  if (
    typeof value === 'object' &&
    value !== null &&
    'endpoint' in value &&
    typeof value.endpoint === 'string' &&
    'secret' in value &&
    typeof value.secret === 'string' &&
    secretPattern.test(value.secret) &&
    'major' in value &&
    value.major === major &&
    'pid' in value &&
    typeof value.pid === 'number'
  ) {
    return { endpoint: value.endpoint, secret: value.secret, major, pid: value.pid };
  }
  return undefined;
}

/** Whether it is in this folder, by whichever path. No other socket is ever connected to or removed. */
async function isEndpoint(endpoint: string, folder: string): Promise<boolean> {
  if (process.platform === 'win32') {
    return endpoint.startsWith(pipePrefix);
  }
  if (!isAbsolute(endpoint) || !endpoint.endsWith('.sock')) {
    return false;
  }
  const [socketFolder, ourFolder] = await Promise.all([stat(dirname(endpoint)), stat(folder)]);
  return socketFolder.dev === ourFolder.dev && socketFolder.ino === ourFolder.ino;
}

/**
 * Publishes a new daemon: the file appears complete, or not at all.
 * @returns false when another daemon is published already
 */
export async function publishEndpointFile(folder: string, endpointFile: EndpointFile): Promise<boolean> {
  const name = endpointFilePath(folder);
  const draft = newNameBeside(name);
  try {
    await writeFile(draft, JSON.stringify(endpointFile), { mode: 0o600, flag: 'wx' });
    // link() fails if the name is taken; rename() would replace the other file.
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

/** Removes the file of a daemon that has ended, unless another daemon has replaced it meanwhile. */
export async function withdrawEndpointFile(
  folder: string,
  endpointFile: EndpointFile | undefined,
): Promise<void> {
  const name = endpointFilePath(folder);
  const aside = newNameBeside(name);
  try {
    await rename(name, aside);
    const found = await readTrusted(folder, aside).catch(() => undefined);
    if (found && found.endpoint !== endpointFile?.endpoint) {
      await link(aside, name).catch(() => undefined);
    } else if (found && process.platform !== 'win32') {
      await removeSocket(found.endpoint).catch(() => undefined);
    }
    await unlink(aside);
  } catch {
    // Already removed.
  }
}

async function removeSocket(path: string): Promise<void> {
  if ((await lstat(path)).isSocket()) {
    await unlink(path);
  }
}

/** A random name, so that another user can't have created that file before. */
function newNameBeside(name: string): string {
  return `${name}.${randomBytes(6).toString('hex')}`;
}

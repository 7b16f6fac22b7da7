// In which folder the daemon and the windows of a user meet, and in which others windows look for it.
import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { isAbsolute, join, win32 } from 'node:path';
import { longestSocketPath } from '../../config/socketPaths';
import { isOwnUser } from '../../util/files/privateFile';

const socketNameLength = '/'.length + 16 + '.sock'.length;

/** What the choice of the folder depends on, besides the environment. */
export interface FolderFacts {
  readonly platform: NodeJS.Platform;
  /** The temporary folder, absolute: `$TMPDIR`, of which macOS makes one for each user. */
  readonly temporary: string;
  /** Names the user. */
  readonly user: string;
  readonly ownerOf: (folder: string) => FolderOwner;
}

export type FolderOwner = 'us' | 'another' | 'absent';

export interface EndpointFolders {
  /** Where a daemon is started. */
  readonly usual: string;
  /** Where the daemon is found while the usual one can't be used: at a logout, the system removes $XDG_RUNTIME_DIR. */
  readonly spare: string | undefined;
  /** Where a window looks before it starts a daemon: the usual one first. */
  readonly all: readonly string[];
}

/**
 * The usual folder is in `$XDG_RUNTIME_DIR`, else it is one per user in the temporary folder. Where its sockets would
 * have too long a path, which Node 20 cuts off in silence, it is a folder of its own in the temporary folder or in /tmp.
 * In any place, its owner and its mode are checked before it is used.
 *
 * Windows with and without `$XDG_RUNTIME_DIR` share a daemon if that is the one which systemd makes (pam_systemd(8)). A
 * person who chose another one wants a daemon for it alone.
 */
export function endpointFolders(
  env: NodeJS.ProcessEnv = process.env,
  facts: FolderFacts = ourFacts(),
): EndpointFolders {
  const { platform, temporary, user, ownerOf } = facts;
  const variable = env['XDG_RUNTIME_DIR'];
  const owner = variable?.startsWith('/') === true ? ownerOf(variable) : 'another';
  // After `su` or `sudo` the variable may still name another user's folder.
  const runtime = owner === 'another' ? undefined : variable;
  if (platform === 'win32' && owner !== 'us') {
    const local = env['LOCALAPPDATA'] ?? '';
    return only(join(win32.isAbsolute(local) ? local : temporary, 'ssh-tunnels'));
  }
  const ofSystem = platform === 'linux' ? `/run/user/${user}` : undefined;
  const isShared = runtime === undefined || runtime.replace(/\/+$/, '') === ofSystem;
  const temporaryFolder = isShared
    ? fitting(join(temporary, `ssh-tunnels-${user}`), facts)
    : hashed(temporary, inRuntime(runtime), facts);
  if (runtime !== undefined && owner === 'us') {
    const usual = fitting(inRuntime(runtime), facts);
    // If its path is too long, it is in the temporary folder anyway.
    return usual === temporaryFolder
      ? only(usual)
      : { usual, spare: temporaryFolder, all: [usual, temporaryFolder] };
  }
  const others =
    isShared && ofSystem !== undefined && ownerOf(ofSystem) === 'us' ? [inRuntime(ofSystem)] : [];
  return { usual: temporaryFolder, spare: undefined, all: [temporaryFolder, ...others] };
}

/** The folder where a daemon is started. */
export function endpointFolder(env?: NodeJS.ProcessEnv, facts?: FolderFacts): string {
  return endpointFolders(env, facts).usual;
}

function only(usual: string): EndpointFolders {
  return { usual, spare: undefined, all: [usual] };
}

function inRuntime(runtime: string): string {
  return join(runtime, 'ssh-tunnels');
}

function fitting(folder: string, facts: FolderFacts): string {
  return fitsSockets(folder) ? folder : hashed(facts.temporary, folder, facts);
}

/** A name that is unique for this folder. */
function hashed(temporary: string, folder: string, { user }: FolderFacts): string {
  const name = `ssh-tunnels-${user}-${createHash('sha256').update(folder).digest('hex').slice(0, 12)}`;
  const short = join(temporary, name);
  return fitsSockets(short) ? short : join('/tmp', name);
}

function fitsSockets(folder: string): boolean {
  return Buffer.byteLength(folder) + socketNameLength <= longestSocketPath;
}

function ourFacts(): FolderFacts {
  // A relative $TMPDIR names another folder for each program's current folder.
  const temporary = isAbsolute(tmpdir()) ? tmpdir() : '/tmp';
  return { platform: process.platform, temporary, user: userTag(), ownerOf };
}

function ownerOf(folder: string): FolderOwner {
  try {
    const facts = statSync(folder);
    return facts.isDirectory() && isOwnUser(facts.uid) ? 'us' : 'another';
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ENOENT' ? 'absent' : 'another';
  }
}

/** In a container, the user may have no entry in the password database: then userInfo() throws. */
function userTag(): string {
  return String(process.getuid?.() ?? userInfo().username);
}

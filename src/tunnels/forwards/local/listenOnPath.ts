// Listens on a Unix socket that only this user can open. It replaces only a dead socket of our own, no other file.
import { randomBytes } from 'node:crypto';
import { link, lstat, stat, unlink } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { TunnelFailure } from '../../errors/errors';
import type { TunnelError } from '../../errors/errors';
import { addressInUse, socketPathTaken } from '../../errors/forwards/addressInUse';
import {
  listenImpossible,
  socketFolderMissing,
  socketPathTooLong,
  socketPermissionDenied,
} from '../../errors/forwards/localListen';
import { longestSocketPath } from '../../config/socketPaths';
import type { Listener } from './listen';
import type { ForwardOptions } from '../forwardRunner';
import { permittedPath, pin } from '../localSocket';
import type { SocketGuard } from '../localSocket';
import type { OwnSockets } from './ownSockets';

const backlog = 4096;
/** Only the owner may connect (sshd_config(5), StreamLocalBindMask). */
const socketUmask = 0o177;

/** @throws TunnelFailure AddressInUse, PortPermissionDenied, AddressNotAvailable, ConsentNeeded */
export async function listenOnPath(
  path: string,
  { ownSockets: own, socketGuard: guard }: Pick<ForwardOptions, 'ownSockets' | 'socketGuard'>,
  onConnection: (socket: Socket) => void,
): Promise<Listener> {
  await checkPath(path);
  const socket = await socketFileFor(path, guard);
  // Bind under a random name first: Node later removes the file with the name it was given, whoever created that.
  const draft = join(dirname(socket.file), `.${randomBytes(6).toString('hex')}`);
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, onConnection);
  try {
    await bind(server, draft);
    const identity = await lstat(draft);
    await publish(draft, socket, own);
    // If this fails (on a full disk, for example), the socket still works. After a crash it is not recognized as ours.
    await own.remember(socket.path, identity).catch(() => undefined);
    return {
      bound: [{ path: socket.path }],
      close: async () => {
        if (await isSame(socket.file, identity)) {
          await unlink(socket.file).catch(() => undefined);
        }
        await own.forget(socket.path);
        await closed(server);
        await socket.unpin();
      },
    };
  } catch (error) {
    await closed(server);
    await socket.unpin();
    throw error instanceof TunnelFailure ? error : new TunnelFailure(explain(error, path), { cause: error });
  }
}

/** Where a socket is made. */
interface SocketFile {
  /** Its path, as others know it. */
  readonly path: string;
  /** By which to use it here. */
  readonly file: string;
  readonly unpin: () => Promise<void>;
}

/** @throws TunnelFailure */
async function socketFileFor(path: string, guard: SocketGuard): Promise<SocketFile> {
  if (guard.followsLinks) {
    return { path, file: path, unpin: () => Promise.resolve() };
  }
  try {
    const real = await permittedPath(path, guard);
    const folder = await pin(dirname(real));
    return { path: real, file: join(folder.path, basename(real)), unpin: folder.unpin };
  } catch (error) {
    throw error instanceof TunnelFailure ? error : new TunnelFailure(explain(error, path), { cause: error });
  }
}

async function checkPath(path: string): Promise<void> {
  const length = Buffer.byteLength(path);
  if (length > longestSocketPath) {
    throw new TunnelFailure(socketPathTooLong(path, length));
  }
  // libuv reports a missing folder as a missing permission.
  if (!(await isFolder(dirname(path)))) {
    throw new TunnelFailure(socketFolderMissing(path));
  }
}

/** Also true without the permission to look: binding then says what is wrong. */
async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EACCES';
  }
}

/** Node binds in the same tick, so the umask affects no other file. */
function bind(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    const before = process.umask(socketUmask);
    try {
      server.listen({ path, backlog }, () => {
        server.removeAllListeners('error').on('error', () => undefined);
        resolve();
      });
    } finally {
      process.umask(before);
    }
  });
}

/** Gives the socket its real name. Fails if that exists, unless it is a dead socket of ours. */
async function publish(draft: string, socket: SocketFile, own: OwnSockets): Promise<void> {
  try {
    await link(draft, socket.file);
  } catch (error) {
    if (!isTaken(error)) {
      throw error;
    }
    await removeDeadSocket(socket, own);
    await link(draft, socket.file);
  } finally {
    await unlink(draft);
  }
}

/** Removes a socket left by a crash of ours. @throws TunnelFailure if it is anything else */
async function removeDeadSocket({ path, file }: SocketFile, own: OwnSockets): Promise<void> {
  const facts = await lstat(file);
  if (!facts.isSocket()) {
    throw new TunnelFailure(socketPathTaken(path, 'file'));
  }
  if (await answers(file)) {
    throw new TunnelFailure(addressInUse({ path }));
  }
  if (!(await own.isOurs(path, facts))) {
    throw new TunnelFailure(socketPathTaken(path, 'deadSocket'));
  }
  await unlink(file);
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    // After any other error, a program may still be listening.
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code !== 'ECONNREFUSED'));
  });
}

async function isSame(path: string, { dev, ino }: { dev: number; ino: number }): Promise<boolean> {
  const now = await lstat(path).catch(() => undefined);
  return now?.dev === dev && now.ino === ino;
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIST';
}

function explain(error: unknown, path: string): TunnelError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'EEXIST':
    case 'EADDRINUSE':
      return addressInUse({ path });
    case 'EMFILE':
    case 'ENFILE':
      return listenImpossible({ path }, code);
    default:
      return socketPermissionDenied(path, String(error));
  }
}

// Listens on a Unix socket that only this user can open, and never replaces a file that is not a dead socket of ours.
import { randomBytes } from 'node:crypto';
import { link, lstat, stat, unlink } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { TunnelFailure } from '../../errors/errors';
import type { TunnelError } from '../../errors/errors';
import { invalidDefinition } from '../../errors/consent';
import {
  addressInUse,
  listenImpossible,
  socketFolderMissing,
  socketPathTaken,
  socketPathTooLong,
  socketPermissionDenied,
} from '../../errors/localListenAndTarget';
import { longestSocketPath } from '../../config/socketPaths';
import type { Listener } from './listen';
import type { OwnSockets } from './ownSockets';

const backlog = 4096;
/** Only its owner may connect (sshd_config(5), StreamLocalBindMask). */
const mask = 0o177;

/** @throws TunnelFailure AddressInUse, PortPermissionDenied, AddressNotAvailable, InvalidDefinition */
export async function listenOnPath(
  path: string,
  own: OwnSockets,
  onConnection: (socket: Socket) => void,
): Promise<Listener> {
  if (process.platform === 'win32') {
    throw new TunnelFailure(
      invalidDefinition(
        `The Unix socket ${path} can't be opened on Windows.`,
        'Listen on a port instead, as in "2375:/var/run/docker.sock".',
      ),
    );
  }
  await checkPath(path);
  // Under a name of its own at first: node removes what stands under the name it was given, whoever made it.
  const draft = join(dirname(path), `.${randomBytes(6).toString('hex')}`);
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, onConnection);
  try {
    await bind(server, draft);
    const identity = await lstat(draft);
    await publish(draft, path, own);
    // Where it can't be noted, on a full disk say, it serves all the same; after a crash it is not known as ours.
    await own.remember(path, identity).catch(() => undefined);
    return {
      bound: [{ path }],
      close: async () => {
        if (await isSame(path, identity)) {
          await unlink(path).catch(() => undefined);
        }
        await own.forget(path);
        await closed(server);
      },
    };
  } catch (error) {
    await closed(server);
    throw error instanceof TunnelFailure ? error : new TunnelFailure(explain(error, path), { cause: error });
  }
}

async function checkPath(path: string): Promise<void> {
  const length = Buffer.byteLength(path);
  if (length > longestSocketPath) {
    throw new TunnelFailure(socketPathTooLong(path, length));
  }
  // libuv calls a missing folder a missing permission.
  if (!(await isFolder(dirname(path)))) {
    throw new TunnelFailure(socketFolderMissing(path));
  }
}

/** True where only the permission to look is missing: then binding tells what is. */
async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EACCES';
  }
}

/** node binds in the same tick; the mask holds for no other file. */
function bind(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    const before = process.umask(mask);
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

/** Gives the socket its name, which fails where anything has it. */
async function publish(draft: string, path: string, own: OwnSockets): Promise<void> {
  try {
    await link(draft, path);
  } catch (error) {
    if (!isTaken(error)) {
      throw error;
    }
    await clear(path, own);
    await link(draft, path);
  } finally {
    await unlink(draft);
  }
}

/** Removes what a crash of ours has left. @throws TunnelFailure where it is anything else */
async function clear(path: string, own: OwnSockets): Promise<void> {
  const facts = await lstat(path);
  if (!facts.isSocket()) {
    throw new TunnelFailure(socketPathTaken(path, 'file'));
  }
  if (await answers(path)) {
    throw new TunnelFailure(addressInUse({ path }));
  }
  if (!(await own.isOurs(path, facts))) {
    throw new TunnelFailure(socketPathTaken(path, 'dead socket'));
  }
  await unlink(path);
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    // Whatever else goes wrong, somebody may be there.
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

// Removes the socket file that a remote forward has left behind on the server.
//
// With `StreamLocalBindUnlink yes`, the server lets anybody take the path over while we listen. So only the socket that
// was there right after it was made is ever removed, and only when nothing listens there any more.
import type { RemoteSocket } from '../../ssh/session/remoteFiles';
import type { SshSession } from '../../ssh/session/session';
import { probePortHolder } from './remotePortHolder';

/**
 * Right after it was made: only then is it known to be ours, and whether the key has a forced command, which a request
 * for SFTP would run.
 * @returns undefined if the server doesn't tell
 */
export async function lookAtSocket(session: SshSession, path: string): Promise<RemoteSocket | undefined> {
  if (session.commands.isForced) {
    return undefined;
  }
  try {
    using files = await session.serverSide.openFiles();
    return await files.socketAt(path);
  } catch {
    return undefined;
  }
}

/** @throws Error if the path has another one, or it can't be removed */
export async function removeSocket(
  { serverSide }: SshSession,
  path: string,
  socket: RemoteSocket,
): Promise<void> {
  using files = await serverSide.openFiles();
  await files.removeSocket(path, socket);
}

/** @param socket as it was right after it was made; undefined: not known @returns closes the listener as well */
export function closeSocket(
  session: SshSession,
  path: string,
  socket: RemoteSocket | undefined,
  closeListener: () => Promise<void>,
): () => Promise<void> {
  return async () => {
    await closeListener();
    if (socket && (await probePortHolder(session, { path })) === 'nothing') {
      await removeSocket(session, path, socket).catch(() => undefined);
    }
  };
}

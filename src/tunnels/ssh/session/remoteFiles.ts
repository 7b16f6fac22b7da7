// Socket files on the server, over SFTP: recognizes one that was made for us, and removes it.
import { isDeepStrictEqual } from 'node:util';
import type { Client, SFTPWrapper, Stats } from 'ssh2';
import type { Reply, RequestReplies } from './requestReplies';

/** For each answer. A server that is far away or busy needs seconds. */
const timeoutMs = 10_000;

/**
 * What SFTP tells about a socket on the server. A socket that somebody else has put in its place later differs in it:
 * `mtime` is when the socket was bound, in seconds. SFTP has no inode numbers.
 */
export interface RemoteSocket {
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
  readonly size: number;
  readonly mtime: number;
}

export class RemoteFiles implements Disposable {
  readonly #sftp: SFTPWrapper;
  readonly #requests: RequestReplies;

  private constructor(sftp: SFTPWrapper, requests: RequestReplies) {
    this.#sftp = sftp;
    this.#requests = requests;
    // An invalid message can arrive at any time.
    sftp.on('error', () => sftp.end());
  }

  /** @throws Error if the server has no SFTP */
  static async open(client: Client, requests: RequestReplies): Promise<RemoteFiles> {
    const sftp = await requests.request({
      timeoutMs,
      send: (reply: Reply<SFTPWrapper>) => client.sftp(reply),
      granted: (value) => value,
      refused: (raw) => raw,
      tooLate: (late) => late.end(),
    });
    return new RemoteFiles(sftp, requests);
  }

  /** @throws Error if there is no socket at this path */
  async socketAt(path: string): Promise<RemoteSocket> {
    const stats = await this.#answer<Stats>((reply) => this.#sftp.lstat(path, reply));
    const { uid, gid, mode, size, mtime } = stats;
    // A server may leave any of them out.
    if (!stats.isSocket() || ![uid, gid, mode, size, mtime].every(Number.isFinite)) {
      throw new Error(`${path} is not known to be a socket`);
    }
    return { uid, gid, mode, size, mtime };
  }

  /** Removes this very socket. @throws Error if the path has another one, or it can't be removed */
  async removeSocket(path: string, socket: RemoteSocket): Promise<void> {
    if (!isDeepStrictEqual(await this.socketAt(path), socket)) {
      throw new Error(`${path} is another socket`);
    }
    await this.#answer<undefined>((reply) => this.#sftp.unlink(path, (error) => reply(error, undefined)));
  }

  [Symbol.dispose](): void {
    this.#sftp.end();
  }

  #answer<T>(send: (reply: Reply<T>) => unknown): Promise<T> {
    return this.#requests.request({ timeoutMs, send, granted: (value: T) => value, refused: (raw) => raw });
  }
}

// Removes a Unix socket on the server, by SFTP: sshd leaves the file behind when it stops listening, and then can't listen
// there again (sshd_config(5), StreamLocalBindUnlink).
import type { Client, SFTPWrapper } from 'ssh2';

/** Milliseconds. */
const patience = 1000;

/** @throws Error where the server has no SFTP, or the file can't be removed, or is no socket */
export async function removeSocket(client: Client, path: string): Promise<void> {
  const sftp = await within<SFTPWrapper>((done) => client.sftp(done));
  // A message that is none, which may come at any time.
  sftp.on('error', () => sftp.end());
  try {
    const stats = await within<{ isSocket(): boolean }>((done) => sftp.lstat(path, done));
    if (!stats.isSocket()) {
      throw new Error(`${path} is no socket`);
    }
    await within<undefined>((done) => sftp.unlink(path, (error) => done(error ?? undefined, undefined)));
  } finally {
    sftp.end();
  }
}

type Done<T> = (error: Error | undefined, value: T) => void;

/** ssh2 throws where the connection has gone, and forgets who waits. */
function within<T>(ask: (done: Done<T>) => unknown): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the server did not answer')), patience);
    const done: Done<T> = (error, value) => {
      clearTimeout(timer);
      if (error) {
        reject(error);
      } else {
        resolve(value);
      }
    };
    try {
      ask(done);
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)), undefined as T);
    }
  });
}

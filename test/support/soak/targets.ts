// What the tunnels of a soak lead to: an echo, files to download, a sink that tells what it has received.
import { createHash, randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { target } from '../peers';
import type { TargetServer } from '../peers';

/** Bytes; small ones are asked for far more often. */
const sizes = [600, 20_000, 20_000, 150_000, 150_000, 700_000, 4_000_000];
/** No two places in them are alike. */
export const files: readonly Buffer[] = sizes.map((size) => randomBytes(size));

export interface SoakTargets extends AsyncDisposable {
  readonly echo: TargetServer;
  /** The same, at a Unix socket. */
  readonly echoSocket: TargetServer;
  readonly files: TargetServer;
  readonly sink: TargetServer;
}

export async function startTargets(socketPath: string): Promise<SoakTargets> {
  const all = {
    echo: await target((socket) => socket.pipe(socket)),
    echoSocket: await target((socket) => socket.pipe(socket), { path: socketPath }),
    files: await target(serveFile),
    sink: await target(serveSink),
  };
  return {
    ...all,
    async [Symbol.asyncDispose]() {
      await Promise.all(Object.values(all).map((one) => one[Symbol.asyncDispose]()));
    },
  };
}

/** `GET /3`: the fourth of the files, whose length only its end tells. */
function serveFile(socket: Socket): void {
  let asked = '';
  socket.setEncoding('latin1').on('data', (text: string) => {
    if (asked.includes('\r\n\r\n')) {
      return;
    }
    asked += text;
    const number = Number(/^GET \/(\d+) /.exec(asked)?.[1] ?? NaN);
    const file = files[number];
    if (file && asked.includes('\r\n\r\n')) {
      socket.write('HTTP/1.0 200 OK\r\n\r\n');
      socket.end(file);
    }
  });
  socket.on('end', () => {
    if (!asked.includes('\r\n\r\n')) {
      socket.destroy();
    }
  });
}

/** Answers when all has come, after the client's half-close. */
function serveSink(socket: Socket): void {
  const hash = createHash('sha256');
  socket.on('data', (data) => hash.update(data)).on('end', () => socket.end(`${hash.digest('hex')}\n`));
}

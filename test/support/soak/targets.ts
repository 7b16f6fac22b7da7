// The targets of a soak's tunnels: an echo, files to download, a sink that reports what it has received.
import { createHash, randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { target } from '../targetAndClient';
import type { TargetServer } from '../targetAndClient';

/** Bytes; small ones are requested far more often. */
const sizes = [600, 20_000, 20_000, 150_000, 150_000, 700_000, 4_000_000];
/** No two parts of them are alike. */
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

/** Milliseconds between two pieces of a slow download. */
const beat = 100;

/** `GET /3/2000`: the fourth file in about two seconds; only its end shows its length. */
function serveFile(socket: Socket): void {
  let asked = '';
  const hear = (text: string): void => {
    asked += text;
    if (!asked.includes('\r\n\r\n')) {
      return;
    }
    socket.off('data', hear).resume();
    const [, number = NaN, time = NaN] = /^GET \/(\d+)\/(\d+) /.exec(asked)?.map(Number) ?? [];
    const file = files[number];
    if (file) {
      socket.write('HTTP/1.0 200 OK\r\n\r\n');
      sendSlowly(socket, file, time);
    } else {
      socket.destroy();
    }
  };
  socket.setEncoding('latin1').on('data', hear);
  socket.on('end', () => {
    if (!asked.includes('\r\n\r\n')) {
      socket.destroy();
    }
  });
}

function sendSlowly(socket: Socket, file: Buffer, time: number): void {
  const size = Math.ceil(file.length / (Math.floor(time / beat) + 1));
  let sent = size;
  socket.write(file.subarray(0, size));
  const timer = setInterval(() => {
    if (sent >= file.length) {
      clearInterval(timer);
      socket.end();
      return;
    }
    socket.write(file.subarray(sent, sent + size));
    sent += size;
  }, beat);
  socket.on('close', () => clearInterval(timer));
}

/** Answers after the client's half-close, when everything has arrived. */
function serveSink(socket: Socket): void {
  const hash = createHash('sha256');
  socket.on('data', (data) => hash.update(data)).on('end', () => socket.end(`${hash.digest('hex')}\n`));
}

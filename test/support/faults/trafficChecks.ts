// The programs that use a tunnel while it breaks, and what each of them saw.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { visit } from '../targetAndClient';

/** How a connection came to its end; 'end': properly, as if all were said. */
export type End = 'reset' | 'end';

export interface EchoConnection extends Disposable {
  readonly end: Promise<End>;
  /** When it came: performance.now(). */
  readonly endedAt: Promise<number>;
  readonly isOpen: boolean;
  /** Says something to an echo, and resolves when it has come back; false: it never will. */
  say(text: string): Promise<boolean>;
}

/** An open connection to an echo, silent between what is said: a database session, an editor's language server. */
export async function openEchoConnection(where: number | string): Promise<EchoConnection> {
  const socket = connectTo(where);
  let error = false;
  let open = true;
  let heard = '';
  socket.setEncoding('utf8').on('data', (text: string) => (heard += text));
  socket.on('error', () => (error = true)).on('end', () => socket.end());
  const closed = new Promise<{ end: End; at: number }>((resolve) => {
    socket.once('close', () => {
      open = false;
      resolve({ end: error ? 'reset' : 'end', at: performance.now() });
    });
  });
  const say = async (text: string): Promise<boolean> => {
    heard = '';
    socket.write(text);
    while (open && heard !== text) {
      await Promise.race([once(socket, 'data').catch(() => undefined), closed]);
    }
    return heard === text;
  };
  if (!(await say('hello'))) {
    throw new Error('nobody answers');
  }
  return {
    end: closed.then(({ end }) => end),
    endedAt: closed.then(({ at }) => at),
    get isOpen() {
      return open;
    },
    say,
    [Symbol.dispose]: () => socket.destroy(),
  };
}

export interface Download extends Disposable {
  /** What curl makes of it: an exit code, 0 for an answer that it takes for whole. */
  readonly code: Promise<number>;
  /** Bytes so far, without the head. */
  readonly bytes: () => number;
  /** Resolves at the next byte. */
  more(): Promise<void>;
}

/** Not by Node: its libuv tells a reset as an end where unread data came before it. */
export async function download(port: number): Promise<Download> {
  const curl = spawn('curl', ['-q', '-sN', `http://127.0.0.1:${port}/`], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let bytes = 0;
  curl.stdout.on('data', ({ length }: Buffer) => (bytes += length));
  const code = once(curl, 'close').then(([exit]) => exit as number);
  await once(curl.stdout, 'data');
  return {
    code,
    bytes: () => bytes,
    more: async () => {
      await once(curl.stdout, 'data');
    },
    [Symbol.dispose]: () => void curl.kill('SIGKILL'),
  };
}

/** For a target: an HTTP answer of so many bytes, or without end, whose length only its end tells. */
export function serveDownload(bytes = Infinity): (socket: Socket) => void {
  const piece = Buffer.alloc(64 * 1024, 'x');
  return (socket) => {
    let left = bytes;
    socket.resume();
    socket.write('HTTP/1.0 200 OK\r\n\r\n');
    const send = (): void => {
      while (left > 0 && !socket.destroyed) {
        const data = piece.subarray(0, left);
        left -= data.length;
        if (!socket.write(data)) {
          return;
        }
      }
      if (left === 0) {
        left = -1;
        socket.end();
      }
    };
    socket.on('drain', send);
    send();
  };
}

/** The same without end and slowly, so that whoever reads has always read all there is. */
export function serveTrickle(socket: Socket): void {
  socket.resume();
  socket.write('HTTP/1.0 200 OK\r\n\r\n');
  const timer = setInterval(() => socket.write(Buffer.alloc(2048, 'x')), 50);
  socket.on('close', () => clearInterval(timer));
}

/** Somebody who wants the port of a tunnel, and tries to take it all the time. */
export class PortGrabber implements AsyncDisposable {
  tries = 0;
  grabbed = 0;
  readonly #port: number;
  readonly #host: string;
  readonly #work: Promise<void>;
  #over = false;

  constructor(port: number, host = '127.0.0.1') {
    this.#port = port;
    this.#host = host;
    this.#work = this.#try();
  }

  async #try(): Promise<void> {
    while (!this.#over) {
      this.tries++;
      const server = createServer();
      const taken = await new Promise<boolean>((resolve) => {
        server.once('error', () => resolve(false));
        server.listen({ port: this.#port, host: this.#host, exclusive: true }, () => resolve(true));
      });
      if (taken) {
        this.grabbed++;
        await new Promise((resolve) => server.close(resolve));
      }
      await sleep(10);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over = true;
    await this.#work;
  }
}

/** Clients that come one after another, ten a second, whatever became of those before; each says something to an echo. */
export class EchoClients implements AsyncDisposable {
  /** When each was served: performance.now(). */
  readonly served: number[] = [];
  /** What became of the others: `ECONNRESET`, or `end`. */
  readonly failures: string[] = [];
  readonly #port: number;
  readonly #all: Promise<void>[] = [];
  readonly #timer: NodeJS.Timeout;

  constructor(port: number) {
    this.#port = port;
    this.#timer = setInterval(() => this.#all.push(this.#visit()), 100);
  }

  async #visit(): Promise<void> {
    const { received, error } = await visit(this.#port, 'hello');
    if (received.toString() === 'hello' && error === undefined) {
      this.served.push(performance.now());
    } else {
      this.failures.push(error ?? 'end');
    }
  }

  /** How many are connected, and have not heard anything yet. */
  get held(): number {
    return this.#all.length - this.served.length - this.failures.length;
  }

  /** No more of them come; resolves when the last has gone. */
  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#all);
  }
}

function connectTo(where: number | string): Socket {
  return typeof where === 'string'
    ? connect({ path: where, allowHalfOpen: true })
    : connect({ port: where, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
}

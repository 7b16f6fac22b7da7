// Programs that use a tunnel during a fault, and what each of them sees.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { exchange } from '../targetAndClient';

/** How a connection ended; 'end': properly, as if complete. */
export type End = 'reset' | 'end';

export interface EchoConnection extends Disposable {
  readonly end: Promise<End>;
  /** When it ended, by performance.now(). */
  readonly endedAt: Promise<number>;
  readonly isOpen: boolean;
  /** Sends a text to the echo, and resolves when it has returned; false: it never will. */
  say(text: string): Promise<boolean>;
}

/** An open connection to an echo, idle between texts: like a database session, or an editor's language server. */
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
  /** curl's exit code: 0 for an answer that looks complete. */
  readonly code: Promise<number>;
  /** Bytes so far, without the header. */
  readonly bytes: () => number;
  /** Resolves at the next byte. */
  more(): Promise<void>;
}

/** Not with Node: its libuv reports a reset as an end if unread data came before it. */
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

/** For a target: an HTTP answer of so many bytes, or an endless one, whose length only its end shows. */
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

/** The same, endless and slow, so that a reader has always read everything. */
export function serveTrickle(socket: Socket): void {
  socket.resume();
  socket.write('HTTP/1.0 200 OK\r\n\r\n');
  const timer = setInterval(() => socket.write(Buffer.alloc(2048, 'x')), 50);
  socket.on('close', () => clearInterval(timer));
}

/** A program that tries to take a tunnel's port all the time. */
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

/** Clients that connect ten times a second, whatever happens to earlier ones; each sends a text to an echo. */
export class EchoClients implements AsyncDisposable {
  /** When each was served: performance.now(). */
  readonly served: number[] = [];
  /** How the others failed: `ECONNRESET`, or `end`. */
  readonly failures: string[] = [];
  readonly #port: number;
  readonly #all: Promise<void>[] = [];
  readonly #timer: NodeJS.Timeout;

  constructor(port: number) {
    this.#port = port;
    this.#timer = setInterval(() => this.#all.push(this.#exchange()), 100);
  }

  async #exchange(): Promise<void> {
    const { received, error } = await exchange(this.#port, 'hello');
    if (received.toString() === 'hello' && error === undefined) {
      this.served.push(performance.now());
    } else {
      this.failures.push(error ?? 'end');
    }
  }

  /** How many are connected, and have received nothing yet. */
  get held(): number {
    return this.#all.length - this.served.length - this.failures.length;
  }

  /** Stops connecting; resolves when the last client has gone. */
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

// Connections to a daemon that don't behave like a window: with the secret but arbitrary messages, or without the
// secret.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { greetDaemon } from '../../src/tunnels/daemon/protocol/handshake';
import { endpointFilePath } from '../../src/tunnels/daemon/endpoint/endpointFile';
import { endpointFolder } from '../../src/tunnels/daemon/endpoint/endpointFolder';
import type { EndpointFile } from '../../src/tunnels/daemon/endpoint/endpointFile';
import type { TestDaemon } from './testWindow';

/** The content of its endpoint file. */
export function endpointFileOf({ env }: TestDaemon): EndpointFile {
  return JSON.parse(readFileSync(endpointFilePath(endpointFolder(env)), 'utf8')) as EndpointFile;
}

/** Connected, without sending anything. */
export async function rawConnection(daemon: TestDaemon): Promise<Socket> {
  const socket = connect(endpointFileOf(daemon).endpoint).on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

/** Resolves however the socket is closed. */
export function closeOf(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.once('close', () => resolve());
  });
}

/** Has proved that it knows the secret, and can send anything. */
export class RawWindow {
  readonly #socket: Socket;
  readonly #answers = new Map<number, (answer: Answer) => void>();
  #heard = Buffer.alloc(0);
  #ids = 0;
  readonly closed: Promise<void>;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.closed = closeOf(socket);
    socket.on('data', (data) => this.#hear(data)).resume();
  }

  static async at(daemon: TestDaemon): Promise<RawWindow> {
    const socket = await rawConnection(daemon);
    await greetDaemon(socket, endpointFileOf(daemon).secret);
    return new RawWindow(socket);
  }

  /** Sends it unchanged. */
  write(data: string | Buffer): void {
    this.#socket.write(data);
  }

  /** @param params undefined: none */
  async ask(method: string, params: unknown): Promise<Answer> {
    const id = ++this.#ids;
    const answered = new Promise<Answer>((resolve) => this.#answers.set(id, resolve));
    this.write(framed(JSON.stringify({ jsonrpc: '2.0', id, method, params })));
    return Promise.race([answered, this.closed.then((): Answer => 'closed')]);
  }

  end(): void {
    this.#socket.destroy();
  }

  #hear(data: Buffer): void {
    this.#heard = Buffer.concat([this.#heard, data]);
    for (;;) {
      const [header, length] = /^Content-Length: (\d+)\r\n\r\n/.exec(this.#heard.toString('latin1')) ?? [];
      const end = (header?.length ?? 0) + Number(length);
      if (header === undefined || this.#heard.length < end) {
        return;
      }
      const message = JSON.parse(this.#heard.toString('utf8', header.length, end)) as Message;
      this.#heard = this.#heard.subarray(end);
      if (message.id !== undefined && message.method === undefined) {
        this.#answers.get(message.id)?.(message.error ?? 'done');
      }
    }
  }
}

export type Answer = 'closed' | 'done' | { readonly code: number; readonly message: string };

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly error?: { readonly code: number; readonly message: string };
}

export function framed(json: string): string {
  return `Content-Length: ${Buffer.byteLength(json)}\r\n\r\n${json}`;
}

// One tunnel with a forward of every kind, and the result of each: it works from end to end, or the error.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { readFile, writeFile } from 'node:fs/promises';
import type { TunnelError } from '../../../src/tunnels/errors/errors';
import type { TestWindow } from '../../support/testWindow';
import { target } from '../../support/targetAndClient';
import type { TargetServer } from '../../support/targetAndClient';
import { reservePort } from '../../support/reservedPorts';
import type { Sshd } from '../../support/sshd';
import { tempDir } from '../../support/tempDir';
import type { TempDir } from '../../support/tempDir';

export const forwardNames = ['local', 'localSocket', 'remote', 'remoteSocket', 'dynamic'] as const;
export type ForwardName = (typeof forwardNames)[number];

export interface Attempt {
  readonly forwardName: ForwardName;
  /** The forward's target, or the address for the server to listen on, as a message must name it. */
  readonly where: string;
  /** undefined: it works. */
  readonly error: TunnelError | undefined;
  /** The proxy's reply to a SOCKS 5 client. */
  readonly reply?: number | undefined;
}

const word = 'there and back';

export class EveryForward implements AsyncDisposable {
  /** The target of all forwards, which the server's lists may name. */
  readonly port: number;
  /** The port for the server to listen on, at 127.0.0.1. */
  readonly listenPort: number;
  readonly #dir: TempDir;
  readonly #echo: TargetServer;
  readonly #socketServer = createServer((socket) => socket.pipe(socket));
  #round = 0;

  private constructor(dir: TempDir, echo: TargetServer, listenPort: number) {
    this.#dir = dir;
    this.#echo = echo;
    this.port = echo.port;
    this.listenPort = listenPort;
  }

  static async open(): Promise<EveryForward> {
    const echo = await target((socket) => socket.pipe(socket));
    const everyForward = new EveryForward(await tempDir('w-'), echo, await reservePort());
    everyForward.#socketServer.listen(everyForward.#targetSocket);
    await once(everyForward.#socketServer, 'listening');
    return everyForward;
  }

  get #targetSocket(): string {
    return this.#dir.file('target.sock');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socketServer.close();
    await this.#echo[Symbol.asyncDispose]();
    await this.#dir.remove();
  }

  /** @param keyOptions the key's options in authorized_keys, which sshd reads at each login */
  async try(window: TestWindow, sshd: Sshd, keyOptions = ''): Promise<readonly Attempt[]> {
    const key = await readFile(`${sshd.clientKey}.pub`, 'utf8');
    await writeFile(sshd.authorizedKeys, `${keyOptions} ${key}`.trimStart());
    const to = `127.0.0.1:${this.port}`;
    // A new path each time, because the server leaves the socket behind.
    const listenSocket = this.#dir.file(`${this.#round++}.sock`);
    const tunnel = {
      host: 'test-sshd',
      localForward: [`0:${to}`, `0:${this.#targetSocket}`],
      remoteForward: [`127.0.0.1:${this.listenPort}:${to}`, `${listenSocket}:${to}`],
      dynamicForward: 0,
    };
    await window.lease({ id: 'user:t', tunnel, settings: { sshConfigFile: sshd.configFile } });
    await window.untilStatus('up');
    const attempts = await Promise.all([
      this.#outcome(window, 0, 'local', to, () => connect(window.port(0), '127.0.0.1')),
      this.#outcome(window, 1, 'localSocket', this.#targetSocket, () => connect(window.port(1), '127.0.0.1')),
      this.#outcome(window, 2, 'remote', `127.0.0.1:${this.listenPort}`, () =>
        connect(this.listenPort, '127.0.0.1'),
      ),
      this.#outcome(window, 3, 'remoteSocket', listenSocket, () => connect(listenSocket)),
      this.#byProxy(window, to),
    ]);
    await window.client.stop('user:t');
    return attempts;
  }

  async #outcome(
    window: TestWindow,
    index: number,
    forwardName: ForwardName,
    where: string,
    dial: () => Socket,
  ): Promise<Attempt> {
    const forward = window.forwards()[index];
    if (forward?.status === 'failed') {
      return { forwardName, where, error: forward.error };
    }
    const socket = dial();
    const answer = await talk(socket, word);
    return { forwardName, where, error: answer === word ? undefined : await lastError(window, index) };
  }

  async #byProxy(window: TestWindow, where: string): Promise<Attempt> {
    const socket = connect(window.port(4), '127.0.0.1');
    const request = Buffer.from([5, 1, 0, 5, 1, 0, 1, 127, 0, 0, 1, this.port >> 8, this.port & 255]);
    const answer = await talk(socket, Buffer.concat([request, Buffer.from(word)]), 'latin1');
    const reply = answer.charCodeAt(3);
    const error = answer.slice(12) === word ? undefined : await lastError(window, 4);
    return { forwardName: 'dynamic', where, error, reply };
  }
}

/** Sends it, half-closes, and returns everything received. */
async function talk(socket: Socket, text: string | Buffer, encoding?: BufferEncoding): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on('data', (data: Buffer) => chunks.push(data)).on('error', () => undefined);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.end(text);
  await closed;
  return Buffer.concat(chunks).toString(encoding);
}

/** The error of a forward that keeps listening. */
async function lastError(window: TestWindow, index: number): Promise<TunnelError | undefined> {
  let error: TunnelError | undefined;
  await window.until(() => {
    const forward = window.forwards()[index];
    error = forward?.status === 'listening' ? forward.lastError : undefined;
    return error !== undefined;
  }, 'an error is reported');
  return error;
}

// Accepts connections that prove they know the secret. Connections without that proof can't exhaust the daemon or fill
// its log, however many there are.
import type { Socket } from 'node:net';
import { greetWindow } from '../protocol/handshake';
import type { Log } from '../../util/log';

export interface AcceptorOptions {
  readonly secret: string;
  readonly onAuthenticated: (socket: Socket) => void;
  readonly log: Log;
}

/** How many connections may be in their handshake at once. A handshake takes milliseconds. */
const mostPending = 64;
/** How often refusals are logged. */
const logIntervalMs = 10_000;

export class Acceptor {
  readonly #options: AcceptorOptions;
  /** In their handshake, the oldest first. */
  readonly #pending = new Set<Socket>();
  /** Refusals not logged yet; undefined: the next one is logged at once. */
  #unlogged: number | undefined;

  constructor(options: AcceptorOptions) {
    this.#options = options;
  }

  /** @param socket paused */
  accept(socket: Socket): void {
    socket.on('error', () => undefined);
    this.#pending.add(socket);
    const [oldest] = this.#pending;
    if (this.#pending.size > mostPending) {
      oldest?.destroy();
    }
    greetWindow(socket, this.#options.secret).then(
      () => {
        this.#pending.delete(socket);
        this.#options.onAuthenticated(socket);
      },
      (error: unknown) => {
        this.#pending.delete(socket);
        socket.destroy();
        this.#logRefusal(String(error));
      },
    );
  }

  #logRefusal(why: string): void {
    const { log } = this.#options;
    if (this.#unlogged !== undefined) {
      this.#unlogged++;
      return;
    }
    log.warn(`Connection refused: ${why}`);
    this.#unlogged = 0;
    setTimeout(() => {
      if (this.#unlogged !== 0) {
        log.warn(`${this.#unlogged} more connections refused`);
      }
      this.#unlogged = undefined;
    }, logIntervalMs).unref();
  }
}

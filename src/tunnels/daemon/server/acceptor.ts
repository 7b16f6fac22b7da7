// Lets in who knows the secret. Whoever has not proved that yet can't take room from others, however many they are, nor
// fill the log.
import type { Socket } from 'node:net';
import { greetWindow } from '../protocol/handshake';
import type { LogLine } from '../protocol/protocol';

export interface DoormanOptions {
  readonly secret: string;
  readonly admit: (socket: Socket) => void;
  readonly log: (line: LogLine) => void;
}

/** So many may be at the door at once; a proof takes milliseconds. */
const mostWaiting = 64;
/** How often refusals are told: milliseconds. */
const tellInterval = 10_000;

export class Doorman {
  readonly #options: DoormanOptions;
  /** The longest there first. */
  readonly #waiting = new Set<Socket>();
  /** Refusals that were not told yet; undefined: one would be told at once. */
  #untold: number | undefined;

  constructor(options: DoormanOptions) {
    this.#options = options;
  }

  /** @param socket paused */
  receive(socket: Socket): void {
    socket.on('error', () => undefined);
    this.#waiting.add(socket);
    const [longestThere] = this.#waiting;
    if (this.#waiting.size > mostWaiting) {
      longestThere?.destroy();
    }
    greetWindow(socket, this.#options.secret).then(
      () => {
        this.#waiting.delete(socket);
        this.#options.admit(socket);
      },
      (error: unknown) => {
        this.#waiting.delete(socket);
        socket.destroy();
        this.#refused(String(error));
      },
    );
  }

  #refused(why: string): void {
    const { log } = this.#options;
    if (this.#untold !== undefined) {
      this.#untold++;
      return;
    }
    log({ level: 'warning', text: `a connection was refused: ${why}` });
    this.#untold = 0;
    setTimeout(() => {
      if (this.#untold !== 0) {
        log({ level: 'warning', text: `${this.#untold} more connections were refused` });
      }
      this.#untold = undefined;
    }, tellInterval).unref();
  }
}

// Closes a connection: gives the last messages a moment to be sent, and then closes it, whatever the other side does.
import type { Duplex } from 'node:stream';

/** How long the last messages may take to be sent. */
const flushTimeoutMs = 500;
/** How long a jump host may take to close a channel. */
const channelCloseTimeoutMs = 2000;

export class GracefulClose {
  readonly #transport: Duplex;
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor(transport: Duplex) {
    this.#transport = transport;
  }

  get hasStarted(): boolean {
    return this.#isOver || this.#timer !== undefined;
  }

  /** Stops reading, and gives the last messages time to be sent. */
  begin(): void {
    if (!this.hasStarted) {
      this.#timer = setTimeout(() => this.closeNow(), flushTimeoutMs);
      this.#transport.removeAllListeners('data').resume();
    }
  }

  /** Closes the connection immediately. */
  closeNow(): void {
    this.#transport.destroy();
    clearTimeout(this.#timer);
    if (!this.#isOver) {
      // A jump host's channel closes only when the jump host confirms it. All listeners must be notified anyway.
      this.#timer = setTimeout(() => this.#transport.emit('close'), channelCloseTimeoutMs);
    }
  }

  /** Call it when the connection has closed. */
  closed(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }
}

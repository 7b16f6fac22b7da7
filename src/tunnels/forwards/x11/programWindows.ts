// The connections of a program to the display: each of its windows has at least one.
import { OneShot } from '../../util/promises';
import type { SendBackpressure } from '../../ssh/transport/ssh2/sendBackpressure';
import type { Share } from '../../util/fairLimit';
import { Relay } from '../relay/relay';
import type { X11Client } from './cookieSwap';
import type { Display } from './display';

export interface ProgramWindowsOptions {
  readonly sockets: Share;
  /** The first one was opened. */
  readonly onShown: () => void;
  /** One was closed. */
  readonly onClosed: () => void;
}

export class ProgramWindows {
  /** The program has connected to the display. */
  readonly shown = new OneShot();
  readonly #options: ProgramWindowsOptions;
  readonly #relays = new Set<Relay>();
  readonly #traffic = { bytesIn: 0, bytesOut: 0 };
  #isOver = false;

  constructor(options: ProgramWindowsOptions) {
    this.#options = options;
  }

  get count(): number {
    return this.#relays.size;
  }

  /** @throws Error if the display refuses the connection, or the program has ended meanwhile */
  async open({ channel, setup }: X11Client, display: Display, gate: SendBackpressure): Promise<void> {
    const release = this.#options.sockets.take();
    if (!release) {
      throw new Error('too many connections');
    }
    const { socket, cookie } = await display.connect().catch((error: unknown) => {
      release();
      throw error;
    });
    socket.once('close', release);
    if (this.#isOver) {
      socket.destroy();
      throw new Error('it has ended');
    }
    socket.write(setup.with(cookie));
    const relay = new Relay(socket, channel, this.#traffic, gate);
    this.#relays.add(relay);
    void relay.done.then(() => {
      this.#relays.delete(relay);
      this.#options.onClosed();
    });
    if (!this.shown.isReached) {
      this.shown.reach();
      this.#options.onShown();
    }
    socket.resume();
    channel.resume();
  }

  /** Disconnects them from the display. */
  abort(): void {
    for (const relay of [...this.#relays]) {
      relay.abort();
    }
  }

  /** The program has ended: no more are opened. */
  end(): void {
    this.#isOver = true;
  }
}

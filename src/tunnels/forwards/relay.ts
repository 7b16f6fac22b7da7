// Joins a socket of this machine to a channel of the SSH connection, whoever opened which: bytes whole and in order,
// half-close both ways, resets passed on, memory bounded by the slower side. Every kind of forward uses it.
import type { ClientChannel } from 'ssh2';
import type { Socket } from 'node:net';
import type { SendGate } from '../ssh/sendGate';
import { pump } from './pump';

/** Where the bytes are counted, for as long as the forward lives. */
export interface Traffic {
  /** From the SSH server to this machine. */
  bytesIn: number;
  bytesOut: number;
}

export class Relay {
  /** Resolves when the socket and the channel are both closed. Never rejects. */
  readonly done: Promise<void>;
  readonly #socket: Socket;
  readonly #channel: ClientChannel;
  #finish: () => void = () => undefined;
  #open = 2;

  /** The socket allows half-open connections (`allowHalfOpen`), or its clients lose their answers. */
  constructor(socket: Socket, channel: ClientChannel, traffic: Traffic, gate: SendGate) {
    this.#socket = socket;
    this.#channel = channel;
    this.done = new Promise((resolve) => {
      this.#finish = resolve;
    });
    // A socket whose peer has reset it: the channel is closed at once, with whatever was still to be sent.
    socket.on('error', () => this.#dropChannel());
    socket.on('close', () => this.#sideClosed());
    channel.on('error', () => socket.resetAndDestroy());
    channel.on('close', () => {
      // Both directions are over: what has arrived is still delivered, what comes now is refused by a reset.
      socket.destroySoon();
      this.#sideClosed();
    });
    pump(channel, socket, (bytes) => (traffic.bytesIn += bytes));
    pump(socket, channel, (bytes) => (traffic.bytesOut += bytes), gate);
    if (socket.destroyed) {
      this.#dropChannel();
      this.#sideClosed();
    }
  }

  /**
   * The SSH connection has died, or the forward is stopped: the socket is reset, so that nobody takes half an answer
   * for a whole one.
   */
  abort(): void {
    this.#socket.resetAndDestroy();
    this.#dropChannel();
    this.#finish();
  }

  #dropChannel(): void {
    this.#channel.removeAllListeners('data');
    // What is still buffered must be read, or the channel never gets to its `close`.
    this.#channel.resume();
    this.#channel.destroy();
  }

  #sideClosed(): void {
    if (--this.#open === 0) {
      this.#finish();
    }
  }
}

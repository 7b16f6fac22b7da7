// Relays between a local socket and a channel of the SSH session, for every kind of forward: all bytes in order,
// half-close in both directions, resets passed on, memory bounded even if one side is slow.
import type { ClientChannel } from 'ssh2';
import type { Socket } from 'node:net';
import { BatchedWrites } from '../../ssh/transport/ssh2/batchedWrites';
import { ReceiveWindow } from '../../ssh/transport/ssh2/receiveWindow';
import type { SendBackpressure } from '../../ssh/transport/ssh2/sendBackpressure';
import { ifAlive, reset, watchForReset } from './resetDetector';
import { pump } from './pump';

/** The byte counters of a forward. */
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
  #socketClosed = false;
  #channelClosed = false;

  /** @param socket with `allowHalfOpen`, or clients that end their side lose their answers */
  constructor(socket: Socket, channel: ClientChannel, traffic: Traffic, gate: SendBackpressure) {
    this.#socket = socket;
    this.#channel = channel;
    this.done = new Promise((resolve) => {
      this.#finish = resolve;
    });
    // The peer has reset the socket: close the channel at once, and drop unsent data.
    socket.on('error', () => this.#dropChannel());
    socket.on('close', () => {
      this.#socketClosed = true;
      this.#finishIfClosed();
    });
    channel.on('error', () => reset(socket));
    channel.on('close', () => {
      // Both directions have ended: deliver the received data. If the client sends more, it gets a reset.
      socket.destroySoon();
      this.#channelClosed = true;
      this.#finishIfClosed();
    });
    pump(channel, socket, {
      count: (bytes) => (traffic.bytesIn += bytes),
      window: ReceiveWindow.of(channel),
      batchedWrites: new BatchedWrites(socket),
    });
    pump(socket, channel, {
      count: (bytes) => (traffic.bytesOut += bytes),
      gate,
      beforeEnd: (proceed) => ifAlive(socket, proceed),
    });
    watchForReset(socket);
    if (socket.destroyed) {
      this.#socketClosed = true;
      this.#dropChannel();
    }
  }

  /**
   * The SSH session was lost: resets the socket, so that the client does not take a partial answer for a complete one.
   * A complete answer that is still buffered is delivered.
   */
  abort(): void {
    if (this.#socket.writableEnded) {
      this.#socket.destroySoon();
    } else {
      reset(this.#socket);
    }
    this.#dropChannel();
    // A lost session never answers the channel's close.
    this.#channelClosed = true;
    this.#finishIfClosed();
  }

  #dropChannel(): void {
    this.#channel.removeAllListeners('data');
    // Read the buffered data, or the channel never emits `close`.
    this.#channel.resume();
    this.#channel.destroy();
  }

  #finishIfClosed(): void {
    if (this.#socketClosed && this.#channelClosed) {
      this.#finish();
    }
  }
}

// Joins a socket of this machine to a channel of the SSH connection, whoever opened which: bytes whole and in order,
// half-close both ways, resets passed on, memory bounded by the slower side. Every kind of forward uses it.
import type { ClientChannel } from 'ssh2';
import type { Socket } from 'node:net';
import { Cork } from '../../ssh/transport/cork';
import { ReceiveWindow } from '../../ssh/transport/receiveWindow';
import type { SendGate } from '../../ssh/transport/sendGate';
import { ifAlive, reset, watchForReset } from './resetDetector';
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
  #socketClosed = false;
  #channelClosed = false;

  /** The socket allows half-open connections (`allowHalfOpen`), or its clients lose their answers. */
  constructor(socket: Socket, channel: ClientChannel, traffic: Traffic, gate: SendGate) {
    this.#socket = socket;
    this.#channel = channel;
    this.done = new Promise((resolve) => {
      this.#finish = resolve;
    });
    // A socket whose peer has reset it: the channel is closed at once, with whatever was still to be sent.
    socket.on('error', () => this.#dropChannel());
    socket.on('close', () => {
      this.#socketClosed = true;
      this.#finishIfClosed();
    });
    channel.on('error', () => reset(socket));
    channel.on('close', () => {
      // Both directions are over: what has arrived is still delivered, what comes now is refused by a reset.
      socket.destroySoon();
      this.#channelClosed = true;
      this.#finishIfClosed();
    });
    pump(channel, socket, {
      count: (bytes) => (traffic.bytesIn += bytes),
      window: ReceiveWindow.of(channel),
      cork: new Cork(socket),
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
   * The SSH connection has died: the socket is reset, so that nobody takes half an answer for a whole one. An answer
   * that has come whole, and only waits to be taken, is still delivered.
   */
  abort(): void {
    if (this.#socket.writableEnded) {
      this.#socket.destroySoon();
    } else {
      reset(this.#socket);
    }
    this.#dropChannel();
    // A dead connection never answers the channel's close.
    this.#channelClosed = true;
    this.#finishIfClosed();
  }

  #dropChannel(): void {
    this.#channel.removeAllListeners('data');
    // What is still buffered must be read, or the channel never gets to its `close`.
    this.#channel.resume();
    this.#channel.destroy();
  }

  #finishIfClosed(): void {
    if (this.#socketClosed && this.#channelClosed) {
      this.#finish();
    }
  }
}

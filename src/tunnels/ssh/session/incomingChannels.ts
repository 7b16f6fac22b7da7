// Channels that the server opens to us (RFC 4254 §5.1) for listeners or programs: refuses those that are not expected, and
// those that are too many.
import type { ClientChannel } from 'ssh2';
import type { TunnelError } from '../../errors/errors';
import { ReceiveWindow } from '../transport/receiveWindow';

/** What the parts of a session know about it. */
export interface SessionFacts {
  readonly hostName: string;
  /** Milliseconds. */
  readonly roundTrip: () => number;
  /** Why it ended; undefined: it is open. */
  readonly ended: () => TunnelError | undefined;
  /** Called for each channel that somebody expects. */
  readonly onExpectedChannel: () => void;
}

/** A channel that waits to be accepted. */
export interface IncomingChannel {
  accept(): ClientChannel;
  /** Does nothing once it is accepted. */
  refuse(): void;
}

export class IncomingChannels {
  readonly #most: number;
  readonly #session: SessionFacts;
  #count = 0;

  /** @param most that may be open or waiting. Further ones are refused. Each costs some 30 KB. */
  constructor(most: number, session: SessionFacts) {
    this.#most = most;
    this.#session = session;
  }

  /** @param handler undefined: the channel is not expected */
  offer(
    accept: () => object,
    refuse: () => void,
    handler: ((incoming: IncomingChannel) => void) | undefined,
  ): void {
    if (!handler || this.#count >= this.#most) {
      refuse();
      return;
    }
    this.#session.onExpectedChannel();
    this.#count++;
    let isPending = true;
    handler({
      accept: () => {
        isPending = false;
        // A channel like those that we open, in spite of its declared type.
        const channel = accept() as ClientChannel;
        channel.once('close', () => this.#count--);
        new ReceiveWindow(channel, this.#session.roundTrip);
        return channel;
      },
      refuse: () => {
        if (isPending) {
          isPending = false;
          this.#count--;
          refuse();
        }
      },
    });
  }
}

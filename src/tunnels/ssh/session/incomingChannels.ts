// Channels that the server opens to us (RFC 4254 §5.1) for listeners or programs: refuses those that are not expected, and
// those that are too many. Each listener has a fair share, so one that is flooded refuses its own connections only.
import type { ClientChannel } from 'ssh2';
import type { TunnelError } from '../../errors/errors';
import { FairLimit } from '../../util/fairLimit';
import type { Share } from '../../util/fairLimit';

/** What the parts of a session know about it. */
export interface SessionFacts {
  readonly hostName: string;
  /** Bounds what a new channel receives and sends. Call it in the tick in which it opens. */
  readonly takeOver: (channel: ClientChannel) => void;
  /** Why it ended; undefined: it is open. */
  readonly ended: () => TunnelError | undefined;
  /** Why the server forwards nothing, although the login succeeded; undefined: no reason is known. */
  readonly forwardsNothing: () => TunnelError | undefined;
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
  readonly #limit: FairLimit;
  readonly #session: SessionFacts;
  readonly #shares = new WeakMap<object, Share>();

  /** @param most that all owners together may have, open or waiting. Each costs some 30 KB. */
  constructor(most: number, session: SessionFacts) {
    this.#limit = new FairLimit(most);
    this.#session = session;
  }

  /**
   * @param owner what has a share of its own, such as a listener. undefined: the channel is not expected
   * @param handle called unless the channel is refused
   */
  offer(
    owner: object | undefined,
    accept: () => object,
    refuse: () => void,
    handle: (incoming: IncomingChannel) => void,
  ): void {
    const giveBack = owner && this.#shareOf(owner).take();
    if (!giveBack) {
      refuse();
      return;
    }
    this.#session.onExpectedChannel();
    let isPending = true;
    handle({
      accept: () => {
        isPending = false;
        // A channel like those that we open, in spite of its declared type.
        const channel = accept() as ClientChannel;
        channel.once('close', giveBack);
        this.#session.takeOver(channel);
        return channel;
      },
      refuse: () => {
        if (isPending) {
          isPending = false;
          giveBack();
          refuse();
        }
      },
    });
  }

  #shareOf(owner: object): Share {
    const share = this.#shares.get(owner) ?? this.#limit.share();
    this.#shares.set(owner, share);
    return share;
  }
}

// Authenticates X11 connections from the server by the fake cookie that was sent there; the display's real cookie never
// leaves this machine. There is one CookieSwap for each SSH session, which several tunnels may share.
import { timingSafeEqual } from 'node:crypto';
import type { ClientChannel } from 'ssh2';
import { ReceiveWindow } from '../../ssh/transport/ssh2/receiveWindow';
import { FairLimit } from '../../util/fairLimit';
import type { Share } from '../../util/fairLimit';
import type { SshSession } from '../../ssh/session/session';
import { readClientSetup } from './x11Setup';
import type { ClientSetup } from './x11Setup';
import type { Log } from '../../util/log';

/** An X client sends its setup message at once. */
const setupTimeoutMs = 10_000;
/** Connections of all programs of a session that have shown a cookie. */
const mostConnections = 1024;
/**
 * Connections that have not shown a cookie yet: any user of the server can make one. With more, the one that has waited
 * longest is rejected.
 */
const mostPending = 256;

/** An X client that has shown the right cookie. Its setup message was read; what follows was not. */
export interface X11Client {
  readonly channel: ClientChannel;
  readonly setup: ClientSetup;
}

export interface ExpectedClient {
  /** The fake cookie that was sent to the server. */
  readonly cookie: Buffer;
  /** Never throws, never rejects. */
  readonly onClient: (client: X11Client) => void;
}

const swaps = new WeakMap<SshSession, CookieSwap>();

export class CookieSwap {
  readonly #limit = new FairLimit(mostConnections);
  /** Each with its share, so that a program can't keep another one out. */
  readonly #expected = new Map<ExpectedClient, Share>();
  readonly #log: Log;
  /** How to reject each connection that has not shown its cookie, the oldest first. */
  readonly #pending = new Set<(reason: string) => void>();

  private constructor(session: SshSession, log: Log) {
    this.#log = log;
    session.commands.x11Listener = (incoming) => {
      if (this.#expected.size === 0) {
        incoming.refuse();
      } else {
        this.#authenticate(incoming.accept());
      }
    };
  }

  /** @param log used only when this call creates the CookieSwap */
  static of(session: SshSession, log: Log): CookieSwap {
    const swap = swaps.get(session) ?? new CookieSwap(session, log);
    swaps.set(session, swap);
    return swap;
  }

  expect(expected: ExpectedClient): Disposable {
    this.#expected.set(expected, this.#limit.share());
    return { [Symbol.dispose]: () => this.#expected.delete(expected) };
  }

  #authenticate(channel: ClientChannel): void {
    let received = Buffer.alloc(0);
    const timer = setTimeout(() => reject('no X11 setup message'), setupTimeoutMs);
    const end = (): void => {
      clearTimeout(timer);
      this.#pending.delete(reject);
      channel.off('data', onData).off('close', end);
    };
    const reject = (reason: string): void => {
      end();
      this.#log.warn(`Rejected an X11 connection from the server: ${reason}`);
      channel.resume();
      channel.destroy();
    };
    const onData = (data: Buffer): void => {
      received = Buffer.concat([received, data]);
      const setup = readClientSetup(received);
      if (setup === undefined) {
        return;
      }
      const expected = setup === 'none' ? undefined : this.#find(setup);
      if (setup === 'none' || !expected) {
        reject(setup === 'none' ? 'not an X11 client' : 'wrong cookie');
        return;
      }
      const giveBack = this.#expected.get(expected)?.take();
      if (!giveBack) {
        reject('too many connections of this program');
        return;
      }
      channel.once('close', giveBack);
      end();
      channel.pause();
      if (received.length > setup.length) {
        channel.unshift(received.subarray(setup.length));
      }
      // The bytes of the setup message were consumed here; the relay reports the rest.
      ReceiveWindow.of(channel)?.passedOn(setup.length);
      expected.onClient({ channel, setup });
    };
    this.#pending.add(reject);
    const [oldest] = this.#pending;
    if (this.#pending.size > mostPending) {
      oldest?.('too many without a cookie');
    }
    channel
      .on('error', () => undefined)
      .on('data', onData)
      .on('close', end);
  }

  #find({ cookie: { data } }: ClientSetup): ExpectedClient | undefined {
    return [...this.#expected.keys()].find(
      ({ cookie }) => data.length === cookie.length && timingSafeEqual(data, cookie),
    );
  }
}

// Finds out whether a port that the server has just opened for us is reached at an address of it: connects there from
// the server itself, says something nobody can guess, and sees whether it comes back to us. It is said only where a
// visitor has come to us who may be the probe: a program that is not ours hears nothing.
import { randomBytes } from 'node:crypto';
import { isIPv6 } from 'node:net';
import type { ClientChannel } from 'ssh2';
import type { TcpAddress } from '../../util/address';
import { TunnelFailure } from '../../errors/errors';
import type { SshSession } from '../../ssh/session/session';

/** Milliseconds: as long as a forward may be kept from being told to listen by a server that says nothing. */
const patience = 2000;
/** Milliseconds: by then a server that tells rightly where visitors come from has been understood. */
const originPatience = 700;

/**
 * Who is reached there. another: somebody takes the connection, and it does not come to us. unknown: the server allows no
 * connection to there, or does not answer.
 */
export type Reach = 'us' | 'nobody' | 'another' | 'unknown';

export class ReachProbe {
  readonly #closing: AbortSignal;
  /** What is said, and what follows when it comes back. */
  readonly #words = new Map<string, () => void>();
  /** To be called for what is said to come through. */
  #askers: { readonly isIPv6: boolean; readonly speak: () => void }[] = [];
  #hasVisitors = false;
  #isUnderstood = false;
  #over = AbortSignal.abort();

  /** @param closing nobody wants to know any more */
  constructor(closing: AbortSignal) {
    this.#closing = closing;
  }

  /** Whether a visitor may be the probe. */
  get isRunning(): boolean {
    return !this.#over.aborted;
  }

  /** What is found at each of these addresses. Never rejects. */
  async run(session: SshSession, addresses: readonly TcpAddress[]): Promise<readonly Reach[]> {
    if (this.#closing.aborted) {
      return addresses.map(() => 'unknown');
    }
    const over = new AbortController();
    const end = (): void => over.abort();
    const timer = setTimeout(end, patience);
    const speakUp = setTimeout(() => {
      if (this.#hasVisitors && !this.#isUnderstood) {
        this.#askers.forEach(({ speak }) => speak());
      }
    }, originPatience);
    this.#closing.addEventListener('abort', end, { once: true });
    this.#over = over.signal;
    try {
      return await Promise.all(addresses.map((address) => this.#reach(session, address, over.signal)));
    } finally {
      clearTimeout(timer);
      clearTimeout(speakUp);
      this.#askers = [];
      this.#hasVisitors = false;
      this.#isUnderstood = false;
      this.#closing.removeEventListener('abort', end);
      end();
      this.#words.clear();
    }
  }

  #reach(session: SshSession, address: TcpAddress, over: AbortSignal): Promise<Reach> {
    return new Promise((resolve) => {
      const unknown = (): void => resolve('unknown');
      const another = (): void => resolve('another');
      over.addEventListener('abort', unknown, { once: true });
      const word = randomBytes(32);
      let channel: ClientChannel | undefined;
      let mayTalk = false;
      const talk = (): void => {
        if (mayTalk && channel && !this.#words.has(word.toString('hex'))) {
          this.#words.set(word.toString('hex'), () => {
            this.#isUnderstood = true;
            resolve('us');
          });
          channel.write(word);
        }
      };
      const speak = (): void => {
        mayTalk = true;
        talk();
      };
      this.#askers.push({ isIPv6: isIPv6(address.host), speak });
      session.open(address, { host: '127.0.0.1', port: 0 }).then(
        (opened) => {
          opened.on('error', another).once('data', another).once('end', another).once('close', another);
          opened.resume();
          if (over.aborted) {
            opened.destroy();
            return;
          }
          over.removeEventListener('abort', unknown);
          over.addEventListener('abort', () => {
            another();
            opened.destroy();
          });
          channel = opened;
          talk();
        },
        (error: unknown) => {
          resolve(error instanceof TunnelFailure && error.code === 'TargetRefused' ? 'nobody' : 'unknown');
        },
      );
    });
  }

  /**
   * Whether this visitor is the probe, which is then done with; of any other nothing is taken.
   * @param origin as the server tells it
   */
  async isOurs(channel: ClientChannel, origin: TcpAddress | undefined): Promise<boolean> {
    this.#hasVisitors = true;
    for (const asker of this.#askers) {
      if (origin && asker.isIPv6 === isIPv6(origin.host)) {
        asker.speak();
      }
    }
    const first = await this.#firstBytes(channel);
    if (first.length === 0) {
      return false;
    }
    const seen = this.#words.get(first.toString('hex'));
    if (!seen) {
      channel.unshift(first);
      return false;
    }
    seen();
    channel.destroy();
    return true;
  }

  /** What it says before the probe is over; empty where it says nothing. It is paused again then. */
  #firstBytes(channel: ClientChannel): Promise<Buffer> {
    const over = this.#over;
    return new Promise((resolve) => {
      const settle = (data: Buffer): void => {
        over.removeEventListener('abort', silent);
        channel.off('data', settle).off('end', silent).off('close', silent).pause();
        resolve(data);
      };
      const silent = (): void => settle(Buffer.alloc(0));
      over.addEventListener('abort', silent, { once: true });
      channel.on('data', settle).on('end', silent).on('close', silent).resume();
    });
  }
}

// Finds out whether a port that the server has just opened for us is reached at an address of it: connects there from
// the server itself, says something nobody can guess, and sees whether it comes back to us.
import { randomBytes } from 'node:crypto';
import type { ClientChannel } from 'ssh2';
import type { TcpAddress } from '../model/address';
import { TunnelFailure } from '../model/errors';
import type { SshSession } from '../ssh/session';

/** Milliseconds. */
const patience = 3000;

export class ReachProbe {
  readonly #word = randomBytes(32);
  #running = false;
  #seen: () => void = () => undefined;

  /** Whether a visitor may be the probe. */
  get isRunning(): boolean {
    return this.#running;
  }

  /** @returns undefined where it can't be told: the server allows no connection to there, or somebody else answers */
  async run(session: SshSession, address: TcpAddress): Promise<boolean | undefined> {
    this.#running = true;
    const seen = new Promise<true>((resolve) => (this.#seen = () => resolve(true)));
    const tooLate = new Promise<undefined>((resolve) => {
      setTimeout(() => resolve(undefined), patience).unref();
    });
    try {
      const opening = session.open(address, { host: '127.0.0.1', port: 0 });
      opening.then(
        (channel) => {
          channel.on('error', () => undefined).resume();
          channel.write(this.#word);
          void Promise.race([seen, tooLate]).then(() => channel.destroy());
        },
        () => undefined,
      );
      await Promise.race([opening, tooLate]);
      return await Promise.race([seen, tooLate]);
    } catch (error) {
      return error instanceof TunnelFailure && error.code === 'TargetRefused' ? false : undefined;
    } finally {
      this.#running = false;
      this.#seen();
    }
  }

  /** Whether this visitor is the probe, which is then done with; of any other nothing is taken. */
  async isOurs(channel: ClientChannel): Promise<boolean> {
    const first = await this.#firstBytes(channel);
    if (first.length === 0) {
      return false;
    }
    if (!first.equals(this.#word)) {
      channel.unshift(first);
      return false;
    }
    channel.destroy();
    this.#seen();
    return true;
  }

  /** What it says before the probe is over; empty where it says nothing. It is paused again then. */
  #firstBytes(channel: ClientChannel): Promise<Buffer> {
    return new Promise((resolve) => {
      const settle = (data: Buffer): void => {
        clearInterval(timer);
        channel.off('data', settle).off('end', silent).pause();
        resolve(data);
      };
      const silent = (): void => settle(Buffer.alloc(0));
      const timer = setInterval(() => {
        if (!this.#running) {
          silent();
        }
      }, 20);
      channel.on('data', settle).on('end', silent).resume();
    });
  }
}

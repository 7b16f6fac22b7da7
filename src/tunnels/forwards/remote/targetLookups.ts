// Looks up the names of targets on this machine, a few at a time for each forward. The system's lookups run in a few
// threads that the whole daemon shares, take up to a minute if no name server answers, and can't be cancelled.
import dns from 'node:dns';
import type { LookupFunction } from 'node:net';
import type { Share } from '../../util/fairLimit';

/** Of one forward. A name server that answers takes milliseconds. */
const mostAtOnce = 4;

export class TargetLookups {
  readonly #share: Share;
  #running = 0;
  /** In the order of their calls. */
  readonly #waiting = new Set<() => void>();

  /** @param share of the lookups of all forwards */
  constructor(share: Share) {
    this.#share = share;
  }

  /**
   * A lookup for net.connect(). It waits for earlier ones of this forward.
   * @param isUnwanted withdraws it, unless it has begun. Then it counts until the system answers
   */
  until(isUnwanted: AbortSignal): LookupFunction {
    return (host, options, callback) => {
      const withdraw = (): void => void this.#waiting.delete(begin);
      const begin = (): void => {
        isUnwanted.removeEventListener('abort', withdraw);
        const giveBack = this.#share.take();
        if (!giveBack) {
          callback(Object.assign(new Error('too many names are being looked up'), { code: 'EAI_AGAIN' }), '');
          this.#next();
          return;
        }
        this.#running++;
        dns.lookup(host, options, (...found) => {
          giveBack();
          this.#running--;
          callback(...found);
          this.#next();
        });
      };
      this.#waiting.add(begin);
      isUnwanted.addEventListener('abort', withdraw, { once: true });
      this.#next();
    };
  }

  #next(): void {
    const [begin] = this.#waiting;
    if (begin && this.#running < mostAtOnce) {
      this.#waiting.delete(begin);
      begin();
    }
  }
}

// Looks up the names of targets on this machine, a few at a time for each forward. The system's lookups run in a few
// threads that the whole daemon shares, take up to a minute if no name server answers, and can't be cancelled.
import dns from 'node:dns';
import type { LookupAddress } from 'node:dns';
import { asError } from '../../util/promises';
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
   * All addresses of a name, in the order of getaddrinfo. Waits for earlier lookups of this forward.
   * @param isUnwanted withdraws it, unless it has begun. Then it counts until the system answers
   * @throws the system's error; the signal's reason
   */
  addressesOf(host: string, isUnwanted: AbortSignal): Promise<readonly LookupAddress[]> {
    return new Promise((resolve, reject) => {
      const withdraw = (): void => {
        this.#waiting.delete(begin);
        reject(asError(isUnwanted.reason));
      };
      const begin = (): void => {
        const giveBack = this.#share.take();
        if (!giveBack) {
          reject(Object.assign(new Error('too many names are being looked up'), { code: 'EAI_AGAIN' }));
          this.#next();
          return;
        }
        this.#running++;
        dns.lookup(host, { all: true, order: 'verbatim' }, (error, found) => {
          giveBack();
          this.#running--;
          isUnwanted.removeEventListener('abort', withdraw);
          if (error) {
            reject(error);
          } else {
            resolve(found);
          }
          this.#next();
        });
      };
      isUnwanted.throwIfAborted();
      isUnwanted.addEventListener('abort', withdraw, { once: true });
      this.#waiting.add(begin);
      this.#next();
    });
  }

  #next(): void {
    const [begin] = this.#waiting;
    if (begin && this.#running < mostAtOnce) {
      this.#waiting.delete(begin);
      begin();
    }
  }
}

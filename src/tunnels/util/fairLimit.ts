// A limit on what many owners use together, such as sockets. Each owner may have as much as is left over for new ones:
// half of the whole if it is alone, a third if two take what they can. So no owner can use up all of it. Many together
// could, so a reserve is kept, of which each owner gets a little.

export interface Reserve {
  readonly size: number;
  /** An owner that has as many gets none of it. */
  readonly each: number;
}

export class FairLimit {
  readonly #most: number;
  readonly #reserve: Reserve;
  #taken = 0;

  /** @param reserve in addition to `most`. Default: none */
  constructor(most: number, reserve: Reserve = { size: 0, each: 0 }) {
    this.#most = most;
    this.#reserve = reserve;
  }

  /** A new owner's part. */
  share(): Share {
    let own = 0;
    return {
      take: () => {
        const left = this.#most - this.#taken;
        const { size, each } = this.#reserve;
        if (own >= left && (own >= each || left + size <= 0)) {
          return undefined;
        }
        own++;
        this.#taken++;
        let isHeld = true;
        return () => {
          if (isHeld) {
            isHeld = false;
            own--;
            this.#taken--;
          }
        };
      },
    };
  }
}

export interface Share {
  /** Takes one. @returns a function that gives it back; undefined if the owner may not have more now */
  take(): (() => void) | undefined;
}

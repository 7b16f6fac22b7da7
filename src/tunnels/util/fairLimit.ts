// A limit on what many owners use together, such as sockets. Each owner may have as much as is left over for new ones:
// half of the whole if it is alone, a third if two take what they can. So no owner can use up all of it.

export class FairLimit {
  readonly #most: number;
  #taken = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** A new owner's part. */
  share(): Share {
    let own = 0;
    return {
      take: () => {
        if (own >= this.#most - this.#taken) {
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

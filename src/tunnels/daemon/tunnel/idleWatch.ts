// Notices that nothing has been busy for a while.

export interface IdleWatchOptions {
  /** Milliseconds. */
  readonly idleTime: number;
  readonly isBusy: () => boolean;
  /** Called once; the watch has stopped then. */
  readonly onIdle: () => void;
}

/** Looks so often in the time. */
const looks = 10;

export class IdleWatch {
  readonly #options: IdleWatchOptions;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: IdleWatchOptions) {
    this.#options = options;
  }

  start(): void {
    const { idleTime, isBusy, onIdle } = this.#options;
    let seenIdle = 0;
    this.stop();
    this.#timer = setInterval(() => {
      seenIdle = isBusy() ? 0 : seenIdle + 1;
      if (seenIdle >= looks) {
        this.stop();
        onIdle();
      }
    }, idleTime / looks).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

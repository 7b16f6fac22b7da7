// Calls back when nothing has been busy for some time.

export interface IdleWatchOptions {
  readonly idleTimeMs: number;
  readonly isBusy: () => boolean;
  /** Called once, after the watch has stopped. */
  readonly onIdle: () => void;
}

/** How many checks in a row must find it idle. */
const checks = 10;

export class IdleWatch {
  readonly #options: IdleWatchOptions;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: IdleWatchOptions) {
    this.#options = options;
  }

  start(): void {
    const { idleTimeMs, isBusy, onIdle } = this.#options;
    let idleChecks = 0;
    this.stop();
    this.#timer = setInterval(() => {
      idleChecks = isBusy() ? 0 : idleChecks + 1;
      if (idleChecks >= checks) {
        this.stop();
        onIdle();
      }
    }, idleTimeMs / checks).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

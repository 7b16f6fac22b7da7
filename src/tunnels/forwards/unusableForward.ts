// A forward that this system can't open: it fails at each start with its error, and the tunnel's other forwards work.
import type { TunnelError } from '../errors/errors';
import type { ForwardState } from '../model/state';
import type { OpenConnection } from '../model/tunnelActivity';
import { ForwardStatus } from './forwardStatus';
import type { ForwardOptions, ForwardRunner } from './forwardRunner';

export class UnusableForward implements ForwardRunner {
  readonly #error: TunnelError;
  readonly #status: ForwardStatus;

  constructor(error: TunnelError, options: ForwardOptions) {
    this.#error = error;
    this.#status = new ForwardStatus(options);
  }

  get state(): ForwardState {
    return this.#status.state;
  }

  connections(most: number): readonly Omit<OpenConnection, 'forward'>[] {
    return this.#status.connections(most);
  }

  open(): Promise<TunnelError> {
    if (this.state.status !== 'failed') {
      this.#status.enter({ failed: this.#error });
    }
    return Promise.resolve(this.#error);
  }

  /** It keeps its error. */
  leave(): Promise<void> {
    return Promise.resolve();
  }

  sessionLost(): void {
    // Nothing is open.
  }

  close(): Promise<void> {
    this.#status.enter('closed');
    return Promise.resolve();
  }
}

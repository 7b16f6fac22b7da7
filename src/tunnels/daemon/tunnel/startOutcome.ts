// Settles the promises of callers that wait for a start: the tunnel is up, or the first error.
import { TunnelFailure } from '../../errors/errors';
import { startCancelled } from '../../errors/ssh/authenticationCancelled';
import type { TunnelState } from '../../model/state';

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: TunnelFailure) => void;
}

export class StartOutcome {
  #waiters: Waiter[] = [];

  /** @throws TunnelFailure the first error */
  next(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject });
    });
  }

  settle(state: TunnelState): void {
    switch (state.status) {
      case 'connecting':
      case 'idle':
        return;
      case 'up':
        this.#settleAll(({ resolve }) => resolve());
        return;
      case 'waiting':
      case 'blocked':
      case 'failed':
        this.#settleAll(({ reject }) => reject(new TunnelFailure(state.error)));
        return;
      case 'stopping':
      case 'stopped':
        this.#settleAll(({ reject }) => reject(new TunnelFailure(startCancelled())));
        return;
    }
  }

  #settleAll(settle: (waiter: Waiter) => void): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    waiters.forEach(settle);
  }
}

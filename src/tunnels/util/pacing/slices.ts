// Long work in short slices: between two of them, the thread does whatever else waits for it.
import { setImmediate as nextTurn } from 'node:timers/promises';

/** Work that stops after each small step, so that it can be continued later. */
export type Steps<T> = Generator<undefined, T, undefined>;

/** Milliseconds. Several pieces of work may take a slice each in the same turn of the event loop. */
const sliceMs = 5;

/** Does all steps at once. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) {
      return step.value;
    }
  }
}

export class Slices {
  readonly #signal: AbortSignal | undefined;
  #since = performance.now();

  /** @param signal ends the work at its next pause */
  constructor(signal?: AbortSignal) {
    this.#signal = signal;
  }

  /** Whether it is time to await pause(). */
  get isOver(): boolean {
    return performance.now() - this.#since > sliceMs;
  }

  /** @throws the signal's reason when aborted */
  async pause(): Promise<void> {
    await nextTurn();
    this.throwIfAborted();
    this.#since = performance.now();
  }

  /** @throws the signal's reason when aborted */
  throwIfAborted(): void {
    this.#signal?.throwIfAborted();
  }

  /** @throws what a step throws; the signal's reason when aborted */
  async run<T>(steps: Steps<T>): Promise<T> {
    for (;;) {
      const step = steps.next();
      if (step.done === true) {
        return step.value;
      }
      if (this.isOver) {
        await this.pause();
      }
    }
  }
}

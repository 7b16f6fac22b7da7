// Time-outs and timers, and time spans in OpenSSH's format.

/** A time-out that can be paused, for example while a question to the user is open. */
export class Deadline implements Disposable {
  readonly #expired: () => void;
  readonly #now: () => number;
  #timer: NodeJS.Timeout | undefined;
  #startedAt = 0;
  #leftMs: number;
  #isOver = false;

  constructor(timeoutMs: number, expired: () => void, now: () => number = () => performance.now()) {
    this.#now = now;
    this.#leftMs = timeoutMs;
    this.#expired = expired;
    this.resume();
  }

  pause(): void {
    if (this.#timer) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#leftMs -= this.#now() - this.#startedAt;
    }
  }

  resume(): void {
    if (!this.#timer && !this.#isOver) {
      this.#startedAt = this.#now();
      this.#timer = setTimeout(this.#expired, Math.max(0, this.#leftMs));
    }
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

/** The longest time of a Node timer in seconds (2^31 - 1 ms). With more, it fires at once. */
export const maxTimerSeconds = 2_147_483;

/** Seconds of a time span such as `1h30m` (TIME FORMATS in sshd_config(5)); undefined: invalid. */
export function parseTimeSpan(text: string): number | undefined {
  if (!/^(\d+[smhdw]?)+$/i.test(text)) {
    return undefined;
  }
  const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };
  const parts = [...text.toLowerCase().matchAll(/(\d+)([smhdw]?)/g)];
  return parts.reduce((sum, [, count, unit = '']) => sum + Number(count) * (units[unit] ?? 1), 0);
}

/** Starts a timer; the returned function cancels it. */
export type Schedule = (action: () => void, delayMs: number) => () => void;

export const scheduleTimeout: Schedule = (action, delayMs) => {
  const timer = setTimeout(action, delayMs);
  return () => clearTimeout(timer);
};

// Tells of programs that ended with their connection, once it is there again, and offers to run them again: one message
// for each tunnel, in the window in which they were run.
import type { ProgramSnapshot } from '../../tunnels/model/programState';
import { formatDestination } from '../../tunnels/config/definition';
import type { TunnelSnapshot } from '../../tunnels/model/snapshot';
import type { Schedule } from '../../views/tree/pacer';

/** Milliseconds for which a tunnel has to be up: programs may be known to have ended before it is known why. */
const settleTime = 1000;

export interface ProgramNewsOptions {
  /** Whether it was run in this window. */
  readonly hasRun: (tunnelId: string, program: string) => boolean;
  /** Shows the message. @returns whether they are to be run again */
  readonly offer: (message: string) => PromiseLike<boolean>;
  readonly run: (tunnelId: string, program: string) => void;
  readonly schedule: Schedule;
}

export class ProgramNews {
  readonly #options: ProgramNewsOptions;
  /** By tunnel and name, when each ended that has been told of, or is not to be. */
  readonly #told = new Map<string, number>();
  /** By tunnel, those to be told of when it is up again, with when they ended. */
  readonly #pending = new Map<string, Map<string, number>>();

  /** By tunnel, what cancels the message to come. */
  readonly #timers = new Map<string, () => void>();

  constructor(options: ProgramNewsOptions) {
    this.#options = options;
  }

  /** To be called when a tunnel has changed. */
  look(tunnel: TunnelSnapshot): void {
    const { id, state, programs } = tunnel;
    const pending = this.#pending.get(id) ?? new Map<string, number>();
    const names = new Set(programs.map(({ program }) => program.name));
    for (const name of [...pending.keys()].filter((each) => !names.has(each))) {
      pending.delete(name);
    }
    for (const each of programs) {
      const { name } = each.program;
      const at = cutOffAt(each);
      if (at === undefined && each.state.status !== 'ready') {
        // Somebody was quicker; a new daemon knows of nothing, though.
        pending.delete(name);
      } else if (
        at !== undefined &&
        this.#told.get(keyOf(id, name)) !== at &&
        this.#options.hasRun(id, name)
      ) {
        pending.set(name, at);
      }
    }
    this.#pending.set(id, pending);
    this.#timers.get(id)?.();
    this.#timers.delete(id);
    if (state.status === 'stopped') {
      // Who has stopped the tunnel meanwhile does not wait for its programs.
      this.#settle(id);
    } else if (state.status === 'up' && pending.size > 0) {
      this.#timers.set(
        id,
        this.#options.schedule(() => this.#tell(tunnel), settleTime),
      );
    }
  }

  dispose(): void {
    for (const cancel of this.#timers.values()) {
      cancel();
    }
  }

  /** @returns the names of those that were pending */
  #settle(id: string): readonly string[] {
    const pending = this.#pending.get(id) ?? new Map<string, number>();
    this.#pending.delete(id);
    for (const [name, at] of pending) {
      this.#told.set(keyOf(id, name), at);
    }
    return [...pending.keys()];
  }

  #tell(tunnel: TunnelSnapshot): void {
    this.#timers.delete(tunnel.id);
    void this.#offer(tunnel, this.#settle(tunnel.id));
  }

  async #offer(tunnel: TunnelSnapshot, names: readonly string[]): Promise<void> {
    const host = tunnel.entry ? formatDestination(tunnel.entry.definition) : tunnel.name;
    if (await this.#options.offer(`${listed(names)} ended when the connection to ${host} was lost.`)) {
      for (const name of names) {
        this.#options.run(tunnel.id, name);
      }
    }
  }
}

function cutOffAt({ state }: ProgramSnapshot): number | undefined {
  return state.status === 'failed' && state.isCutOff === true ? state.at : undefined;
}

/** `"Clock", "Eyes" and "Desktop"`. */
function listed(names: readonly string[]): string {
  const quoted = names.map((name) => `"${name}"`);
  const last = quoted.pop() ?? '';
  return quoted.length === 0 ? last : `${quoted.join(', ')} and ${last}`;
}

function keyOf(tunnelId: string, program: string): string {
  return JSON.stringify([tunnelId, program]);
}

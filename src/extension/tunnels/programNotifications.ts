// Offers to run X11 programs again that ended because the connection was lost, once the tunnel is up again. One message
// for each tunnel, in the window that ran the programs.
import { l10n } from 'vscode';
import type { ProgramSnapshot } from '../../tunnels/model/programState';
import { shortDestination } from '../../views/words/exactText';
import type { TunnelSnapshot } from '../../tunnels/model/snapshot';
import type { Schedule } from '../../tunnels/util/timeOuts';

/** Milliseconds that a tunnel must be up before the message: the end of a program may be known before its cause. */
const settleDelayMs = 1000;

export interface ProgramNotificationsOptions {
  /** Whether the program was run in this window. */
  readonly hasRun: (tunnelId: string, program: string) => boolean;
  /** Shows the message. @returns whether to run the programs again */
  readonly offer: (message: string) => PromiseLike<boolean>;
  readonly run: (tunnelId: string, program: string) => void;
  readonly schedule: Schedule;
}

export class ProgramNotifications {
  readonly #options: ProgramNotificationsOptions;
  /** By tunnel and program: the time of the last end that has been dealt with. */
  readonly #handled = new Map<string, number>();
  /** By tunnel: the programs to offer when it is up again, and when they ended. */
  readonly #pending = new Map<string, Map<string, number>>();

  /** By tunnel: cancels the scheduled message. */
  readonly #timers = new Map<string, () => void>();

  constructor(options: ProgramNotificationsOptions) {
    this.#options = options;
  }

  /** Call this when a tunnel has changed. */
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
        // It was started again already. (A new daemon reports "ready", which says nothing.)
        pending.delete(name);
      } else if (
        at !== undefined &&
        this.#handled.get(keyOf(id, name)) !== at &&
        this.#options.hasRun(id, name)
      ) {
        pending.set(name, at);
      }
    }
    this.#pending.set(id, pending);
    this.#timers.get(id)?.();
    this.#timers.delete(id);
    if (state.status === 'stopped') {
      // The user stopped the tunnel, so they don't want its programs back.
      this.#settle(id);
    } else if (state.status === 'up' && pending.size > 0) {
      this.#timers.set(
        id,
        this.#options.schedule(() => this.#notify(tunnel), settleDelayMs),
      );
    }
  }

  dispose(): void {
    for (const cancel of this.#timers.values()) {
      cancel();
    }
  }

  /** @returns the names of the programs that were pending */
  #settle(id: string): readonly string[] {
    const pending = this.#pending.get(id) ?? new Map<string, number>();
    this.#pending.delete(id);
    for (const [name, at] of pending) {
      this.#handled.set(keyOf(id, name), at);
    }
    return [...pending.keys()];
  }

  #notify(tunnel: TunnelSnapshot): void {
    this.#timers.delete(tunnel.id);
    void this.#offer(tunnel, this.#settle(tunnel.id));
  }

  async #offer(tunnel: TunnelSnapshot, names: readonly string[]): Promise<void> {
    const host = tunnel.entry ? shortDestination(tunnel.entry.definition.destination) : tunnel.name;
    if (await this.#options.offer(describeLoss(names, host))) {
      for (const name of names) {
        this.#options.run(tunnel.id, name);
      }
    }
  }
}

function cutOffAt({ state }: ProgramSnapshot): number | undefined {
  return state.status === 'failed' && state.isCutOff === true ? state.at : undefined;
}

function describeLoss(names: readonly string[], host: string): string {
  const quoted = names.map((name) => `"${name}"`);
  const program = quoted.pop() ?? '';
  return quoted.length === 0
    ? l10n.t('{program} ended when the connection to {host} was lost.', { program, host })
    : l10n.t('{programs} and {program} ended when the connection to {host} was lost.', {
        programs: quoted.join(', '),
        program,
        host,
      });
}

function keyOf(tunnelId: string, program: string): string {
  return JSON.stringify([tunnelId, program]);
}

// Applies the leases of the windows: which tunnels exist, which are wanted up, and which a newer daemon takes over.
import { isDeepStrictEqual } from 'node:util';
import type { OwnSockets } from '../../forwards/local/ownSockets';
import { Drain } from './drain';
import {
  abandoned,
  fixedPorts,
  isSameSpec,
  isWanted,
  isWantedInAnotherWindow,
  renew,
  takenOverReport,
} from './leases';
import type { Window, WindowLease } from './leases';
import type { LogRouter } from './logRouter';
import type { Lease, LeasedTunnel, ListenAddresses } from '../protocol/protocol';
import { Reporter } from './reporter';
import { tunnelIdentity, unresolvedIdentity } from '../tunnel/tunnelIdentity';
import { resolveHops } from '../tunnel/resolveHops';
import { SharedTunnels } from './sharedTunnels';
import { UserRequests } from './userRequests';
import { WindowRegistry } from './windowRegistry';
import { Semaphore } from '../../util/pacing/semaphore';
import { Slices } from '../../util/pacing/slices';

/** Of one lease: a window may have thousands of tunnels. */
const maxResolving = 16;

export interface LeaseManagerOptions {
  /** A folder that only the user can enter. */
  readonly privateFolder: string;
  readonly ownSockets: OwnSockets;
  readonly log: LogRouter;
  /** What the connected windows want may have changed. */
  readonly onDesiredStateChange: () => void;
}

export class LeaseManager {
  readonly windows: WindowRegistry;
  readonly tunnels: SharedTunnels;
  readonly userRequests: UserRequests;
  readonly reporter: Reporter;
  readonly #drain = new Drain();
  readonly #onDesiredStateChange: () => void;

  constructor({ onDesiredStateChange, ...options }: LeaseManagerOptions) {
    const isTakenOver = (windowLease: WindowLease): boolean => this.#isTakenOver(windowLease);
    this.#onDesiredStateChange = onDesiredStateChange;
    this.windows = new WindowRegistry({
      onChange: onDesiredStateChange,
      onGone: (window) => {
        // After the change of its lease that may be under way.
        window.queue = window.queue.then(() => this.#releaseAll([...window.leases.values()]));
      },
    });
    this.tunnels = new SharedTunnels({
      ...options,
      isReserved: (port) => this.windows.needPort(port),
      onChange: (shared) => this.reporter.changed(shared),
      onProgramsEnded: (shared) => void this.userRequests.stopForAll(shared),
    });
    this.reporter = new Reporter({
      windows: this.windows,
      tunnels: this.tunnels,
      override: (windowLease) => (isTakenOver(windowLease) ? takenOverReport(windowLease) : undefined),
    });
    this.userRequests = new UserRequests({
      windows: this.windows,
      tunnels: this.tunnels,
      isTakenOver,
      onDesiredStateChange,
      flushReports: () => this.reporter.flush(),
    });
  }

  /** Applies a window's lease. Resolves when its tunnels have been started or stopped, not when they are up. */
  setLease(windowId: string, lease: Lease): Promise<void> {
    const window = this.windows.get(windowId);
    this.windows.makeRoom(windowId, lease.tunnels.length);
    window.newest = lease;
    const applied = window.queue.then(() =>
      // One that is outdated is not worth the work.
      lease === window.newest ? this.#apply(window, lease) : undefined,
    );
    window.queue = applied.catch(() => undefined);
    return applied;
  }

  async #apply(window: Window, lease: Lease): Promise<void> {
    if (!isDeepStrictEqual(window.env, lease.env)) {
      window.env = lease.env;
      window.leases.forEach(renew);
    }
    const resolving = new Semaphore(maxResolving);
    const targets = await Promise.all(
      lease.tunnels.map((leased) =>
        resolving.run(undefined, async () => ({ leased, identity: await this.#identify(window, leased) })),
      ),
    );
    const identities = new Map(targets.map(({ leased, identity }) => [leased.id, identity]));
    const released = [...window.leases.values()].filter(
      ({ leased, shared }) => identities.get(leased.id) !== shared.identity,
    );
    const wanted = new Set(targets.map(({ identity }) => identity));
    const ports = new Set(lease.tunnels.flatMap(fixedPorts));
    // Release first, so that the ports are free for new tunnels.
    await this.#releaseAll([...released, ...abandoned(this.tunnels, wanted, ports)]);
    const slices = new Slices();
    const applied: Promise<void>[] = [];
    for (const { leased, identity } of targets) {
      if (slices.isOver) {
        await slices.pause();
      }
      const change = this.#applyTunnel(window, leased, identity);
      // It may fail during a pause. Then Promise.all() below throws it.
      change.catch(() => undefined);
      applied.push(change);
    }
    await Promise.all(applied);
    this.#onDesiredStateChange();
  }

  /** The identity of the leased tunnel. Resolved again only if its definition or settings have changed. */
  async #identify(window: Window, leased: LeasedTunnel): Promise<string> {
    const existing = window.leases.get(leased.id);
    if (existing && isSameSpec(existing.leased, leased)) {
      return existing.shared.identity;
    }
    const hops = await resolveHops(leased, window.env).catch(() => undefined);
    return hops ? tunnelIdentity(leased, hops, window.env) : unresolvedIdentity(leased);
  }

  async #applyTunnel(window: Window, leased: LeasedTunnel, identity: string): Promise<void> {
    const existing = window.leases.get(leased.id);
    const before = existing?.want === true ? startModeOf(existing.leased) : 'no';
    const windowLease = existing ?? this.#addLease(window, leased, identity);
    windowLease.leased = leased;
    windowLease.want = leased.want && !this.#isTakenOver(windowLease);
    if (leased.want && !windowLease.want) {
      window.channel?.takenOver(leased.id);
    }
    this.reporter.changed(windowLease.shared);
    const { tunnel, leases } = windowLease.shared;
    const after = windowLease.want ? startModeOf(leased) : 'no';
    if (after === 'onDemand' && before === 'no') {
      void tunnel.listen();
    } else if (after === 'now' && before !== 'now') {
      // A failure is shown by its state.
      tunnel.start(undefined).catch(() => undefined);
    } else if (before !== 'no' && !isWanted(leases)) {
      await tunnel.stop();
    } else if (!existing && isWantedInAnotherWindow(windowLease)) {
      window.channel?.startedByUser(leased.id, true);
    }
  }

  #addLease(window: Window, leased: LeasedTunnel, identity: string): WindowLease {
    const shared = this.tunnels.get(identity, leased);
    const windowLease: WindowLease = { window, leased, want: false, shared };
    shared.leases.add(windowLease);
    window.leases.set(leased.id, windowLease);
    return windowLease;
  }

  async #releaseAll(windowLeases: readonly WindowLease[]): Promise<void> {
    await Promise.all(windowLeases.map((windowLease) => this.#release(windowLease)));
  }

  async #release(windowLease: WindowLease): Promise<void> {
    const { window, shared, leased } = windowLease;
    window.leases.delete(leased.id);
    shared.leases.delete(windowLease);
    if (shared.leases.size === 0) {
      this.tunnels.remove(shared);
    }
    if (!isWanted(shared.leases)) {
      await shared.tunnel.stop();
    }
  }

  /** A newer daemon takes over these addresses. Resolves when nothing here listens there any more. */
  async drain(addresses: ListenAddresses): Promise<void> {
    this.#drain.add(addresses);
    const leaving = [...this.tunnels].filter((shared) => {
      this.#drain.claim(shared.identity, shared.tunnel.forwards);
      return [...shared.leases].some((windowLease) => this.#isTakenOver(windowLease));
    });
    for (const windowLease of leaving.flatMap(({ leases }) => [...leases])) {
      windowLease.want = false;
      windowLease.window.channel?.takenOver(windowLease.leased.id);
    }
    this.#onDesiredStateChange();
    await Promise.all(leaving.map(({ tunnel }) => tunnel.stop()));
    leaving.forEach((shared) => this.reporter.changed(shared));
    this.reporter.flush();
  }

  /** Everything that was wanted here has been taken over, also what windows may want that reconnect. */
  get isDrained(): boolean {
    const wanted = [...this.tunnels].some(({ leases }) => isWanted(leases));
    return this.#drain.hasBegun && !wanted;
  }

  #isTakenOver({ leased, shared: { identity } }: WindowLease): boolean {
    return this.#drain.covers(identity, leased);
  }
}

function startModeOf({ onDemand }: LeasedTunnel): 'now' | 'onDemand' {
  return onDemand === true ? 'onDemand' : 'now';
}

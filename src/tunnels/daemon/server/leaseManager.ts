// The windows and their leases: which tunnels exist, which windows want them up, and how long a lease outlives its
// window.
import type { OwnSockets } from '../../forwards/local/ownSockets';
import { ListenerRegistry } from '../../forwards/listenerRegistry';
import type { X11Program } from '../../config/definition';
import type { Ask } from '../../model/prompt';
import { TunnelFailure } from '../../errors/errors';
import { findConflictingTunnel } from './conflictingTunnel';
import { handedOver } from '../../errors/consent';
import { mayNeedPort } from '../../model/state';
import { SessionPool } from '../../ssh/session/sessionPool';
import { Drain } from './drain';
import {
  abandoned,
  fixedPorts,
  takenOverReport,
  isSameSpec,
  isWanted,
  isWantedInAnotherWindow,
  startInOtherWindows,
  Window,
} from './leases';
import type { WindowLease, ManagedTunnel, WindowChannel } from './leases';
import { createManagedTunnel } from './managedTunnel';
import type { LogRouter } from './logRouter';
import type { Lease, LeasedTunnel, ListenAddresses, WindowHello } from '../protocol/protocol';
import { Reporter } from './reporter';
import { resolveHops, tunnelIdentity, unresolvedIdentity } from '../tunnel/resolveTunnel';
import type { Tunnel } from '../tunnel/tunnel';

/** How long a lease outlives its window, so that a reload or crash of the window closes nothing. */
export const leaseGraceMs = 30_000;

export interface LeaseManagerOptions {
  /** A folder that only the user can enter. */
  readonly privateFolder: string;
  readonly ownSockets: OwnSockets;
  readonly log: LogRouter;
  /** What the connected windows want may have changed. */
  readonly onDesiredStateChange: () => void;
}

export class LeaseManager {
  readonly #options: LeaseManagerOptions;
  readonly #windows = new Map<string, Window>();
  readonly #tunnels = new Map<string, ManagedTunnel>();
  readonly #pool = new SessionPool();
  readonly #ports = new ListenerRegistry({
    isReserved: (port) => this.#isReserved(port),
    onFree: () => this.#portsFreed(),
  });
  readonly #drain = new Drain();
  readonly #reporter = new Reporter({
    windows: () => this.#windows.values(),
    tunnels: () => this.#tunnels.values(),
    override: (windowLease) => (this.#isTakenOver(windowLease) ? takenOverReport(windowLease) : undefined),
  });

  constructor(options: LeaseManagerOptions) {
    this.#options = options;
  }

  /** No connected window wants a tunnel. The leases of other windows run out. */
  get idle(): boolean {
    return ![...this.#windows.values()].some(
      ({ channel, leases }) => channel && [...leases.values()].some(({ want }) => want),
    );
  }

  /** A window has connected, or reconnected. */
  attach({ windowId, title }: WindowHello, channel: WindowChannel): void {
    let window = this.#windows.get(windowId);
    if (!window) {
      window = new Window(windowId);
      this.#windows.set(windowId, window);
    }
    clearTimeout(window.graceTimer);
    window.channel = channel;
    window.title = title;
    this.#options.onDesiredStateChange();
  }

  /** The window's connection has closed: its leases last for the grace period. */
  detach(windowId: string, channel: WindowChannel): void {
    const window = this.#windows.get(windowId);
    // The window may have reconnected already.
    if (window?.channel !== channel) {
      return;
    }
    window.channel = undefined;
    window.graceTimer = setTimeout(() => {
      this.#windows.delete(window.id);
      void Promise.all([...window.leases.values()].map((windowLease) => this.#release(windowLease)));
    }, leaseGraceMs);
    this.#options.onDesiredStateChange();
  }

  /** Applies a window's lease. Resolves when its tunnels have been started or stopped, not when they are up. */
  setLease(windowId: string, lease: Lease): Promise<void> {
    const window = this.#window(windowId);
    const applied = window.queue.then(() => this.#apply(window, lease));
    window.queue = applied.catch(() => undefined);
    return applied;
  }

  async #apply(window: Window, lease: Lease): Promise<void> {
    window.env = lease.env;
    const targets = await Promise.all(
      lease.tunnels.map(async (leased) => ({ leased, identity: await this.#identify(window, leased) })),
    );
    const identities = new Map(targets.map(({ leased, identity }) => [leased.id, identity]));
    const released = [...window.leases.values()].filter(
      ({ leased, managed }) => identities.get(leased.id) !== managed.identity,
    );
    const wanted = new Set(targets.map(({ identity }) => identity));
    const ports = new Set(lease.tunnels.flatMap(fixedPorts));
    const unneeded = abandoned(this.#tunnels.values(), wanted, ports);
    // Release first, so that the ports are free for new tunnels.
    await Promise.all([...released, ...unneeded].map((windowLease) => this.#release(windowLease)));
    await Promise.all(targets.map(({ leased, identity }) => this.#applyTunnel(window, leased, identity)));
    this.#options.onDesiredStateChange();
  }

  /** Tunnels that may be waiting for a port retry now. */
  #portsFreed(): void {
    for (const { tunnel } of this.#tunnels.values()) {
      if (mayNeedPort(tunnel.state)) {
        tunnel.retryWithoutBackoff();
      }
    }
  }

  /** Whether some tunnel needs exactly this port. */
  #isReserved(port: number): boolean {
    return [...this.#windows.values()].some(({ leases }) =>
      [...leases.values()].some(({ leased }) => fixedPorts(leased).includes(port)),
    );
  }

  /** The identity of the leased tunnel. Resolved again only if its definition or settings have changed. */
  async #identify(window: Window, leased: LeasedTunnel): Promise<string> {
    const existing = window.leases.get(leased.id);
    if (existing && isSameSpec(existing.leased, leased)) {
      return existing.managed.identity;
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
    this.#reporter.changed(windowLease.managed);
    const { tunnel, leases } = windowLease.managed;
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
    const managed = this.#tunnels.get(identity) ?? this.#create(leased, identity);
    const windowLease: WindowLease = { window, leased, want: false, managed };
    managed.leases.add(windowLease);
    window.leases.set(leased.id, windowLease);
    return windowLease;
  }

  async #release(windowLease: WindowLease): Promise<void> {
    const { window, managed, leased } = windowLease;
    window.leases.delete(leased.id);
    managed.leases.delete(windowLease);
    if (managed.leases.size === 0) {
      this.#tunnels.delete(managed.identity);
    }
    if (!isWanted(managed.leases)) {
      await managed.tunnel.stop();
    }
  }

  #create(leased: LeasedTunnel, identity: string): ManagedTunnel {
    const { log, ownSockets, privateFolder } = this.#options;
    const managed = createManagedTunnel(leased, identity, {
      pool: this.#pool,
      ports: this.#ports,
      ownSockets,
      log,
      privateFolder,
      onProgramsEnded: (over) => void this.#stopForAll(over),
      onChange: (changed) => this.#reporter.changed(changed),
      ask: (...question) => this.#ask(...question),
    });
    this.#tunnels.set(identity, managed);
    return managed;
  }

  /** A start that the user requested in this window. @throws TunnelFailure the first error */
  start(windowId: string, id: string, how: 'start' | 'retry'): Promise<void> {
    return this.#startForUser(windowId, id, (tunnel, ask) => tunnel[how](ask));
  }

  /** Runs a program on the server, for the user. @throws TunnelFailure why it does not run */
  runProgram(windowId: string, id: string, program: X11Program): Promise<void> {
    return this.#startForUser(windowId, id, (tunnel, ask) => tunnel.runProgram(program, ask));
  }

  async stopProgram(windowId: string, id: string, name: string): Promise<void> {
    await this.#leaseOf(this.#window(windowId), id).managed.tunnel.stopProgram(name);
    this.#reporter.flush();
  }

  async #startForUser(
    windowId: string,
    id: string,
    start: (tunnel: Tunnel, ask: Ask) => Promise<void>,
  ): Promise<void> {
    const window = this.#window(windowId);
    await window.queue;
    const windowLease = this.#leaseOf(window, id);
    if (this.#isTakenOver(windowLease)) {
      throw new TunnelFailure(handedOver(windowLease.leased.name ?? id));
    }
    windowLease.want = true;
    startInOtherWindows(windowLease);
    this.#options.onDesiredStateChange();
    try {
      await start(windowLease.managed.tunnel, (question, signal) => this.#ask(windowLease, question, signal));
    } finally {
      // The window gets the state before the answer.
      this.#reporter.flush();
    }
  }

  /** A stop that the user requested: it counts for every window. */
  async stop(windowId: string, id: string): Promise<void> {
    const window = this.#window(windowId);
    await window.queue;
    await this.#stopForAll(this.#leaseOf(window, id).managed);
  }

  /** Stops, for every window, the tunnel that has the port of a forward. */
  async stopConflictingTunnel(windowId: string, id: string, forward: string): Promise<void> {
    const { managed } = this.#leaseOf(this.#window(windowId), id);
    const conflicting = findConflictingTunnel(managed, forward, this.#tunnels.values());
    if (conflicting) {
      await this.#stopForAll(conflicting);
    }
  }

  async #stopForAll({ tunnel, leases }: ManagedTunnel): Promise<void> {
    for (const windowLease of leases) {
      windowLease.want = false;
      windowLease.window.channel?.stoppedByUser(windowLease.leased.id);
    }
    this.#options.onDesiredStateChange();
    await tunnel.stop();
    this.#reporter.flush();
  }

  /** A newer daemon takes over these addresses. Resolves when nothing here listens there any more. */
  async drain(addresses: ListenAddresses): Promise<void> {
    this.#drain.add(addresses);
    const leaving = [...this.#tunnels.values()].filter((managed) => {
      this.#drain.claim(managed.identity, managed.tunnel.forwards);
      return [...managed.leases].some((windowLease) => this.#isTakenOver(windowLease));
    });
    for (const windowLease of leaving.flatMap(({ leases }) => [...leases])) {
      windowLease.want = false;
      windowLease.window.channel?.takenOver(windowLease.leased.id);
    }
    this.#options.onDesiredStateChange();
    await Promise.all(leaving.map(({ tunnel }) => tunnel.stop()));
    leaving.forEach((managed) => this.#reporter.changed(managed));
    this.#reporter.flush();
  }

  /** Everything that was wanted here has been taken over, also what windows may want that reconnect. */
  get isDrained(): boolean {
    const wanted = [...this.#tunnels.values()].some(({ leases }) => isWanted(leases));
    return this.#drain.hasBegun && !wanted;
  }

  #isTakenOver({ leased, managed: { identity } }: WindowLease): boolean {
    return this.#drain.covers(identity, leased);
  }

  /** Whether any other connected window has leases. */
  isSharedBeyond(windowId: string): boolean {
    return [...this.#windows.values()].some(
      ({ id, channel, leases }) => id !== windowId && channel && leases.size > 0,
    );
  }

  /**
   * The machine has slept, or its network has changed: check connections and retry now, without waiting for a time-out.
   */
  onNetworkEvent(): void {
    this.#pool.probe();
    for (const { tunnel } of this.#tunnels.values()) {
      tunnel.retryWithoutBackoff();
    }
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.#tunnels.values()].map(({ tunnel }) => tunnel.stop()));
  }

  /** Reports changed counters to the windows. */
  reportTraffic(): void {
    this.#reporter.traffic();
  }

  /** Prompts in the window of this lease, or in another window that leases the tunnel if that is not connected. */
  #ask({ window, managed }: WindowLease, ...question: Parameters<Ask>): ReturnType<Ask> {
    const [other] = [...managed.leases].flatMap((lease) => lease.window.channel ?? []);
    return (window.channel ?? other)?.ask(...question) ?? Promise.resolve(undefined);
  }

  #window(windowId: string): Window {
    const window = this.#windows.get(windowId);
    if (!window) {
      throw new Error(`Window ${windowId} has not sent hello`);
    }
    return window;
  }

  #leaseOf(window: Window, id: string): WindowLease {
    const windowLease = window.leases.get(id);
    if (!windowLease) {
      throw new Error(`The window has no lease of ${id}`);
    }
    return windowLease;
  }
}

function startModeOf({ onDemand }: LeasedTunnel): 'now' | 'onDemand' {
  return onDemand === true ? 'onDemand' : 'now';
}

// The windows and what each of them leases: which tunnels exist, who holds them, who wants them up, and for how long
// after a window has gone.
import type { OwnSockets } from '../../forwards/local/ownSockets';
import { PortBook } from '../../forwards/listenerRegistry';
import type { X11Program } from '../../config/definition';
import type { Ask } from '../../model/prompt';
import { TunnelFailure } from '../../errors/errors';
import { rivalOf } from './conflictingTunnel';
import { handedOver } from '../../errors/consent';
import { mayWantPort } from '../../model/state';
import { SessionPool } from '../../ssh/session/sessionPool';
import { Handover } from './drain';
import {
  abandoned,
  fixedPorts,
  handedOverReport,
  isSameSpec,
  isWanted,
  isWantedElsewhere,
  shareWish,
  Window,
} from './leases';
import type { Holding, Managed, WindowPort } from './leases';
import { makeManaged } from './managedTunnel';
import type { Lease, LeasedTunnel, LogLine, Places, WindowHello } from '../protocol/protocol';
import { Reporter } from './reporter';
import { resolveHops, tunnelIdentity, unresolvedIdentity } from '../tunnel/resolveTunnel';
import type { Tunnel } from '../tunnel/tunnel';

/** How a lease outlives its window, so that a reload or a crash of the window cuts nothing: milliseconds. */
export const leaseGrace = 30_000;

export interface WindowsOptions {
  /** Only the user can enter it. */
  readonly privateFolder: string;
  readonly ownSockets: OwnSockets;
  readonly log: (line: LogLine) => void;
  /** Whether any window that is there wants a tunnel may have changed. */
  readonly onWishes: () => void;
}

export class Windows {
  readonly #options: WindowsOptions;
  readonly #windows = new Map<string, Window>();
  readonly #tunnels = new Map<string, Managed>();
  readonly #pool = new SessionPool();
  readonly #ports = new PortBook({
    isSpokenFor: (port) => this.#isSpokenFor(port),
    onFree: () => this.#portsFreed(),
  });
  readonly #handover = new Handover();
  readonly #reporter = new Reporter({
    windows: () => this.#windows.values(),
    tunnels: () => this.#tunnels.values(),
    instead: (holding) => (this.#isHandedOver(holding) ? handedOverReport(holding) : undefined),
  });

  constructor(options: WindowsOptions) {
    this.#options = options;
  }

  /** No window that is there wants anything; the leases of those that have gone run out. */
  get idle(): boolean {
    return ![...this.#windows.values()].some(
      ({ port, holdings }) => port && [...holdings.values()].some(({ want }) => want),
    );
  }

  /** A window has come, or come back. */
  attach({ windowId, title }: WindowHello, port: WindowPort): void {
    let window = this.#windows.get(windowId);
    if (!window) {
      window = new Window(windowId);
      this.#windows.set(windowId, window);
    }
    clearTimeout(window.grace);
    window.port = port;
    window.title = title;
    this.#options.onWishes();
  }

  /** Its connection has ended: its leases last a little longer. */
  detach(windowId: string, port: WindowPort): void {
    const window = this.#windows.get(windowId);
    // It may have come back over another connection already.
    if (window?.port !== port) {
      return;
    }
    window.port = undefined;
    window.grace = setTimeout(() => {
      this.#windows.delete(window.id);
      void Promise.all([...window.holdings.values()].map((holding) => this.#release(holding)));
    }, leaseGrace);
    this.#options.onWishes();
  }

  /** Makes the tunnels of a window what the lease says. Resolves when all of it is on its way. */
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
    const released = [...window.holdings.values()].filter(
      ({ leased, managed }) => identities.get(leased.id) !== managed.identity,
    );
    const wanted = new Set(targets.map(({ identity }) => identity));
    const ports = new Set(lease.tunnels.flatMap(fixedPorts));
    const inTheWay = abandoned(this.#tunnels.values(), wanted, ports);
    // First away with the old, so that its ports are free for the new.
    await Promise.all([...released, ...inTheWay].map((holding) => this.#release(holding)));
    await Promise.all(targets.map(({ leased, identity }) => this.#hold(window, leased, identity)));
    this.#options.onWishes();
  }

  /** A tunnel that does not go without its ports need not wait for its next attempt. */
  #portsFreed(): void {
    for (const { tunnel } of this.#tunnels.values()) {
      if (mayWantPort(tunnel.state)) {
        tunnel.lookAround();
      }
    }
  }

  /** Whether some tunnel has to have this very port. */
  #isSpokenFor(port: number): boolean {
    return [...this.#windows.values()].some(({ holdings }) =>
      [...holdings.values()].some(({ leased }) => fixedPorts(leased).includes(port)),
    );
  }

  /** Which tunnel this is. What has not changed by a letter is not resolved again. */
  async #identify(window: Window, leased: LeasedTunnel): Promise<string> {
    const held = window.holdings.get(leased.id);
    if (held && isSameSpec(held.leased, leased)) {
      return held.managed.identity;
    }
    const hops = await resolveHops(leased, window.env).catch(() => undefined);
    return hops ? tunnelIdentity(leased, hops, window.env) : unresolvedIdentity(leased);
  }

  async #hold(window: Window, leased: LeasedTunnel, identity: string): Promise<void> {
    const held = window.holdings.get(leased.id);
    const before = held?.want === true ? startOf(held.leased) : 'no';
    const holding = held ?? this.#take(window, leased, identity);
    holding.leased = leased;
    holding.want = leased.want && !this.#isHandedOver(holding);
    if (leased.want && !holding.want) {
      window.port?.handedOver(leased.id);
    }
    this.#reporter.changed(holding.managed);
    const { tunnel, holders } = holding.managed;
    const now = holding.want ? startOf(leased) : 'no';
    if (now === 'onDemand' && before === 'no') {
      void tunnel.listen();
    } else if (now === 'atOnce' && before !== 'atOnce') {
      // How it goes is told by its state.
      tunnel.start(undefined).catch(() => undefined);
    } else if (before !== 'no' && !isWanted(holders)) {
      await tunnel.stop();
    } else if (!held && isWantedElsewhere(holding)) {
      window.port?.startedByUser(leased.id, true);
    }
  }

  #take(window: Window, leased: LeasedTunnel, identity: string): Holding {
    const managed = this.#tunnels.get(identity) ?? this.#create(leased, identity);
    const holding: Holding = { window, leased, want: false, managed };
    managed.holders.add(holding);
    window.holdings.set(leased.id, holding);
    return holding;
  }

  async #release(holding: Holding): Promise<void> {
    const { window, managed, leased } = holding;
    window.holdings.delete(leased.id);
    managed.holders.delete(holding);
    if (managed.holders.size === 0) {
      this.#tunnels.delete(managed.identity);
    }
    if (!isWanted(managed.holders)) {
      await managed.tunnel.stop();
    }
  }

  #create(leased: LeasedTunnel, identity: string): Managed {
    const { log, ownSockets, privateFolder } = this.#options;
    const managed = makeManaged(leased, identity, {
      pool: this.#pool,
      ports: this.#ports,
      ownSockets,
      log,
      privateFolder,
      onProgramsOver: (over) => void this.#stopForAll(over),
      onChange: (changed) => this.#reporter.changed(changed),
      ask: (...question) => this.#ask(...question),
    });
    this.#tunnels.set(identity, managed);
    return managed;
  }

  /** A start that a person asked for in this window. @throws TunnelFailure the first error */
  start(windowId: string, id: string, how: 'start' | 'retry'): Promise<void> {
    return this.#startBy(windowId, id, (tunnel, ask) => tunnel[how](ask));
  }

  /** The same for a program of the server. @throws TunnelFailure why it does not run */
  runProgram(windowId: string, id: string, program: X11Program): Promise<void> {
    return this.#startBy(windowId, id, (tunnel, ask) => tunnel.runProgram(program, ask));
  }

  async stopProgram(windowId: string, id: string, name: string): Promise<void> {
    await this.#holding(this.#window(windowId), id).managed.tunnel.stopProgram(name);
    this.#reporter.flush();
  }

  async #startBy(
    windowId: string,
    id: string,
    start: (tunnel: Tunnel, ask: Ask) => Promise<void>,
  ): Promise<void> {
    const window = this.#window(windowId);
    await window.queue;
    const holding = this.#holding(window, id);
    if (this.#isHandedOver(holding)) {
      throw new TunnelFailure(handedOver(holding.leased.name ?? id));
    }
    holding.want = true;
    shareWish(holding);
    this.#options.onWishes();
    try {
      await start(holding.managed.tunnel, (question, signal) => this.#ask(holding, question, signal));
    } finally {
      // The window hears of the state before it hears the answer.
      this.#reporter.flush();
    }
  }

  /** A stop that a person asked for: for every window. */
  async stop(windowId: string, id: string): Promise<void> {
    const window = this.#window(windowId);
    await window.queue;
    await this.#stopForAll(this.#holding(window, id).managed);
  }

  /** The same, of the tunnel that has the place which a forward wants. */
  async stopRival(windowId: string, id: string, forward: string): Promise<void> {
    const { managed } = this.#holding(this.#window(windowId), id);
    const rival = rivalOf(managed, forward, this.#tunnels.values());
    if (rival) {
      await this.#stopForAll(rival);
    }
  }

  async #stopForAll({ tunnel, holders }: Managed): Promise<void> {
    for (const holder of holders) {
      holder.want = false;
      holder.window.port?.stoppedByUser(holder.leased.id);
    }
    this.#options.onWishes();
    await tunnel.stop();
    this.#reporter.flush();
  }

  /** A newer host takes these places over. Resolves when nothing here listens there any more. */
  async yield(places: Places): Promise<void> {
    this.#handover.add(places);
    const leaving = [...this.#tunnels.values()].filter((managed) => {
      this.#handover.claim(managed.identity, managed.tunnel.forwards);
      return [...managed.holders].some((holder) => this.#isHandedOver(holder));
    });
    for (const holder of leaving.flatMap(({ holders }) => [...holders])) {
      holder.want = false;
      holder.window.port?.handedOver(holder.leased.id);
    }
    this.#options.onWishes();
    await Promise.all(leaving.map(({ tunnel }) => tunnel.stop()));
    leaving.forEach((managed) => this.#reporter.changed(managed));
    this.#reporter.flush();
  }

  /** All that was wanted here, also by windows that may come back, has been taken over. */
  get isDrained(): boolean {
    const wanted = [...this.#tunnels.values()].some(({ holders }) => isWanted(holders));
    return this.#handover.hasBegun && !wanted;
  }

  #isHandedOver({ leased, managed: { identity } }: Holding): boolean {
    return this.#handover.covers(identity, leased);
  }

  /** Whether any other window that is there leases something; one that has gone can't be asked. */
  isSharedBeyond(windowId: string): boolean {
    return [...this.#windows.values()].some(
      ({ id, port, holdings }) => id !== windowId && port && holdings.size > 0,
    );
  }

  /** The machine has slept, or its network has changed: nobody waits for a time-out or for the next attempt. */
  lookAround(): void {
    this.#pool.probe();
    for (const { tunnel } of this.#tunnels.values()) {
      tunnel.lookAround();
    }
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.#tunnels.values()].map(({ tunnel }) => tunnel.stop()));
  }

  /** Tells the windows the counters that have moved. */
  reportTraffic(): void {
    this.#reporter.traffic();
  }

  /** The window that asked, or another that holds the tunnel if that has gone. */
  #ask({ window, leased, managed }: Holding, ...question: Parameters<Ask>): ReturnType<Ask> {
    if (window.port) {
      return window.port.ask(leased.id, ...question);
    }
    const other = [...managed.holders].find((holder) => holder.window.port);
    return other?.window.port?.ask(other.leased.id, ...question) ?? Promise.resolve(undefined);
  }

  #window(windowId: string): Window {
    const window = this.#windows.get(windowId);
    if (!window) {
      throw new Error(`the window ${windowId} has not said hello`);
    }
    return window;
  }

  #holding(window: Window, id: string): Holding {
    const holding = window.holdings.get(id);
    if (!holding) {
      throw new Error(`the window does not lease ${id}`);
    }
    return holding;
  }
}

function startOf({ onDemand }: LeasedTunnel): 'atOnce' | 'onDemand' {
  return onDemand === true ? 'onDemand' : 'atOnce';
}

// The tunnels of this window: hands the host what is wanted, keeps what it says, and lets nothing start that may not.
import * as vscode from 'vscode';
import type { TunnelHostClient } from '../tunnels/host/client';
import type { Lease, LeasedTunnel, TunnelReport } from '../tunnels/host/protocol';
import type { X11Program } from '../tunnels/model/definition';
import { TunnelFailure } from '../tunnels/model/errors';
import { startCancelled } from '../tunnels/model/failures/login';
import { handedOver, tunnelHostLost } from '../tunnels/model/failures/permission';
import { forwardKey } from '../tunnels/model/forward';
import type { Forward } from '../tunnels/model/forward';
import type { PortFacts } from '../tunnels/model/portHints';
import type { TunnelSnapshot } from '../tunnels/model/snapshot';
import { isSettled } from '../tunnels/model/state';
import type { TunnelState } from '../tunnels/model/state';
import type { TunnelChange, TunnelsModel } from '../views/model';
import type { Settings } from './configuration';
import type { UsableTunnel } from './configuredTunnel';
import type { HostLink } from './hostLink';
import { leasedEnvironment } from './leasedEnvironment';
import type { Memory } from './memory';
import { onlyCountersDiffer, snapshotOf } from './snapshots';
import type { Wishes } from './wishes';

export interface ManagerOptions {
  readonly link: HostLink;
  readonly memory: Memory;
  readonly wishes: Wishes;
  readonly ports: PortFacts;
  readonly log: (line: string) => void;
}

export class TunnelManager implements TunnelsModel, vscode.Disposable {
  readonly #link: HostLink;
  readonly #memory: Memory;
  readonly #wishes: Wishes;
  readonly #ports: PortFacts;
  readonly #log: (line: string) => void;
  readonly #changed = new vscode.EventEmitter<TunnelChange>();
  readonly #reports = new Map<string, TunnelReport>();
  #snapshots: readonly TunnelSnapshot[];
  /** What the host was last told, so that it is told nothing twice. */
  #lease = '';
  /** What that lease holds. */
  #leasedIds: ReadonlySet<string> = new Set();
  /** Which were stopped since a start of theirs began. */
  readonly #stopped = new Set<string>();

  readonly onDidChange = this.#changed.event;

  constructor({ link, memory, wishes, ports, log }: ManagerOptions) {
    this.#link = link;
    this.#memory = memory;
    this.#wishes = wishes;
    this.#ports = ports;
    this.#log = log;
    this.#snapshots = this.#allSnapshots();
  }

  get tunnels(): readonly TunnelSnapshot[] {
    return this.#snapshots;
  }

  get wishes(): Wishes {
    return this.#wishes;
  }

  dispose(): void {
    this.#changed.dispose();
  }

  /** The settings, the trust or a consent have changed: what follows is a difference, not a restart. */
  refresh(settings: Settings = this.#wishes.settings): void {
    for (const id of this.#wishes.change(settings)) {
      this.#reports.delete(id);
    }
    this.#snapshots = this.#allSnapshots();
    this.#changed.fire({ kind: 'structure' });
    void this.#handOver();
  }

  /** Those that would start by themselves, had the user consented. */
  get awaitingConsent(): readonly UsableTunnel[] {
    return this.#wishes.usable.filter((tunnel) => {
      const permission = this.#wishes.permission(tunnel);
      const changedMeanwhile = this.#reports.get(tunnel.id)?.state;
      return permission.granted
        ? changedMeanwhile?.status === 'blocked' && changedMeanwhile.need === 'consent'
        : permission.need === 'consent' && this.#wishes.startsByItself(tunnel);
    });
  }

  /**
   * A start that somebody asked for; the host may ask questions. Resolves when it is up.
   * @throws TunnelFailure the first error; InvalidDefinition, WorkspaceUntrusted or ConsentNeeded where it may not run
   */
  start(id: string, how: 'start' | 'retry' = 'start'): Promise<void> {
    return this.#startBy(id, (client) => client[how](id));
  }

  /**
   * Runs a program of the server, for which the tunnel is brought up. Resolves when it shows its window, or has run for a
   * while.
   * @throws TunnelFailure as start(), and what keeps the program from it
   */
  runProgram(id: string, program: X11Program): Promise<void> {
    return this.#startBy(id, (client) => client.runProgram(id, program));
  }

  /** @param program its name */
  async stopProgram(id: string, program: string): Promise<void> {
    await this.#link.connected?.stopProgram(id, program);
  }

  async #startBy(id: string, start: (client: TunnelHostClient) => Promise<void>): Promise<void> {
    const permission = this.#wishes.permission(this.#wishes.get(id));
    if (!permission.granted) {
      throw new TunnelFailure(permission.error);
    }
    if (this.#wishes.isHandedOver(id)) {
      throw new TunnelFailure(handedOver(this.#wishes.get(id).name));
    }
    this.#wishes.engage(id);
    this.#stopped.delete(id);
    const client = await this.#link.client();
    // Leased before it is wished for, or the host would begin by itself, without leave to ask.
    await this.#pushLease();
    this.#mindStop(id);
    await this.#wishes.start(id);
    this.#mindStop(id);
    await start(client);
  }

  /** @throws TunnelFailure where it was stopped while its start was under way */
  #mindStop(id: string): void {
    if (this.#stopped.has(id)) {
      throw new TunnelFailure(startCancelled());
    }
  }

  /** For every window; remembered until the user starts it again. Resolves when nothing is left listening. */
  async stop(id: string): Promise<void> {
    this.#stopped.add(id);
    await this.#wishes.stop(id);
    if (this.#link.connected && this.#leasedIds.has(id)) {
      await this.#link.connected.stop(id);
    }
    this.#update(id, false);
  }

  /** Stops the tunnel, of whichever window, that has the place of a forward, which takes it over then. */
  async stopRival(id: string, forward: Forward): Promise<void> {
    await this.#link.connected?.stopRival(id, forwardKey(forward));
  }

  /** Resolves when no tunnel is on its way up or down. */
  async whenSettled(): Promise<void> {
    while (!this.#snapshots.every(({ state }) => isSettled(state))) {
      await new Promise<void>((resolve) => {
        const subscription = this.onDidChange(() => {
          subscription.dispose();
          resolve();
        });
      });
    }
  }

  // — From the host —————————————————————————————————————————————————————————

  readonly handleReports = (reports: readonly TunnelReport[]): void => {
    for (const report of reports.filter((each) => this.#isOfNow(each))) {
      const before = this.#reports.get(report.id);
      this.#reports.set(report.id, report);
      this.#rememberPorts(report);
      if (this.#wishes.resume(report.id, isAlive(report.state))) {
        void this.#handOver();
      }
      this.#update(report.id, before !== undefined && onlyCountersDiffer(before, report));
    }
  };

  /** Not of a definition that has just been changed: the host may still speak of the one before. */
  #isOfNow({ id, forwards }: TunnelReport): boolean {
    const entry = this.#wishes.find(id)?.entry;
    return !entry || entry.definition.forwards.every((forward) => forwardKey(forward) in forwards);
  }

  readonly handleStopped = (id: string): void => {
    void this.#wishes.stop(id).then(() => this.#update(id, false));
  };

  readonly handleStarted = (id: string, earlier: boolean): void => {
    if (this.#wishes.share(id, earlier)) {
      this.#update(id, false);
      void this.#handOver();
    }
  };

  readonly handleHandedOver = (id: string): void => {
    this.#wishes.handOver(id);
    this.#update(id, false);
  };

  /** @param why it could not be started @returns whether the host is needed back */
  readonly handleHostLost = (why?: unknown): boolean => {
    const error =
      why instanceof TunnelFailure && why.code === 'TunnelHostLost' ? why.error : tunnelHostLost();
    this.#lease = '';
    this.#leasedIds = new Set();
    this.#reports.clear();
    const wanted = this.#wishes.usable.filter((tunnel) => this.#wishes.isWanted(tunnel));
    for (const { id } of wanted) {
      const state = { status: 'waiting', attempt: 1, retryAt: Date.now(), error } as const;
      this.#reports.set(id, { id, state, forwards: {} });
    }
    this.#snapshots = this.#allSnapshots();
    this.#changed.fire({ kind: 'structure' });
    return wanted.length > 0;
  };

  readonly handleHostBack = (): void => {
    void this.#handOver();
  };

  /** Another window may have started the host: joins it, and starts none. */
  readonly lookForHost = (): void => {
    if (!this.#link.connected) {
      void this.#handOver();
    }
  };

  // — To the host ———————————————————————————————————————————————————————————

  async #handOver(): Promise<void> {
    try {
      await this.#pushLease();
    } catch (error) {
      this.#log(`The tunnel host did not take over the tunnels: ${String(error)}`);
      if (!this.#link.connected && this.handleHostLost(error)) {
        this.#link.bringBack();
      }
    }
  }

  /**
   * Tells the host what this window wants, if that has changed. Starts it only where something is wanted; one that runs
   * is told all the same, for it says how things are.
   */
  async #pushLease(): Promise<void> {
    const wanting = this.#wishes.usable.some((tunnel) => this.#wishes.isWanted(tunnel));
    const client = wanting ? await this.#link.client() : await this.#link.running();
    if (!client) {
      this.#wishes.resumeNothing();
      return;
    }
    // Worked out now: somebody may have stopped one meanwhile.
    const tunnels = this.#wishes.usable.flatMap((tunnel) => this.#leased(tunnel));
    const lease: Lease = { env: leasedEnvironment(), tunnels };
    const text = JSON.stringify(lease);
    if (text === this.#lease) {
      return;
    }
    this.#lease = text;
    this.#leasedIds = new Set(tunnels.map(({ id }) => id));
    try {
      await client.setLease(lease);
    } catch (error) {
      this.#lease = '';
      throw error;
    }
  }

  #leased(tunnel: UsableTunnel): LeasedTunnel[] {
    const permission = this.#wishes.permission(tunnel);
    if (!permission.granted || !this.#wishes.isLeased(tunnel)) {
      return [];
    }
    return [
      {
        id: tunnel.id,
        name: tunnel.name,
        definition: tunnel.entry.definition,
        settings: this.#wishes.settings.connection,
        want: this.#wishes.isWanted(tunnel),
        ...(tunnel.entry.autoStart === 'onConnect' && { onDemand: true }),
        rememberedPorts: this.#memory.ports(tunnel.id),
        ...(permission.consent === undefined ? {} : { consent: permission.consent }),
      },
    ];
  }

  #rememberPorts({ id, forwards }: TunnelReport): void {
    const tunnel = this.#wishes.usable.find((candidate) => candidate.id === id);
    for (const forward of tunnel?.entry.definition.forwards ?? []) {
      const state = forwards[forwardKey(forward)];
      if ('port' in forward.listen && forward.listen.port === 0 && state?.status === 'listening') {
        const [bound] = state.bound;
        if (bound && 'port' in bound) {
          void this.#memory.setPort(id, forwardKey(forward), bound.port);
        }
      }
    }
  }

  #allSnapshots(): readonly TunnelSnapshot[] {
    return this.#wishes.settings.tunnels.map((tunnel) =>
      snapshotOf(tunnel, this.#wishes, this.#reports.get(tunnel.id), this.#ports),
    );
  }

  #update(id: string, counters: boolean): void {
    const tunnel = this.#wishes.find(id);
    if (tunnel) {
      const snapshot = snapshotOf(tunnel, this.#wishes, this.#reports.get(id), this.#ports);
      this.#snapshots = this.#snapshots.map((old) => (old.id === id ? snapshot : old));
      this.#changed.fire({ kind: 'tunnel', id, counters });
    }
  }
}

function isAlive({ status }: TunnelState): boolean {
  return status === 'up' || status === 'connecting' || status === 'waiting';
}

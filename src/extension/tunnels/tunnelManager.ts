// The tunnels of this window: sends the daemon what is wanted, collects its reports, and refuses starts that aren't
// permitted.
import * as vscode from 'vscode';
import type { DaemonClient } from '../../tunnels/daemon/client/client';
import type { TunnelReport } from '../../tunnels/daemon/protocol/protocol';
import { isForPrograms } from '../../tunnels/config/definition';
import type { X11Program } from '../../tunnels/config/definition';
import { TunnelFailure } from '../../tunnels/errors/errors';
import { startCancelled } from '../../tunnels/errors/ssh/authenticationCancelled';
import { takenOver, daemonLost } from '../../tunnels/errors/daemon';
import { forwardKey } from '../../tunnels/config/forward';
import type { Forward } from '../../tunnels/config/forward';
import type { PortFacts } from '../../tunnels/config/portHints';
import type { TunnelSnapshot } from '../../tunnels/model/snapshot';
import { isSettled } from '../../tunnels/model/state';
import type { TunnelState } from '../../tunnels/model/state';
import type { TunnelChange, TunnelsModel } from '../../views/tunnelsModel';
import type { Settings } from '../settings/readSettings';
import type { ValidTunnel } from '../settings/configuredTunnel';
import type { DaemonConnection } from './daemonConnection';
import type { WorkspaceStorage } from './workspaceStorage';
import { reportAfterDaemonExit, onlyCountersDiffer, snapshotOf } from './tunnelSnapshot';
import { LeaseSync } from './leaseSync';
import type { DesiredState } from './desiredState';

export interface ManagerOptions {
  readonly daemonConnection: DaemonConnection;
  readonly workspaceStorage: WorkspaceStorage;
  readonly desiredState: DesiredState;
  readonly ports: PortFacts;
  readonly log: (line: string) => void;
}

export class TunnelManager implements TunnelsModel, vscode.Disposable {
  readonly #daemonConnection: DaemonConnection;
  readonly #workspaceStorage: WorkspaceStorage;
  readonly #desiredState: DesiredState;
  readonly #ports: PortFacts;
  readonly #log: (line: string) => void;
  readonly #lease: LeaseSync;
  readonly #changed = new vscode.EventEmitter<TunnelChange>();
  readonly #reports = new Map<string, TunnelReport>();
  #snapshots: readonly TunnelSnapshot[];
  /** Tunnels that were stopped while their start was in progress. */
  readonly #stopped = new Set<string>();

  readonly onDidChange = this.#changed.event;

  constructor({ daemonConnection, workspaceStorage, desiredState, ports, log }: ManagerOptions) {
    this.#daemonConnection = daemonConnection;
    this.#workspaceStorage = workspaceStorage;
    this.#desiredState = desiredState;
    this.#ports = ports;
    this.#log = log;
    this.#lease = new LeaseSync(daemonConnection, workspaceStorage, desiredState);
    this.#snapshots = this.#allSnapshots();
  }

  get tunnels(): readonly TunnelSnapshot[] {
    return this.#snapshots;
  }

  get desiredState(): DesiredState {
    return this.#desiredState;
  }

  dispose(): void {
    this.#changed.dispose();
  }

  /** Settings, trust or a consent have changed. Only the difference is applied; unchanged tunnels stay up. */
  refresh(settings: Settings = this.#desiredState.settings): void {
    for (const id of this.#desiredState.change(settings)) {
      this.#reports.delete(id);
    }
    this.#snapshots = this.#allSnapshots();
    this.#changed.fire({ kind: 'structure' });
    void this.#pushLease();
  }

  /** The tunnels that would start automatically if the user consented. */
  get awaitingConsent(): readonly ValidTunnel[] {
    return this.#desiredState.usable.filter((tunnel) => {
      const permission = this.#desiredState.permission(tunnel);
      const reported = this.#reports.get(tunnel.id)?.state;
      return permission.granted
        ? reported?.status === 'blocked' && reported.need === 'consent'
        : permission.need === 'consent' && this.#desiredState.startsAutomatically(tunnel);
    });
  }

  /**
   * Starts a tunnel on request, so the daemon may ask questions. Resolves when it is up.
   * @throws TunnelFailure the first error; InvalidDefinition, WorkspaceUntrusted or ConsentNeeded if it may not run
   */
  start(id: string, how: 'start' | 'retry' = 'start'): Promise<void> {
    return this.#startBy(id, (client) => client[how](id));
  }

  /**
   * Starts the tunnel and runs an X11 program on the server. Resolves when the program shows a window, or has run for a
   * while.
   * @throws TunnelFailure as start(), or why the program failed
   */
  runProgram(id: string, program: X11Program): Promise<void> {
    return this.#startBy(id, (client) => client.runProgram(id, program));
  }

  /** @param program the program's name */
  async stopProgram(id: string, program: string): Promise<void> {
    await this.#daemonConnection.connected?.stopProgram(id, program);
  }

  async #startBy(id: string, start: (client: DaemonClient) => Promise<void>): Promise<void> {
    const permission = this.#desiredState.permission(this.#desiredState.get(id));
    if (!permission.granted) {
      throw new TunnelFailure(permission.error);
    }
    if (this.#desiredState.isTakenOver(id)) {
      throw new TunnelFailure(takenOver(this.#desiredState.get(id).name));
    }
    this.#desiredState.includeInLease(id);
    this.#stopped.delete(id);
    const client = await this.#daemonConnection.client();
    // Leased before it is wanted, or the daemon would start it without permission to ask questions.
    await this.#lease.push();
    this.#throwIfStopped(id);
    await this.#desiredState.start(id);
    this.#throwIfStopped(id);
    await start(client);
  }

  /** @throws TunnelFailure if the tunnel was stopped while its start was in progress */
  #throwIfStopped(id: string): void {
    if (this.#stopped.has(id)) {
      throw new TunnelFailure(startCancelled());
    }
  }

  /** Stops for all windows; remembered until the user starts it again. Resolves when the tunnel no longer listens. */
  async stop(id: string): Promise<void> {
    this.#stopped.add(id);
    await this.#desiredState.stop(id);
    if (this.#daemonConnection.connected && this.#lease.has(id)) {
      await this.#daemonConnection.connected.stop(id);
    }
    this.#update(new Set([id]), false);
  }

  /** Stops the tunnel, of any window, that has the port of this forward. The forward then takes the port over. */
  async stopConflictingTunnel(id: string, forward: Forward): Promise<void> {
    await this.#daemonConnection.connected?.stopConflictingTunnel(id, forwardKey(forward));
  }

  /** Resolves when no tunnel is starting or stopping. */
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

  // — From the daemon ———————————————————————————————————————————————————————

  readonly handleReports = (reports: readonly TunnelReport[]): void => {
    const changed = { urgent: new Set<string>(), counters: new Set<string>() };
    let resumed = false;
    for (const report of reports.filter((each) => this.#isCurrent(each))) {
      const before = this.#reports.get(report.id);
      this.#reports.set(report.id, report);
      this.#rememberPorts(report);
      if (before && before.state.status !== 'stopped' && report.state.status === 'stopped') {
        this.#releaseForPrograms(report.id);
      }
      resumed = this.#desiredState.resume(report.id, isAlive(report.state)) || resumed;
      const counters = before !== undefined && onlyCountersDiffer(before, report);
      changed[counters ? 'counters' : 'urgent'].add(report.id);
    }
    if (resumed) {
      void this.#pushLease();
    }
    this.#update(changed.urgent, false);
    this.#update(changed.counters, true);
  };

  /**
   * A tunnel that exists only for its programs is wanted while one of them runs. The daemon stops it with the last one.
   * @param id undefined: no program runs any more
   */
  #releaseForPrograms(id?: string): void {
    const tunnels = id === undefined ? this.#desiredState.usable : [this.#desiredState.find(id)];
    for (const tunnel of tunnels) {
      if (tunnel?.entry && isForPrograms(tunnel.entry.definition)) {
        void this.#desiredState.release(tunnel.id);
      }
    }
  }

  /** Whether a report is about the current definition. Just after a change, the daemon may still report the old one. */
  #isCurrent({ id, forwards }: TunnelReport): boolean {
    const entry = this.#desiredState.find(id)?.entry;
    return !entry || entry.definition.forwards.every((forward) => forwardKey(forward) in forwards);
  }

  readonly handleStopped = (id: string): void => {
    const entry = this.#desiredState.find(id)?.entry;
    // A tunnel that exists only for its programs stops with the last of them; the user didn't stop it.
    const isOver = entry !== undefined && isForPrograms(entry.definition);
    void this.#desiredState[isOver ? 'release' : 'stop'](id).then(() => this.#update(new Set([id]), false));
  };

  readonly handleStarted = (id: string, earlier: boolean): void => {
    if (this.#desiredState.share(id, earlier)) {
      this.#update(new Set([id]), false);
      void this.#pushLease();
    }
  };

  readonly handleTakenOver = (id: string): void => {
    this.#desiredState.markTakenOver(id);
    this.#update(new Set([id]), false);
  };

  /** @param why the daemon could not be started @returns whether to restart it */
  readonly handleDaemonLost = (why?: unknown): boolean => {
    const error = why instanceof TunnelFailure && why.code === 'DaemonLost' ? why.error : daemonLost();
    this.#lease.forget();
    const ended = [...this.#reports.values()].flatMap(
      (report) => reportAfterDaemonExit(report, error, Date.now()) ?? [],
    );
    this.#reports.clear();
    for (const report of ended) {
      this.#reports.set(report.id, report);
    }
    this.#releaseForPrograms();
    const wanted = this.#desiredState.usable.filter((tunnel) => this.#desiredState.isWanted(tunnel));
    for (const { id } of wanted) {
      const state = { status: 'waiting', attempt: 1, retryAt: Date.now(), error } as const;
      const programs = this.#reports.get(id)?.programs;
      this.#reports.set(id, { id, state, forwards: {}, ...(programs && { programs }) });
    }
    this.#snapshots = this.#allSnapshots();
    this.#changed.fire({ kind: 'structure' });
    return wanted.length > 0;
  };

  readonly handleDaemonBack = (): void => {
    void this.#pushLease();
  };

  /** Another window may have started a daemon: connects to it, without starting one. */
  readonly lookForDaemon = (): void => {
    if (!this.#daemonConnection.connected) {
      void this.#pushLease();
    }
  };

  // — To the daemon —————————————————————————————————————————————————————————

  async #pushLease(): Promise<void> {
    try {
      await this.#lease.push();
    } catch (error) {
      this.#log(`Could not send the tunnels to the daemon: ${String(error)}`);
      if (!this.#daemonConnection.connected && this.handleDaemonLost(error)) {
        this.#daemonConnection.bringBack();
      }
    }
  }

  #rememberPorts({ id, forwards }: TunnelReport): void {
    const entry = this.#desiredState.find(id)?.entry;
    for (const forward of entry?.definition.forwards ?? []) {
      const state = forwards[forwardKey(forward)];
      if ('port' in forward.listen && forward.listen.port === 0 && state?.status === 'listening') {
        const [bound] = state.bound;
        if (bound && 'port' in bound) {
          void this.#workspaceStorage.setPort(id, forwardKey(forward), bound.port);
        }
      }
    }
  }

  #allSnapshots(): readonly TunnelSnapshot[] {
    return this.#desiredState.settings.tunnels.map((tunnel) =>
      snapshotOf(tunnel, this.#desiredState, this.#reports.get(tunnel.id), this.#ports),
    );
  }

  /** All that changed at once in one event, because each one makes the views look at all tunnels. */
  #update(changed: ReadonlySet<string>, counters: boolean): void {
    const ids = new Set([...changed].filter((id) => this.#desiredState.find(id)));
    if (ids.size === 0) {
      return;
    }
    this.#snapshots = this.#snapshots.map((old) => {
      const tunnel = ids.has(old.id) ? this.#desiredState.find(old.id) : undefined;
      return tunnel ? snapshotOf(tunnel, this.#desiredState, this.#reports.get(old.id), this.#ports) : old;
    });
    this.#changed.fire({ kind: 'tunnels', ids, counters });
  }
}

function isAlive({ status }: TunnelState): boolean {
  return status === 'up' || status === 'connecting' || status === 'waiting';
}

// The desired state of this window: which tunnels of the settings may run, and which should be up.
import { isDeepStrictEqual } from 'node:util';
import { l10n } from 'vscode';
import { TunnelFailure } from '../../tunnels/errors/errors';
import { quoteId } from '../../tunnels/util/shown';
import type { Settings } from '../settings/readSettings';
import { definitionError, isValidTunnel } from '../settings/configuredTunnel';
import type { ConfiguredTunnel, ValidTunnel } from '../settings/configuredTunnel';
import type { WorkspaceStorage } from './workspaceStorage';
import { isConsentable, permissionFor, startsAutomatically, staysLocal, subjectOf } from './startPolicy';
import type { Candidate, Permission, PermissionContext } from './startPolicy';

export type WindowContext = Pick<PermissionContext, 'trusted' | 'remote'>;

export class DesiredState {
  readonly #workspaceStorage: WorkspaceStorage;
  readonly #windowContext: () => WindowContext;
  /** Started by the user in this session, regardless of autoStart. */
  readonly #started = new Set<string>();
  /** The hosts of ssh_config that were started in this session. */
  readonly #includedInLease = new Set<string>();
  /** Started before the window was reloaded: stay up if they still are. */
  readonly #resumable: Set<string>;
  /** Handed over to a newer version of the extension in another window, until this window is reloaded. */
  readonly #takenOver = new Set<string>();
  #settings: Settings;
  #byId: ReadonlyMap<string, ConfiguredTunnel>;

  constructor(settings: Settings, workspaceStorage: WorkspaceStorage, windowContext: () => WindowContext) {
    this.#settings = settings;
    this.#byId = byId(settings);
    this.#workspaceStorage = workspaceStorage;
    this.#windowContext = windowContext;
    this.#resumable = new Set(workspaceStorage.started);
  }

  get settings(): Settings {
    return this.#settings;
  }

  /** @returns the tunnels that were removed or redefined */
  change(settings: Settings): ReadonlySet<string> {
    const before = this.#settings;
    this.#settings = settings;
    this.#byId = byId(settings);
    const sameSettings = isDeepStrictEqual(before.connection, settings.connection);
    const changed = new Set<string>();
    for (const old of before.tunnels) {
      const { id } = old;
      const now = this.#byId.get(id);
      if (now?.override?.disabled === true && old.override?.disabled !== true) {
        this.#started.delete(id);
        this.#resumable.delete(id);
      }
      if (!now) {
        this.#started.delete(id);
        this.#includedInLease.delete(id);
      }
      if (!now || !sameSettings || !isSameDefinition(now, old)) {
        changed.add(id);
      }
    }
    return changed;
  }

  get usable(): readonly ValidTunnel[] {
    return this.#settings.tunnels.filter(isValidTunnel);
  }

  /** The tunnels that need trust or consent to run. */
  get consentable(): readonly ValidTunnel[] {
    return this.usable.filter(
      (tunnel) => isConsentable(tunnel, this.#settings) || !this.permission(tunnel).granted,
    );
  }

  find(id: string): ConfiguredTunnel | undefined {
    return this.#byId.get(id);
  }

  /** @throws TunnelFailure InvalidDefinition; Error if there is no tunnel with that id */
  get(id: string): ValidTunnel {
    const tunnel = this.find(id);
    if (!tunnel) {
      throw new Error(l10n.t('There is no tunnel {name}.', { name: quoteId(id) }));
    }
    if (!isValidTunnel(tunnel)) {
      throw new TunnelFailure(definitionError(tunnel));
    }
    return tunnel;
  }

  permission(tunnel: ValidTunnel): Permission {
    return permissionFor(this.#candidate(tunnel), this.#context());
  }

  /** Whether it would start by itself if this were a local window. */
  staysLocal(tunnel: ValidTunnel): boolean {
    const context = this.#context();
    return (
      tunnel.origin === 'user' &&
      staysLocal(tunnel, context) &&
      startsAutomatically(this.#candidate(tunnel), { ...context, remote: false })
    );
  }

  startsAutomatically(tunnel: ValidTunnel): boolean {
    return startsAutomatically(this.#candidate(tunnel), this.#context());
  }

  isWanted(tunnel: ValidTunnel): boolean {
    return (
      this.permission(tunnel).granted &&
      !this.isTakenOver(tunnel.id) &&
      (this.#started.has(tunnel.id) || this.startsAutomatically(tunnel))
    );
  }

  /** The tunnel is about to be started. */
  includeInLease(id: string): void {
    this.#includedInLease.add(id);
  }

  /**
   * Whether the lease includes the tunnel. A host of ssh_config is leased only once it is started here: to resolve it,
   * the daemon runs `ssh -G` with each `Match exec`, and there may be dozens of hosts.
   */
  isLeased({ id, origin }: ValidTunnel): boolean {
    return origin !== 'sshConfig' || this.#includedInLease.has(id) || this.#resumable.has(id);
  }

  /** The user has started the tunnel. */
  async start(id: string): Promise<void> {
    this.#started.add(id);
    this.#resumable.delete(id);
    await Promise.all([
      this.#workspaceStorage.setStopped(id, false),
      this.#workspaceStorage.setStarted(id, true),
    ]);
  }

  /**
   * The user has started the tunnel in another window. This window wants it too, so that it stays up when the other
   * window closes.
   * @param earlier it was started before this window connected
   * @returns whether the tunnel is newly wanted
   */
  share(id: string, earlier: boolean): boolean {
    if (earlier && this.#workspaceStorage.isStopped(id)) {
      return false;
    }
    this.includeInLease(id);
    void this.start(id);
    return true;
  }

  /**
   * The daemon has reported a tunnel. One that was started manually before a reload is still wanted if it is alive.
   * After a longer absence it isn't alive, and must not start automatically.
   * @returns whether the tunnel is newly wanted
   */
  resume(id: string, alive: boolean): boolean {
    if (!this.#resumable.delete(id)) {
      return false;
    }
    if (alive) {
      this.#includedInLease.add(id);
      this.#started.add(id);
    } else {
      void this.#workspaceStorage.setStarted(id, false);
    }
    return alive;
  }

  /** No daemon runs, so no tunnel is alive. */
  discardResumable(): void {
    for (const id of [...this.#resumable]) {
      this.resume(id, false);
    }
  }

  /** A newer version has the tunnel now. What the user wants is unchanged, and applies again after a reload. */
  markTakenOver(id: string): void {
    this.#takenOver.add(id);
  }

  isTakenOver(id: string): boolean {
    return this.#takenOver.has(id);
  }

  /** The user has stopped the tunnel; remembered until they start it again. */
  async stop(id: string): Promise<void> {
    this.#started.delete(id);
    this.#resumable.delete(id);
    await Promise.all([
      this.#workspaceStorage.setStopped(id, true),
      this.#workspaceStorage.setStarted(id, false),
    ]);
  }

  /** The tunnel is no longer needed. Not wanted until the user starts it again. */
  async release(id: string): Promise<void> {
    this.#started.delete(id);
    this.#resumable.delete(id);
    await this.#workspaceStorage.setStarted(id, false);
  }

  #context(): PermissionContext {
    return { ...this.#windowContext(), autoStart: this.#settings.autoStart };
  }

  #candidate(tunnel: ValidTunnel): Candidate {
    const { id, name, origin, entry, override } = tunnel;
    return {
      name,
      origin,
      entry,
      // Computed only for a tunnel that needs consent.
      get subject() {
        return subjectOf(tunnel);
      },
      consent: this.#workspaceStorage.consent(id),
      stopped: this.#workspaceStorage.isStopped(id),
      disabled: override?.disabled === true,
    };
  }
}

function byId({ tunnels }: Settings): ReadonlyMap<string, ConfiguredTunnel> {
  return new Map(tunnels.map((tunnel) => [tunnel.id, tunnel]));
}

/** A tunnel that was not read anew has the same object. */
function isSameDefinition({ entry: a }: ConfiguredTunnel, { entry: b }: ConfiguredTunnel): boolean {
  return a === b || isDeepStrictEqual(a?.definition, b?.definition);
}

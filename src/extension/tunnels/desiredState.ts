// What this window wants: of the tunnels that the settings define, which may run and which should be up.
import { isDeepStrictEqual } from 'node:util';
import { TunnelFailure } from '../../tunnels/errors/errors';
import type { Settings } from '../settings/readSettings';
import { definitionError, isUsable } from '../settings/configuredTunnel';
import type { ConfiguredTunnel, UsableTunnel } from '../settings/configuredTunnel';
import type { Memory } from './workspaceStorage';
import { isConsentable, permissionFor, startsByItself, subjectOf } from './permission';
import type { Candidate, Permission, Surroundings } from './permission';

export type Place = Pick<Surroundings, 'trusted' | 'remote'>;

export class Wishes {
  readonly #memory: Memory;
  readonly #place: () => Place;
  /** Started by the user in this session, whatever autoStart says. */
  readonly #started = new Set<string>();
  /** Of ssh_config's hosts, those that somebody has started in this session. */
  readonly #engaged = new Set<string>();
  /** Started before the window was reloaded: to be kept up where they still are. */
  readonly #resumable: Set<string>;
  /** To a newer version of the extension, in another window: for as long as this one is not reloaded. */
  readonly #handedOver = new Set<string>();
  #settings: Settings;

  constructor(settings: Settings, memory: Memory, place: () => Place) {
    this.#settings = settings;
    this.#memory = memory;
    this.#place = place;
    this.#resumable = new Set(memory.started);
  }

  get settings(): Settings {
    return this.#settings;
  }

  /** @returns the tunnels that are gone or mean something else now */
  change(settings: Settings): ReadonlySet<string> {
    const before = this.#settings;
    this.#settings = settings;
    const sameSettings = isDeepStrictEqual(before.connection, settings.connection);
    const changed = before.tunnels.filter((old) => {
      const now = settings.tunnels.find(({ id }) => id === old.id);
      return !now || !sameSettings || !isDeepStrictEqual(now.entry?.definition, old.entry?.definition);
    });
    for (const { id } of before.tunnels.filter((old) => isTurnedOff(old, settings))) {
      this.#started.delete(id);
      this.#resumable.delete(id);
    }
    for (const { id } of changed) {
      if (!settings.tunnels.some((tunnel) => tunnel.id === id)) {
        this.#started.delete(id);
        this.#engaged.delete(id);
      }
    }
    return new Set(changed.map(({ id }) => id));
  }

  get usable(): readonly UsableTunnel[] {
    return this.#settings.tunnels.filter(isUsable);
  }

  /** Those that do not run without trust or consent. */
  get consentable(): readonly UsableTunnel[] {
    return this.usable.filter(
      (tunnel) => isConsentable(tunnel, this.#settings) || !this.permission(tunnel).granted,
    );
  }

  find(id: string): ConfiguredTunnel | undefined {
    return this.#settings.tunnels.find((candidate) => candidate.id === id);
  }

  /** @throws TunnelFailure InvalidDefinition; Error where there is none of that id */
  get(id: string): UsableTunnel {
    const tunnel = this.find(id);
    if (!tunnel) {
      throw new Error(`There is no tunnel "${id}".`);
    }
    if (!isUsable(tunnel)) {
      throw new TunnelFailure(definitionError(tunnel));
    }
    return tunnel;
  }

  permission(tunnel: UsableTunnel): Permission {
    return permissionFor(this.#candidate(tunnel), this.#surroundings());
  }

  startsByItself(tunnel: UsableTunnel): boolean {
    return startsByItself(this.#candidate(tunnel), this.#surroundings());
  }

  isWanted(tunnel: UsableTunnel): boolean {
    return (
      this.permission(tunnel).granted &&
      !this.isHandedOver(tunnel.id) &&
      (this.#started.has(tunnel.id) || this.startsByItself(tunnel))
    );
  }

  /** It is about to be started. */
  engage(id: string): void {
    this.#engaged.add(id);
  }

  /**
   * Whether the host is to know of it. A host of ssh_config only once it is started here: to tell which tunnel it is,
   * `ssh -G` runs, with each `Match exec`, and there may be dozens of them.
   */
  isLeased({ id, origin }: UsableTunnel): boolean {
    return origin !== 'sshConfig' || this.#engaged.has(id) || this.#resumable.has(id);
  }

  /** The user has asked for it. */
  async start(id: string): Promise<void> {
    this.#started.add(id);
    this.#resumable.delete(id);
    await Promise.all([this.#memory.setStopped(id, false), this.#memory.setStarted(id, true)]);
  }

  /**
   * The user has asked for it in another window: so it stays up when that one is closed.
   * @param earlier before this window came
   * @returns whether it has become wanted by that
   */
  share(id: string, earlier: boolean): boolean {
    if (earlier && this.#memory.isStopped(id)) {
      return false;
    }
    this.engage(id);
    void this.start(id);
    return true;
  }

  /**
   * The host has said how a tunnel is: whether one that was started by hand before a reload is still alive, and so
   * wanted. After a longer absence it is not, and nothing starts by itself that should not.
   * @returns whether it has become wanted by that
   */
  resume(id: string, alive: boolean): boolean {
    if (!this.#resumable.delete(id)) {
      return false;
    }
    if (alive) {
      this.#engaged.add(id);
      this.#started.add(id);
    } else {
      void this.#memory.setStarted(id, false);
    }
    return alive;
  }

  /** No host runs: nothing is alive. */
  resumeNothing(): void {
    for (const id of [...this.#resumable]) {
      this.resume(id, false);
    }
  }

  /** A newer version has it now; what the user wants is what it was, and holds again after a reload. */
  handOver(id: string): void {
    this.#handedOver.add(id);
  }

  isHandedOver(id: string): boolean {
    return this.#handedOver.has(id);
  }

  /** The user has stopped it: remembered until they start it again. */
  async stop(id: string): Promise<void> {
    this.#started.delete(id);
    this.#resumable.delete(id);
    await Promise.all([this.#memory.setStopped(id, true), this.#memory.setStarted(id, false)]);
  }

  /** What it was started for is over: not wanted any more, until the user starts it again. */
  async release(id: string): Promise<void> {
    this.#started.delete(id);
    this.#resumable.delete(id);
    await this.#memory.setStarted(id, false);
  }

  #surroundings(): Surroundings {
    return { ...this.#place(), autoStart: this.#settings.autoStart };
  }

  #candidate(tunnel: UsableTunnel): Candidate {
    const { id, name, origin, entry, override } = tunnel;
    return {
      name,
      origin,
      entry,
      subject: subjectOf(tunnel),
      consent: this.#memory.consent(id),
      stopped: this.#memory.isStopped(id),
      disabled: override?.disabled === true,
    };
  }
}

function isTurnedOff({ id, override }: ConfiguredTunnel, { tunnels }: Settings): boolean {
  const now = tunnels.find((tunnel) => tunnel.id === id);
  return now?.override?.disabled === true && override?.disabled !== true;
}

// What is stored between sessions: tunnels that the user started or stopped, the ports chosen for "any free port",
// consents, and programs that are trusted with the display.
import type * as vscode from 'vscode';
import type { SocketLink } from '../../tunnels/daemon/protocol/protocol';

const keys = {
  stopped: 'stopped',
  started: 'started',
  ports: 'ports',
  consents: 'consents',
  trusted: 'trustedPrograms',
  savedIn: 'savedIn',
  showsHosts: 'showsHosts',
} as const;
/** When there are more, the oldest are removed. */
const maxTrustedPrograms = 200;

/** Consent to one tunnel. */
export interface Consent {
  /** subjectOf() the allowed tunnel. */
  readonly subject: string;
  /** Hash of what the tunnel means on this machine. The daemon checks it at every connect. */
  readonly hash: string;
  /** Socket paths that were shown to lead elsewhere than written. */
  readonly socketLinks?: readonly SocketLink[];
  /** The text lines that were shown. */
  readonly lines: readonly string[];
}

type Ports = Readonly<Record<string, number>>;

export class WorkspaceStorage {
  readonly #workspace: vscode.Memento;
  readonly #global: vscode.Memento;

  constructor({
    workspaceState,
    globalState,
  }: Pick<vscode.ExtensionContext, 'workspaceState' | 'globalState'>) {
    this.#workspace = workspaceState;
    this.#global = globalState;
  }

  /** Whether the user wants to see the hosts of ssh_config without having a tunnel of their own. */
  get showsHosts(): boolean {
    return this.#global.get(keys.showsHosts, false);
  }

  async showHosts(): Promise<void> {
    await this.#global.update(keys.showsHosts, true);
  }

  /** Whether the user stopped the tunnel in this workspace and has not started it since. */
  isStopped(id: string): boolean {
    return this.#workspace.get<readonly string[]>(keys.stopped, []).includes(id);
  }

  async setStopped(id: string, stopped: boolean): Promise<void> {
    if (this.isStopped(id) !== stopped) {
      const others = this.#workspace.get<readonly string[]>(keys.stopped, []).filter((other) => other !== id);
      await this.#workspace.update(keys.stopped, stopped ? [...others, id] : others);
    }
  }

  /** Started manually in this workspace, and not stopped since. */
  get started(): readonly string[] {
    return this.#workspace.get<readonly string[]>(keys.started, []);
  }

  async setStarted(id: string, started: boolean): Promise<void> {
    if (this.started.includes(id) !== started) {
      const others = this.started.filter((other) => other !== id);
      await this.#workspace.update(keys.started, started ? [...others, id] : others);
    }
  }

  /** By forwardKey(). */
  ports(id: string): Ports {
    return this.#workspace.get<Record<string, Ports>>(keys.ports, {})[id] ?? {};
  }

  async setPort(id: string, forward: string, port: number): Promise<void> {
    if (this.ports(id)[forward] !== port) {
      const all = this.#workspace.get<Record<string, Ports>>(keys.ports, {});
      await this.#workspace.update(keys.ports, { ...all, [id]: { ...this.ports(id), [forward]: port } });
    }
  }

  /** Where the last tunnel was saved: the prefix of its id. */
  get savedIn(): string | undefined {
    return this.#workspace.get<string>(keys.savedIn);
  }

  async setSavedIn(prefix: string): Promise<void> {
    if (this.savedIn !== prefix) {
      await this.#workspace.update(keys.savedIn, prefix);
    }
  }

  consent(id: string): Consent | undefined {
    return this.#consents(id).get<Record<string, Consent>>(keys.consents, {})[id];
  }

  async setConsent(id: string, consent: Consent | undefined): Promise<void> {
    const store = this.#consents(id);
    const { [id]: _old, ...others } = store.get<Record<string, Consent>>(keys.consents, {});
    await store.update(keys.consents, consent ? { ...others, [id]: consent } : others);
  }

  /** Whether the user trusts a program with their display. @param subject identifies its server and command */
  isTrusted(subject: string): boolean {
    return this.#global.get<readonly string[]>(keys.trusted, []).includes(subject);
  }

  async setTrusted(subject: string): Promise<void> {
    const others = this.#global.get<readonly string[]>(keys.trusted, []).filter((each) => each !== subject);
    await this.#global.update(keys.trusted, [...others, subject].slice(-maxTrustedPrograms));
  }

  /** Consent for a workspace's tunnel is stored in that workspace; for the user's own tunnels, globally. */
  #consents(id: string): vscode.Memento {
    return /^(user|sshConfig):/.test(id) ? this.#global : this.#workspace;
  }
}

// Puts the variables into the terminals' environment: only what has changed, so that open terminals are asked to
// relaunch as rarely as can be.
import * as vscode from 'vscode';
import { forwardKey } from '../../../tunnels/config/forward';
import type { ForwardState } from '../../../tunnels/model/state';
import { marked } from '../../../views/words/markdown';
import { hover } from '../../../views/tree/treeItems';
import type { TunnelManager } from '../../tunnels/tunnelManager';
import type { Memory } from '../../tunnels/workspaceStorage';
import { terminalVariables } from './terminalVariables';
import type { Candidate, Variables } from './terminalVariables';

export interface TerminalEnvironmentOptions {
  readonly collection: vscode.GlobalEnvironmentVariableCollection;
  readonly manager: TunnelManager;
  readonly memory: Memory;
}

const none: Variables = { values: new Map(), sources: [] };

export class TerminalEnvironment implements vscode.Disposable {
  readonly #options: TerminalEnvironmentOptions;
  readonly #subscription: vscode.Disposable;
  /** What each place was last given, as text. */
  readonly #given = new Map<string | undefined, string>();

  /** Where forwards have listened last, by their tunnel's id and forwardKey(): what is taken down changes no variable. */
  readonly #lastPorts = new Map<string, number>();

  constructor(options: TerminalEnvironmentOptions) {
    this.#options = options;
    // A window that comes back finds out anew what there is.
    options.collection.persistent = false;
    this.#subscription = options.manager.onDidChange((change) => {
      if (change.kind === 'structure' || !change.counters) {
        this.update();
      }
    });
    this.update();
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  update(): void {
    const { wishes } = this.#options.manager;
    const folders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.toString());
    const scopes = wishes.settings.terminalEnvironment
      ? terminalVariables(this.#candidates(), folders)
      : new Map<string | undefined, Variables>();
    for (const folder of new Set([...this.#given.keys(), ...scopes.keys()])) {
      this.#give(folder, scopes.get(folder) ?? none);
    }
  }

  /**
   * Of the tunnels that may run: what has no leave to be started has none to set a variable either, and what its user has
   * disabled is as good as not there.
   */
  #candidates(): Candidate[] {
    const { manager, memory } = this.#options;
    const { wishes } = manager;
    return wishes.usable
      .filter((tunnel) => wishes.permission(tunnel).granted && tunnel.override?.disabled !== true)
      .flatMap(({ id, name, origin, folderUri, entry }) => {
        const snapshot = manager.tunnels.find((candidate) => candidate.id === id);
        const ports = memory.ports(id);
        return entry.definition.forwards
          .filter(({ env }) => env !== undefined)
          .map((forward) => {
            const state = snapshot?.forwards.find((candidate) => candidate.forward === forward)?.state;
            const key = forwardKey(forward);
            return {
              tunnel: name,
              origin,
              folder: origin === 'folder' ? folderUri?.toString() : undefined,
              forward,
              state,
              rememberedPort: this.#lastPort(`${id} ${key}`, state) ?? ports[key],
            };
          });
      });
  }

  #lastPort(key: string, state: ForwardState | undefined): number | undefined {
    const bound = state?.status === 'listening' ? state.bound[0] : undefined;
    if (bound && 'port' in bound) {
      this.#lastPorts.set(key, bound.port);
    }
    return this.#lastPorts.get(key);
  }

  #give(folder: string | undefined, { values, sources }: Variables): void {
    const text = JSON.stringify([...values]);
    if (text === (this.#given.get(folder) ?? '[]')) {
      return;
    }
    const collection = this.#collection(folder);
    if (!collection) {
      this.#given.delete(folder);
      return;
    }
    const before = new Map(JSON.parse(this.#given.get(folder) ?? '[]') as [string, string][]);
    this.#given.set(folder, text);
    collection.description = hover(marked`Ports of SSH tunnels. ${sources.join('; ')}`);
    for (const name of before.keys()) {
      if (!values.has(name)) {
        collection.delete(name);
      }
    }
    for (const [name, value] of values) {
      if (before.get(name) !== value) {
        collection.replace(name, value);
      }
    }
  }

  /** undefined: of a folder that has gone. */
  #collection(folder: string | undefined): vscode.EnvironmentVariableCollection | undefined {
    const { collection } = this.#options;
    if (folder === undefined) {
      return collection;
    }
    const workspaceFolder = vscode.workspace.workspaceFolders?.find(({ uri }) => uri.toString() === folder);
    return workspaceFolder && collection.getScoped({ workspaceFolder });
  }
}

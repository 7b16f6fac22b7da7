// Sets the variables in the environment of terminals. Only changes are written, so that VS Code rarely asks to relaunch
// open terminals.
import * as vscode from 'vscode';
import { forwardKey } from '../../../tunnels/config/forward';
import type { ForwardState } from '../../../tunnels/model/state';
import { localized } from '../../../views/words/markdown';
import { hover } from '../../../views/tree/treeItems';
import type { TunnelManager } from '../../tunnels/tunnelManager';
import type { WorkspaceStorage } from '../../tunnels/workspaceStorage';
import { terminalVariables } from './terminalVariables';
import type { Candidate, Variables } from './terminalVariables';

export interface TerminalEnvironmentOptions {
  readonly collection: vscode.GlobalEnvironmentVariableCollection;
  readonly manager: TunnelManager;
  readonly workspaceStorage: WorkspaceStorage;
}

const none: Variables = { values: new Map(), sources: [] };

export class TerminalEnvironment implements vscode.Disposable {
  readonly #options: TerminalEnvironmentOptions;
  readonly #subscription: vscode.Disposable;
  /** By folder (undefined: all folders): the variables set last, as JSON. */
  readonly #applied = new Map<string | undefined, string>();

  /** The last port of each forward, by tunnel id and forwardKey(). Variables don't change when a tunnel stops. */
  readonly #lastPorts = new Map<string, number>();

  constructor(options: TerminalEnvironmentOptions) {
    this.#options = options;
    // A reopened window computes the variables again.
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
    const { desiredState } = this.#options.manager;
    const folders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.toString());
    const scopes = desiredState.settings.terminalEnvironment
      ? terminalVariables(this.#candidates(), folders)
      : new Map<string | undefined, Variables>();
    for (const folder of new Set([...this.#applied.keys(), ...scopes.keys()])) {
      this.#apply(folder, scopes.get(folder) ?? none);
    }
  }

  /**
   * The forwards of tunnels that may run. A tunnel without permission must not set a variable either, and a disabled
   * tunnel is ignored.
   */
  #candidates(): Candidate[] {
    const { manager, workspaceStorage } = this.#options;
    const { desiredState } = manager;
    return desiredState.usable
      .filter((tunnel) => desiredState.permission(tunnel).granted && tunnel.override?.disabled !== true)
      .flatMap(({ id, name, origin, folderUri, entry }) => {
        const snapshot = manager.tunnels.find((candidate) => candidate.id === id);
        const ports = workspaceStorage.ports(id);
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

  #apply(folder: string | undefined, { values, sources }: Variables): void {
    const text = JSON.stringify([...values]);
    if (text === (this.#applied.get(folder) ?? '[]')) {
      return;
    }
    const collection = this.#collection(folder);
    if (!collection) {
      this.#applied.delete(folder);
      return;
    }
    const before = new Map(JSON.parse(this.#applied.get(folder) ?? '[]') as [string, string][]);
    this.#applied.set(folder, text);
    collection.description = hover(
      localized((values) => vscode.l10n.t('Ports of SSH tunnels. {variables}', values), {
        variables: sources.join('; '),
      }),
    );
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

  /** undefined: the folder is no longer in the workspace. */
  #collection(folder: string | undefined): vscode.EnvironmentVariableCollection | undefined {
    const { collection } = this.#options;
    if (folder === undefined) {
      return collection;
    }
    const workspaceFolder = vscode.workspace.workspaceFolders?.find(({ uri }) => uri.toString() === folder);
    return workspaceFolder && collection.getScoped({ workspaceFolder });
  }
}

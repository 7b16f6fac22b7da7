// The Tunnels view: the tree, its badge, and the message above it.
import * as vscode from 'vscode';
import { withoutLinks } from '../words/format';
import type { TunnelChange, TunnelsModel } from '../tunnelsModel';
import type { TreeNode } from './nodes';
import { scheduleTimeout } from '../../tunnels/util/timeOuts';
import { badgeView, describeRemote, messageText } from './badge';
import { TunnelTreeDataProvider } from './treeDataProvider';

export interface TunnelsViewOptions {
  readonly viewId: string;
  readonly model: TunnelsModel;
  /** Milliseconds of the epoch. */
  readonly now: () => number;
  /** The remote machine that tunnels start from, in a remote window: shown as "on: NAME". */
  readonly remoteName?: string;
}

export class TunnelsView implements vscode.Disposable {
  readonly #model: TunnelsModel;
  readonly #remoteName: string | undefined;
  readonly #tree: TunnelTreeDataProvider;
  readonly #view: vscode.TreeView<TreeNode>;
  readonly #subscriptions: readonly { dispose(): unknown }[];

  constructor({ viewId, model, now, remoteName }: TunnelsViewOptions) {
    this.#model = model;
    this.#remoteName = remoteName;
    this.#tree = new TunnelTreeDataProvider({ model, now, schedule: scheduleTimeout });
    this.#view = vscode.window.createTreeView(viewId, { treeDataProvider: this.#tree });
    if (remoteName !== undefined) {
      this.#view.description = describeRemote(remoteName);
    }
    this.#tree.setVisible(this.#view.visible);
    this.#subscriptions = [
      this.#view,
      this.#tree,
      this.#view.onDidChangeVisibility(({ visible }) => this.#tree.setVisible(visible)),
      model.onDidChange((change) => this.#onChange(change)),
    ];
    this.#drawFrame();
  }

  /** The selected rows, for commands without an argument. */
  get selection(): readonly TreeNode[] {
    return this.#view.selection;
  }

  /** Opens the view at a tunnel and selects its row. The focus stays where it is. */
  async reveal(tunnelId: string): Promise<void> {
    await this.#view.reveal(this.#tree.rowOf(tunnelId), { select: true, focus: false, expand: true });
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) {
      subscription.dispose();
    }
  }

  #onChange(change: TunnelChange): void {
    if (change.kind === 'structure' || !change.counters) {
      this.#drawFrame();
    }
  }

  #drawFrame(): void {
    const { tunnels } = this.#model;
    const message = withoutLinks(messageText(tunnels, this.#remoteName));
    // Setting even the same text makes VS Code lay out the whole view again.
    if (this.#view.message !== message) {
      this.#view.message = message;
    }
    this.#view.badge = badgeView(tunnels);
  }
}

// The Tunnels view: the tree, its badge, and the message above it.
import * as vscode from 'vscode';
import { withoutLinks } from '../words/format';
import type { Moving } from '../details/traffic';
import type { TunnelChange, TunnelsModel } from '../tunnelsModel';
import { showsWelcome } from './nodes';
import type { CommandNode, ForwardNode, TreeNode } from './nodes';
import { scheduleTimeout } from '../../tunnels/util/timeOuts';
import { badgeView, describeRemote, messageText } from './badge';
import { TunnelTreeDataProvider } from './treeDataProvider';

export interface TunnelsViewOptions {
  readonly viewId: string;
  readonly model: TunnelsModel;
  /** Milliseconds of the epoch. */
  readonly now: () => number;
  /** The local address of a forward that listens, for a row that is dragged. */
  readonly addressOf: (node: ForwardNode) => string | undefined;
  /** The remote machine that tunnels start from, in a remote window: shown as "on: NAME". */
  readonly remoteName?: string;
  /** As for showsWelcome(). */
  readonly showsHosts: () => boolean;
  readonly moving: (tunnelId: string) => Moving;
}

export class TunnelsView implements vscode.Disposable {
  readonly #model: TunnelsModel;
  readonly #remoteName: string | undefined;
  readonly #showsHosts: () => boolean;
  readonly #tree: TunnelTreeDataProvider;
  readonly #view: vscode.TreeView<TreeNode>;
  readonly #subscriptions: readonly { dispose(): unknown }[];

  constructor({ viewId, model, now, remoteName, addressOf, showsHosts, moving }: TunnelsViewOptions) {
    this.#model = model;
    this.#remoteName = remoteName;
    this.#showsHosts = showsHosts;
    this.#tree = new TunnelTreeDataProvider({ model, now, schedule: scheduleTimeout, showsHosts, moving });
    this.#view = vscode.window.createTreeView(viewId, {
      treeDataProvider: this.#tree,
      canSelectMany: true,
      showCollapseAll: true,
      dragAndDropController: new AddressDrag(addressOf),
    });
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

  /**
   * The rows that a key is about: all selected ones, or the one that has the focus. The arrow keys move the focus alone,
   * and VS Code doesn't tell where it is, so the row is selected first.
   */
  async selectedRows(): Promise<readonly CommandNode[]> {
    const before = this.#view.selection;
    if (before.length < 2) {
      const toggle = async (): Promise<readonly TreeNode[]> => {
        await vscode.commands.executeCommand('list.toggleSelection');
        return this.#view.selection;
      };
      const after = await toggle();
      const focused = after.find((row) => !before.includes(row)) ?? before[0];
      if (after.length < before.length) {
        await toggle();
      } else if (focused && before.length > 0) {
        await this.#view.reveal(focused, { select: true, focus: true });
      }
      return focused && focused.kind !== 'group' ? [focused] : [];
    }
    return before.filter((row) => row.kind !== 'group');
  }

  /** Opens the view at a tunnel and selects its row. The focus stays where it is. */
  async reveal(tunnelId: string): Promise<void> {
    await this.#view.reveal(this.#tree.rowOf(tunnelId), { select: true, focus: false, expand: true });
  }

  /** Draws all rows anew. */
  refresh(): void {
    this.#tree.refresh();
    this.#drawFrame();
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
    const isWelcome = showsWelcome(tunnels, this.#showsHosts());
    const message = isWelcome ? '' : withoutLinks(messageText(tunnels, this.#remoteName));
    // Setting even the same text makes VS Code lay out the whole view again.
    if (this.#view.message !== message) {
      this.#view.message = message;
    }
    this.#view.badge = badgeView(tunnels);
  }
}

/** A forward that is dragged into an editor or a terminal gives its address. */
class AddressDrag implements vscode.TreeDragAndDropController<TreeNode> {
  readonly dropMimeTypes = [];
  readonly dragMimeTypes = ['text/plain'];
  readonly #addressOf: TunnelsViewOptions['addressOf'];

  constructor(addressOf: TunnelsViewOptions['addressOf']) {
    this.#addressOf = addressOf;
  }

  handleDrag(rows: readonly TreeNode[], data: vscode.DataTransfer): void {
    const addresses = rows.flatMap((row) => (row.kind === 'forward' ? (this.#addressOf(row) ?? []) : []));
    if (addresses.length > 0) {
      data.set('text/plain', new vscode.DataTransferItem(addresses.join('\n')));
    }
  }
}

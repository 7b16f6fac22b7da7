// The tree of tunnels with their forwards and programs. Only rows that changed are redrawn.
import * as vscode from 'vscode';
import type { TunnelSnapshot } from '../../tunnels/model/snapshot';
import { forwardKey } from '../../tunnels/config/forward';
import type { Moving } from '../details/traffic';
import type { TunnelChange, TunnelsModel } from '../tunnelsModel';
import { childNodes, isInGroup, showsWelcome, sshConfigGroup, tunnelNode } from './nodes';
import type { TreeNode, CommandNode } from './nodes';
import { RedrawThrottle } from './redrawThrottle';
import type { Schedule } from '../../tunnels/util/timeOuts';
import { findForward, groupView, originStyle, viewOf } from './rowViews';
import type { OriginStyle, RowView } from './rowViews';
import { groupTooltip, tooltipOf } from './tooltips';
import { emptyTreeItem, hover, toTreeItem } from './treeItems';
import { needsAttention } from '../words/tunnelWords';

/** The shortest time between two redraws for a counter or countdown, so that a row's tooltip can be read. */
const minCounterRedrawMs = 5000;

const manyTunnels = 10;

export interface TunnelTreeDataProviderOptions {
  readonly model: TunnelsModel;
  readonly now: () => number;
  readonly schedule: Schedule;
  /** As for showsWelcome(). */
  readonly showsHosts: () => boolean;
  readonly moving: (tunnelId: string) => Moving;
}

export class TunnelTreeDataProvider implements vscode.TreeDataProvider<TreeNode>, vscode.Disposable {
  readonly #model: TunnelsModel;
  readonly #now: () => number;
  readonly #throttle: RedrawThrottle;
  readonly #changed = new vscode.EventEmitter<TreeNode | TreeNode[] | undefined>();
  readonly #subscription: vscode.Disposable;
  /** VS Code identifies rows by object, so each id keeps its object. */
  readonly #nodes = new Map<string, CommandNode>();
  /** What was last drawn for each row, and when. */
  readonly #drawn = new Map<string, { readonly view: string; readonly at: number }>();
  readonly #showsHosts: () => boolean;
  readonly #moving: TunnelTreeDataProviderOptions['moving'];
  /** The tunnels of the rows that show a rate, by the rows' ids. */
  readonly #withRates = new Map<string, string>();
  /** Whether the welcome text stands in place of the rows. */
  #isWelcome = false;
  #style: OriginStyle = { shown: false, ambiguous: new Set() };
  #visible = false;
  /** The model's tunnels when they were last indexed by id. */
  #indexed: readonly TunnelSnapshot[] = [];
  #byId: ReadonlyMap<string, TunnelSnapshot> = new Map();

  readonly onDidChangeTreeData = this.#changed.event;

  constructor({ model, now, schedule, showsHosts, moving }: TunnelTreeDataProviderOptions) {
    this.#model = model;
    this.#now = now;
    this.#showsHosts = showsHosts;
    this.#moving = moving;
    this.#throttle = new RedrawThrottle((ids) => this.#redraw(ids), schedule);
    this.#subscription = model.onDidChange((change) => this.#onChange(change));
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#throttle.clear();
    this.#changed.dispose();
  }

  /** Draws all rows anew. */
  refresh(): void {
    this.#onChange({ kind: 'structure' });
  }

  setVisible(visible: boolean): void {
    this.#visible = visible;
    this.#throttle.clear();
    if (visible) {
      this.#redraw(new Set(this.#model.tunnels.map(({ id }) => id)));
    }
  }

  getChildren(node?: TreeNode): TreeNode[] {
    const grouped = this.#model.tunnels.filter(isInGroup);
    if (node === undefined) {
      this.#isWelcome = showsWelcome(this.#model.tunnels, this.#showsHosts());
      if (this.#isWelcome) {
        return [];
      }
      const listed = this.#model.tunnels.filter((tunnel) => !isInGroup(tunnel));
      this.#style = originStyle(listed, (vscode.workspace.workspaceFolders?.length ?? 0) > 1);
      const rows = listed.map(({ id }) => this.#nodeFor(tunnelNode(id)));
      return grouped.length === 0 ? rows : [...rows, sshConfigGroup];
    }
    if (node.kind === 'group') {
      return grouped.map(({ id }) => this.#nodeFor(tunnelNode(id)));
    }
    const tunnel = node.kind === 'tunnel' ? this.#find(node.tunnelId) : undefined;
    return tunnel === undefined ? [] : childNodes(tunnel).map((child) => this.#nodeFor(child));
  }

  getParent(node: TreeNode): TreeNode | undefined {
    if (node.kind === 'group') {
      return undefined;
    }
    if (node.kind === 'tunnel') {
      const tunnel = this.#find(node.tunnelId);
      return tunnel && isInGroup(tunnel) ? sshConfigGroup : undefined;
    }
    return this.#nodeFor(tunnelNode(node.tunnelId));
  }

  rowOf(tunnelId: string): TreeNode {
    return this.#nodeFor(tunnelNode(tunnelId));
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    if (node.kind === 'group') {
      const view = this.#groupView();
      this.#drawn.set(node.id, { view: JSON.stringify(view), at: this.#now() });
      return toTreeItem(node.id, view, 'folded');
    }
    const tunnel = this.#find(node.tunnelId);
    const view = tunnel && this.#view(node, tunnel);
    if (tunnel === undefined || view === undefined) {
      return emptyTreeItem();
    }
    this.#drawn.set(node.id, { view: JSON.stringify(view), at: this.#now() });
    const forward = node.kind === 'forward' && findForward(tunnel, node.label);
    if (forward && this.#moving(tunnel.id).has(forwardKey(forward.forward))) {
      this.#withRates.set(node.id, tunnel.id);
    } else {
      this.#withRates.delete(node.id);
    }
    const hasChildren = node.kind === 'tunnel' && childNodes(tunnel).length > 0;
    if (!hasChildren) {
      return toTreeItem(node.id, view, 'none');
    }
    // With many tunnels, those that need nobody begin folded.
    const isFolded = this.#model.tunnels.length > manyTunnels && !needsAttention(tunnel);
    return toTreeItem(node.id, view, isFolded ? 'folded' : 'shown');
  }

  resolveTreeItem(item: vscode.TreeItem, node: TreeNode): vscode.TreeItem {
    const tunnel = node.kind === 'group' ? undefined : this.#find(node.tunnelId);
    const markdown = node.kind === 'group' ? groupTooltip() : tunnel && tooltipOf(node, tunnel, this.#now());
    if (markdown !== undefined) {
      item.tooltip = hover(markdown);
    }
    return item;
  }

  #find(tunnelId: string): TunnelSnapshot | undefined {
    const { tunnels } = this.#model;
    if (tunnels !== this.#indexed) {
      this.#indexed = tunnels;
      this.#byId = new Map(tunnels.map((tunnel) => [tunnel.id, tunnel]));
    }
    return this.#byId.get(tunnelId);
  }

  #nodeFor(node: CommandNode): CommandNode {
    const existing = this.#nodes.get(node.id);
    if (existing === undefined) {
      this.#nodes.set(node.id, node);
    }
    return existing ?? node;
  }

  #view(node: CommandNode, tunnel: TunnelSnapshot): RowView | undefined {
    return viewOf(node, tunnel, this.#style, this.#now(), this.#moving(tunnel.id));
  }

  #onChange(change: TunnelChange): void {
    const isWelcome = showsWelcome(this.#model.tunnels, this.#showsHosts());
    if (change.kind === 'structure' || isWelcome !== this.#isWelcome) {
      this.#nodes.clear();
      this.#drawn.clear();
      this.#withRates.clear();
      this.#changed.fire(undefined);
    } else if (!change.counters) {
      const rows = Array.from(change.ids, (id) => this.#nodeFor(tunnelNode(id)));
      this.#changed.fire([...rows, ...this.#changedGroup()]);
    } else if (this.#visible) {
      change.ids.forEach((id) => this.#throttle.add(id));
    }
    this.#scheduleCountdowns();
  }

  #groupView(): RowView {
    return groupView(this.#model.tunnels.filter(isInGroup));
  }

  #changedGroup(): TreeNode[] {
    const drawn = this.#drawn.get(sshConfigGroup.id);
    return drawn !== undefined && drawn.view !== JSON.stringify(this.#groupView()) ? [sshConfigGroup] : [];
  }

  /** Countdowns and rates change by themselves; a rate is drawn once more when it has become 0. */
  #scheduleCountdowns(): void {
    if (this.#visible) {
      for (const { id, state } of this.#model.tunnels) {
        if (state.status === 'waiting' || this.#moving(id).size > 0) {
          this.#throttle.add(id);
        }
      }
      this.#withRates.forEach((id) => this.#throttle.add(id));
    }
  }

  /** Redraws only rows that look different: a redraw closes an open tooltip. */
  #redraw(tunnelIds: ReadonlySet<string>): void {
    const changed = this.#model.tunnels
      .filter(({ id }) => tunnelIds.has(id))
      .flatMap((tunnel) => this.#changedRows(tunnel));
    if (changed.length > 0) {
      this.#changed.fire(changed);
    }
    this.#scheduleCountdowns();
  }

  #changedRows(tunnel: TunnelSnapshot): CommandNode[] {
    const parent = this.#nodeFor(tunnelNode(tunnel.id));
    if (this.#looksDifferent(parent, tunnel) && this.#isDue(parent)) {
      // The tree also asks for the children of a redrawn row.
      return [parent];
    }
    return childNodes(tunnel)
      .map((child) => this.#nodeFor(child))
      .filter((child) => this.#looksDifferent(child, tunnel) && this.#isDue(child));
  }

  #isDue(node: CommandNode): boolean {
    const drawn = this.#drawn.get(node.id);
    const isDue =
      node.kind === 'problem' || drawn === undefined || this.#now() - drawn.at >= minCounterRedrawMs;
    if (!isDue) {
      this.#throttle.add(node.tunnelId);
    }
    return isDue;
  }

  /** A row that was never drawn is inside a collapsed one. */
  #looksDifferent(node: CommandNode, tunnel: TunnelSnapshot): boolean {
    const drawn = this.#drawn.get(node.id);
    return drawn !== undefined && drawn.view !== JSON.stringify(this.#view(node, tunnel));
  }
}

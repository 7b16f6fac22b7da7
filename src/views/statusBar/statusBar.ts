// The status bar: one item that sums up all tunnels, and one for each tunnel with `"statusBar": true`.
import * as vscode from 'vscode';
import type { StatusBarModeSource, TunnelsModel } from '../tunnelsModel';
import { statusItems } from './statusItems';
import type { StatusCommands, StatusItemView } from './statusItems';
import { hover } from '../tree/treeItems';

export interface StatusBarOptions {
  readonly model: TunnelsModel;
  readonly mode: StatusBarModeSource;
  /** Opens the Tunnels view. */
  readonly openCommand: string;
  readonly commands: StatusCommands;
}

/** Near the left, after the editor's own items. */
const firstPriority = 20;

export class StatusBar implements vscode.Disposable {
  readonly #model: TunnelsModel;
  readonly #mode: StatusBarModeSource;
  readonly #openCommand: string;
  readonly #commands: StatusCommands;
  readonly #items = new Map<string, vscode.StatusBarItem>();
  readonly #subscriptions: readonly vscode.Disposable[];
  #drawn = '';

  constructor({ model, mode, openCommand, commands }: StatusBarOptions) {
    this.#model = model;
    this.#mode = mode;
    this.#openCommand = openCommand;
    this.#commands = commands;
    this.#subscriptions = [
      model.onDidChange((change) => {
        if (change.kind === 'structure' || !change.counters) {
          this.#draw();
        }
      }),
      mode.onDidChangeStatusBarMode(() => this.#draw()),
    ];
    this.#draw();
  }

  dispose(): void {
    for (const disposable of [...this.#subscriptions, ...this.#items.values()]) {
      disposable.dispose();
    }
    this.#items.clear();
  }

  #draw(): void {
    const views = statusItems(this.#model.tunnels, this.#mode.statusBarMode, this.#commands);
    const next = JSON.stringify(views);
    if (next === this.#drawn) {
      return;
    }
    this.#drawn = next;
    const ids = new Set(views.map(({ id }) => id));
    for (const [id, item] of this.#items) {
      if (!ids.has(id)) {
        item.dispose();
        this.#items.delete(id);
      }
    }
    for (const [index, view] of views.entries()) {
      this.#show(view, index);
    }
  }

  #show(view: StatusItemView, index: number): void {
    const item = this.#items.get(view.id) ?? this.#create(view.id, index);
    item.name = view.name;
    item.text = view.text;
    const { answer, explain, edit, showDetails, showMap } = this.#commands;
    item.tooltip = hover(view.tooltip, [answer, explain, edit, showDetails, showMap]);
    item.accessibilityInformation = { label: view.spoken, role: 'button' };
    item.backgroundColor = view.isWarning
      ? new vscode.ThemeColor('statusBarItem.warningBackground')
      : undefined;
    item.show();
  }

  #create(id: string, index: number): vscode.StatusBarItem {
    const priority = firstPriority - index / 100;
    const item = vscode.window.createStatusBarItem(id, vscode.StatusBarAlignment.Left, priority);
    item.command = this.#openCommand;
    this.#items.set(id, item);
    return item;
  }
}

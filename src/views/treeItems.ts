// From plain rows to the tree items of VS Code.
import * as vscode from 'vscode';
import type { Look, RowView } from './rows';

export function themeIcon({ icon, tint }: Look): vscode.ThemeIcon {
  return new vscode.ThemeIcon(icon, new vscode.ThemeColor(tint));
}

/** The Markdown must come from tooltips.ts, which escapes whatever others wrote. */
export function hover(markdown: string): vscode.MarkdownString {
  const text = new vscode.MarkdownString(markdown);
  text.isTrusted = false;
  text.supportHtml = false;
  return text;
}

export type Children = 'none' | 'shown' | 'folded';

export function toTreeItem(id: string, view: RowView, children: Children): vscode.TreeItem {
  const { None, Expanded, Collapsed } = vscode.TreeItemCollapsibleState;
  const state = { none: None, shown: Expanded, folded: Collapsed }[children];
  const item = new vscode.TreeItem(view.label, state);
  item.id = id;
  item.description = view.description;
  item.iconPath = themeIcon(view.look);
  item.contextValue = view.contextValue;
  item.accessibilityInformation = { label: view.spoken };
  return item;
}

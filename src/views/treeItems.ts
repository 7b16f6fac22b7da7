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

export function toTreeItem(id: string, view: RowView, hasChildren: boolean): vscode.TreeItem {
  const { None, Expanded } = vscode.TreeItemCollapsibleState;
  const item = new vscode.TreeItem(view.label, hasChildren ? Expanded : None);
  item.id = id;
  item.description = view.description;
  item.iconPath = themeIcon(view.look);
  item.contextValue = view.contextValue;
  item.accessibilityInformation = { label: view.spoken };
  return item;
}

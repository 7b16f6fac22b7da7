// Converts rows to the tree items of VS Code.
import * as vscode from 'vscode';
import { plainText, fullPlainText } from '../words/format';
import type { Markdown } from '../words/markdown';
import type { Look, RowView } from './rowViews';

function themeIcon({ icon, tint }: Look): vscode.ThemeIcon {
  return new vscode.ThemeIcon(icon, new vscode.ThemeColor(tint));
}

/** @param commands those that a link in it may run */
export function hover({ value }: Markdown, commands: readonly string[] = []): vscode.MarkdownString {
  const text = new vscode.MarkdownString(value);
  text.isTrusted = commands.length > 0 && { enabledCommands: commands };
  text.supportHtml = false;
  text.supportThemeIcons = false;
  return text;
}

export type Children = 'none' | 'shown' | 'folded';

export function toTreeItem(id: string, view: RowView, children: Children): vscode.TreeItem {
  const { None, Expanded, Collapsed } = vscode.TreeItemCollapsibleState;
  const state = { none: None, shown: Expanded, folded: Collapsed }[children];
  const item = new vscode.TreeItem(plainText(view.label), state);
  item.id = id;
  item.description = plainText(view.description);
  item.iconPath = themeIcon(view.look);
  item.contextValue = view.contextValue;
  item.accessibilityInformation = { label: fullPlainText(view.spoken) };
  return item;
}

/** For a row that no longer exists; the tree is about to refresh. */
export function emptyTreeItem(): vscode.TreeItem {
  return new vscode.TreeItem('');
}

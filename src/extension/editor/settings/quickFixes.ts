// Quick fixes for our marks in a settings file: the property that was meant, a property that doesn't belong there, and
// another port.
import { findNodeAtLocation } from 'jsonc-parser';
import * as vscode from 'vscode';
import { quoteKey } from '../../../tunnels/util/shown';
import type { TcpListen } from '../../../tunnels/config/forward';
import type { Mark, MarkFix } from '../../settings/diagnostics/findProblems';
import { changeJson } from '../../settings/jsonEdits';
import { parseSettings } from '../../settings/parseSettings';
import { settingsFiles } from '../../settings/settingsText';

export interface QuickFixOptions {
  readonly marksIn: (document: vscode.TextDocument) => Promise<readonly Mark[]>;
  /** Tells which port to use instead. */
  readonly anotherPort: (listen: TcpListen) => Promise<number | undefined>;
}

export function registerQuickFixes({ marksIn, anotherPort }: QuickFixOptions): vscode.Disposable {
  const provider: vscode.CodeActionProvider = {
    provideCodeActions: async (document, range) => {
      const marks = await marksIn(document);
      const here = marks.filter((mark) => rangeOf(mark).intersection(range));
      const actions = await Promise.all(here.map((mark) => actionFor(document, mark, anotherPort)));
      return actions.filter((action) => action !== undefined);
    },
  };
  return vscode.languages.registerCodeActionsProvider(settingsFiles, provider, {
    providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
  });
}

function rangeOf({ start, end }: Mark): vscode.Range {
  return new vscode.Range(start.line, start.character, end.line, end.character);
}

async function actionFor(
  document: vscode.TextDocument,
  mark: Mark,
  anotherPort: QuickFixOptions['anotherPort'],
): Promise<vscode.CodeAction | undefined> {
  const { fix } = mark;
  const change = fix && (await changeFor(document, mark, fix, anotherPort));
  if (!change) {
    return undefined;
  }
  const action = new vscode.CodeAction(change.title, vscode.CodeActionKind.QuickFix);
  action.edit = new vscode.WorkspaceEdit();
  action.edit.replace(document.uri, change.range, change.text);
  // A rename is what the message asks about; the rest may not be what the user wants.
  action.isPreferred = fix.kind === 'rename';
  return action;
}

interface Change {
  readonly title: string;
  readonly range: vscode.Range;
  readonly text: string;
}

async function changeFor(
  document: vscode.TextDocument,
  mark: Mark,
  fix: MarkFix,
  anotherPort: QuickFixOptions['anotherPort'],
): Promise<Change | undefined> {
  switch (fix.kind) {
    case 'rename': {
      const root = parseSettings(document.getText());
      const key = root && findNodeAtLocation(root, fix.path)?.parent?.children?.[0];
      return (
        key && {
          title: vscode.l10n.t('Change to "{key}"', { key: fix.to }),
          range: new vscode.Range(
            document.positionAt(key.offset),
            document.positionAt(key.offset + key.length),
          ),
          text: JSON.stringify(fix.to),
        }
      );
    }
    case 'remove': {
      const text = document.getText();
      const after = changeJson(text, { path: fix.path, value: undefined });
      const start = sharedLength(text, after);
      const rest = text.length - sharedLength(reversed(text.slice(start)), reversed(after.slice(start)));
      return {
        title: vscode.l10n.t('Remove {key}', { key: quoteKey(String(fix.path.at(-1))) }),
        range: new vscode.Range(document.positionAt(start), document.positionAt(rest)),
        text: after.slice(start, after.length - (text.length - rest)),
      };
    }
    case 'port':
      return portChange(document, rangeOf(mark), fix.listen.port, await anotherPort(fix.listen));
  }
}

/** How many characters at their beginning are the same. */
function sharedLength(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) {
    length++;
  }
  return length;
}

function reversed(text: string): string {
  return text.split('').toReversed().join('');
}

function portChange(
  document: vscode.TextDocument,
  range: vscode.Range,
  old: number,
  port: number | undefined,
): Change | undefined {
  const text = document.getText(range);
  const at = text.search(new RegExp(`(?<!\\d)${old}(?!\\d)`));
  if (port === undefined || at < 0) {
    return undefined;
  }
  const start = document.offsetAt(range.start) + at;
  return {
    title: vscode.l10n.t('Use port {port}', { port }),
    range: new vscode.Range(document.positionAt(start), document.positionAt(start + String(old).length)),
    text: String(port),
  };
}

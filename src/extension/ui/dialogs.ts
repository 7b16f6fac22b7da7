// VS Code's messages, quick picks and input boxes, with every text escaped. VS Code turns `[x](command:…)` in a message
// or prompt into a link that runs the command, and `$(x)` in a list into an icon.
import * as vscode from 'vscode';
import { withoutIcons, withoutLinks, plainLines, plainText } from '../../views/words/format';

export type Importance = 'information' | 'warning' | 'error';

/** A notification. @returns the button that was pressed */
export function showMessage<B extends string>(
  importance: Importance,
  message: string,
  ...buttons: readonly B[]
): Thenable<B | undefined> {
  const text = withoutLinks(message);
  switch (importance) {
    case 'information':
      return vscode.window.showInformationMessage(text, ...buttons);
    case 'warning':
      return vscode.window.showWarningMessage(text, ...buttons);
    case 'error':
      return vscode.window.showErrorMessage(text, ...buttons);
  }
}

/** Reports what a command has changed, and offers to undo it. */
export async function offerUndo(message: string, undo: () => Promise<void>): Promise<void> {
  const undoLabel = vscode.l10n.t('Undo');
  if ((await showMessage('information', message, undoLabel)) === undoLabel) {
    await undo();
  }
}

/** A modal error, for a failure that the user is waiting for. @returns the button that was pressed */
export function showModalError<B extends string>(
  message: string,
  ...buttons: readonly B[]
): Thenable<B | undefined> {
  return vscode.window.showErrorMessage(withoutLinks(message), { modal: true }, ...buttons);
}

/** What a dialog shows completely on a small screen. */
const maxLines = 24;
const maxCharacters = 2500;

/** Whether a modal dialog shows all of it. The user can't agree to what is cut off. */
export function fitsDialog(detail: string): boolean {
  return detail.length <= maxCharacters && detail.split('\n').length <= maxLines;
}

/** A modal dialog. @param detail its line breaks are shown; foreign text in it must be on one line, see plainText() */
export function showModal<I extends vscode.MessageItem>(
  message: string,
  detail: string,
  ...items: readonly I[]
): Thenable<I | undefined> {
  const options = { modal: true, detail: plainLines(detail) };
  return vscode.window.showWarningMessage(withoutLinks(message), options, ...items);
}

/** A modal dialog whose buttons are plain strings. */
export async function confirm<B extends string>(
  message: string,
  detail: string,
  ...buttons: readonly B[]
): Promise<B | undefined> {
  const items = buttons.map((title) => ({ title }));
  const picked = await showModal(message, detail, ...items);
  return buttons.find((button) => button === picked?.title);
}

/** A progress notification with a Cancel button. @param work may report what it does now; the title precedes it */
export function showProgress<T>(
  title: string,
  work: (token: vscode.CancellationToken, report: (text: string) => void) => Promise<T>,
): Thenable<T> {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: withoutLinks(title),
    cancellable: true,
  };
  return vscode.window.withProgress(options, (progress, token) =>
    work(token, (text) => progress.report({ message: withoutLinks(text) })),
  );
}

type PickOptions = Pick<vscode.QuickPickOptions, 'title' | 'placeHolder' | 'ignoreFocusOut'>;

export async function pickOne<T extends vscode.QuickPickItem>(
  items: readonly T[],
  options: PickOptions,
  token?: vscode.CancellationToken,
): Promise<T | undefined> {
  const picked = await vscode.window.showQuickPick(items.map(withoutIconsIn), plainOptions(options), token);
  return picked?.item;
}

export async function pickMany<T extends vscode.QuickPickItem>(
  items: readonly T[],
  options: PickOptions,
): Promise<readonly T[] | undefined> {
  const picked = await vscode.window.showQuickPick(items.map(withoutIconsIn), {
    ...plainOptions(options),
    canPickMany: true,
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return picked?.map(({ item }) => item);
}

function withoutIconsIn<T extends vscode.QuickPickItem>(
  item: T,
): vscode.QuickPickItem & { readonly item: T } {
  const { label, kind, description, detail } = item;
  return {
    label: withoutIcons(label),
    ...(kind === undefined ? {} : { kind }),
    ...(description === undefined ? {} : { description: withoutIcons(description) }),
    ...(detail === undefined ? {} : { detail: withoutIcons(detail) }),
    item,
  };
}

function plainOptions({ title, placeHolder, ignoreFocusOut }: PickOptions): PickOptions {
  return {
    ...(title === undefined ? {} : { title: plainText(title) }),
    ...(placeHolder === undefined ? {} : { placeHolder: plainText(placeHolder) }),
    ...(ignoreFocusOut === undefined ? {} : { ignoreFocusOut }),
  };
}

export interface InputOptions {
  readonly title: string;
  readonly prompt: string;
  readonly placeHolder?: string;
  readonly value?: string;
  /** Hides what the user types. */
  readonly password?: boolean;
  /** Returns an error or a hint for the text; undefined: no message. */
  readonly validate?: (text: string) => Promise<Verdict | undefined> | Verdict | undefined;
}
export type Verdict = string | { readonly hint: string };

/** An input box that stays open when the focus moves. */
export function showInput(
  options: InputOptions,
  token?: vscode.CancellationToken,
): Thenable<string | undefined> {
  const { title, prompt, placeHolder, value, password, validate } = options;
  return vscode.window.showInputBox(
    {
      title: plainText(title),
      prompt: withoutLinks(prompt),
      ...(placeHolder === undefined ? {} : { placeHolder }),
      ...(value === undefined ? {} : { value }),
      ...(password === undefined ? {} : { password }),
      ...(validate && { validateInput: async (text: string) => validationMessage(await validate(text)) }),
      ignoreFocusOut: true,
    },
    token,
  );
}

function validationMessage(
  verdict: Verdict | undefined,
): string | vscode.InputBoxValidationMessage | undefined {
  return typeof verdict === 'object'
    ? { message: withoutLinks(verdict.hint), severity: vscode.InputBoxValidationSeverity.Info }
    : verdict && withoutLinks(verdict);
}

/** A short message in the status bar. */
export function showInStatusBar(text: string): void {
  vscode.window.setStatusBarMessage(withoutIcons(text), 3000);
}

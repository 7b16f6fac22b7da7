// Messages, lists and boxes of the editor: all that is shown in them goes through here, so that text stays text, whoever
// wrote it. VS Code makes a link of `[x](command:…)` in a message or a prompt, which runs the command, and an icon of
// `$(x)` in a list.
import * as vscode from 'vscode';
import { iconless, linkless, plainLines, plainText } from '../../views/words/format';

export type Importance = 'information' | 'warning' | 'error';

/** A message at the side. @returns the button that was pressed */
export function tell<B extends string>(
  importance: Importance,
  message: string,
  ...buttons: readonly B[]
): Thenable<B | undefined> {
  const text = linkless(message);
  switch (importance) {
    case 'information':
      return vscode.window.showInformationMessage(text, ...buttons);
    case 'warning':
      return vscode.window.showWarningMessage(text, ...buttons);
    case 'error':
      return vscode.window.showErrorMessage(text, ...buttons);
  }
}

/** A failure that somebody waits to hear of. @returns the button that was pressed */
export function tellInDialog<B extends string>(
  message: string,
  ...buttons: readonly B[]
): Thenable<B | undefined> {
  return vscode.window.showErrorMessage(linkless(message), { modal: true }, ...buttons);
}

/** A dialog. @param detail its lines are the caller's: what others wrote is on one line, by plainText() */
export function askInDialog<I extends vscode.MessageItem>(
  message: string,
  detail: string,
  ...items: readonly I[]
): Thenable<I | undefined> {
  const options = { modal: true, detail: plainLines(detail) };
  return vscode.window.showWarningMessage(linkless(message), options, ...items);
}

/** The same with buttons that are just words. */
export async function askYesNo<B extends string>(
  message: string,
  detail: string,
  ...buttons: readonly B[]
): Promise<B | undefined> {
  const items = buttons.map((title) => ({ title }));
  const picked = await askInDialog(message, detail, ...items);
  return buttons.find((button) => button === picked?.title);
}

/** Progress at the side, with a button to cancel. */
export function showProgress<T>(
  title: string,
  work: (token: vscode.CancellationToken) => Promise<T>,
): Thenable<T> {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: linkless(title),
    cancellable: true,
  };
  return vscode.window.withProgress(options, (_progress, token) => work(token));
}

type PickOptions = Pick<vscode.QuickPickOptions, 'title' | 'placeHolder' | 'ignoreFocusOut'>;

export async function pickOne<T extends vscode.QuickPickItem>(
  items: readonly T[],
  options: PickOptions,
  token?: vscode.CancellationToken,
): Promise<T | undefined> {
  const picked = await vscode.window.showQuickPick(items.map(asShown), plainOptions(options), token);
  return picked?.of;
}

export async function pickSeveral<T extends vscode.QuickPickItem>(
  items: readonly T[],
  options: PickOptions,
): Promise<readonly T[] | undefined> {
  const picked = await vscode.window.showQuickPick(items.map(asShown), {
    ...plainOptions(options),
    canPickMany: true,
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return picked?.map(({ of }) => of);
}

function asShown<T extends vscode.QuickPickItem>(of: T): vscode.QuickPickItem & { readonly of: T } {
  const { label, kind, description, detail } = of;
  return {
    label: iconless(label),
    ...(kind === undefined ? {} : { kind }),
    ...(description === undefined ? {} : { description: iconless(description) }),
    ...(detail === undefined ? {} : { detail: iconless(detail) }),
    of,
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
  /** Whether what is typed is hidden. */
  readonly password?: boolean;
  /** What is wrong with a text, or what to know of it; undefined: nothing. */
  readonly validate?: (text: string) => Promise<Verdict | undefined> | Verdict | undefined;
}
export type Verdict = string | { readonly hint: string };

/** A box that stays when the focus moves. */
export function typeIn(
  options: InputOptions,
  token?: vscode.CancellationToken,
): Thenable<string | undefined> {
  const { title, prompt, placeHolder, value, password, validate } = options;
  return vscode.window.showInputBox(
    {
      title: plainText(title),
      prompt: linkless(prompt),
      ...(placeHolder === undefined ? {} : { placeHolder }),
      ...(value === undefined ? {} : { value }),
      ...(password === undefined ? {} : { password }),
      ...(validate && { validateInput: async (text: string) => shown(await validate(text)) }),
      ignoreFocusOut: true,
    },
    token,
  );
}

function shown(verdict: Verdict | undefined): string | vscode.InputBoxValidationMessage | undefined {
  return typeof verdict === 'object'
    ? { message: linkless(verdict.hint), severity: vscode.InputBoxValidationSeverity.Info }
    : verdict && linkless(verdict);
}

/** In the status bar, for a moment. */
export function mention(text: string): void {
  vscode.window.setStatusBarMessage(iconless(text), 3000);
}

// A multi-step input. Each step is a list that also takes typed text, or an input box, with Back, a step number, and
// complaints while the user types.
import * as vscode from 'vscode';
import { plainText, withoutIcons, withoutLinks } from '../../views/words/format';

export interface Position {
  readonly title: string;
  readonly number: number;
  readonly of: number;
}
/** undefined: the user cancelled. `back`: what stood in the box. */
export type Answer<T> = { readonly value: T } | { readonly back: string } | undefined;

export interface StepItem<T> {
  /** A codicon's name. */
  readonly icon?: string;
  readonly label: string;
  readonly description?: string;
  readonly detail?: string;
  /** Undefined: a complaint, which can't be chosen. */
  readonly accept: (() => T | Promise<T | undefined>) | undefined;
}

/** Those that contain the text; all, if none does. */
export function matchingItems<T>(items: readonly StepItem<T>[], text: string): readonly StepItem<T>[] {
  const lower = text.trim().toLowerCase();
  const found = items.filter(({ label, description = '' }) =>
    `${label}\n${description}`.toLowerCase().includes(lower),
  );
  return found.length > 0 ? found : items;
}

export interface ListOptions<T> {
  readonly position: Position;
  readonly placeHolder: string;
  readonly value?: string;
  /** In their order; the first is what Enter takes. @param redraw call it when more is known */
  readonly items: (text: string, redraw: () => void) => readonly StepItem<T>[];
  /** Whether to begin at this item. */
  readonly isActive?: (item: StepItem<T>) => boolean;
  /** More items come after this. */
  readonly until?: Promise<unknown>;
}

/**
 * Asks step after step; Back leads to the one before.
 * @param order the steps, in view of what has been answered
 * @returns whether the last was answered; false: the user cancelled
 */
export async function askInSteps<Name extends string>(
  title: string,
  order: () => readonly Name[],
  steps: Readonly<Record<Name, (position: Position) => Promise<Answer<unknown>>>>,
): Promise<boolean> {
  let index = 0;
  for (;;) {
    const names = order();
    const name = names[index];
    if (name === undefined) {
      return true;
    }
    const answer = await steps[name]({ title, number: index + 1, of: names.length });
    if (!answer) {
      return false;
    }
    index += 'back' in answer ? -1 : 1;
  }
}

type ShownItem<T> = vscode.QuickPickItem & { readonly item: StepItem<T> };

export async function askInList<T>(options: ListOptions<T>): Promise<Answer<T>> {
  const { position, placeHolder, value = '', items, isActive, until } = options;
  const box = vscode.window.createQuickPick<ShownItem<T>>();
  prepare(box, position);
  box.placeholder = plainText(placeHolder);
  box.value = value;
  let current: readonly ShownItem<T>[] = [];
  const show = (text: string, keep?: StepItem<T>): void => {
    current = items(text, () => show(box.value, box.activeItems[0]?.item)).map(shown);
    box.items = current;
    const same = keep && current.find(({ item }) => item.label === keep.label);
    const active = same ?? current.find(({ item }) => isActive?.(item)) ?? current[0];
    box.activeItems = active ? [active] : [];
  };
  box.onDidChangeValue((text) => show(text));
  show(value);
  if (until) {
    box.busy = true;
    void until.finally(() => {
      box.busy = false;
      show(box.value, box.value === '' ? undefined : box.activeItems[0]?.item);
    });
  }
  return untilAnswered<T>(box, async () => {
    const [active] = box.activeItems;
    // Enter may come before the editor knows the items of the last key.
    const chosen = active && current.includes(active) ? active : current[0];
    const taken = await chosen?.item.accept?.();
    return taken === undefined ? undefined : { value: taken };
  });
}

function shown<T>(item: StepItem<T>): ShownItem<T> {
  const { icon, label, description, detail } = item;
  return {
    label: withoutIcons(label),
    ...(icon === undefined ? {} : { iconPath: new vscode.ThemeIcon(icon) }),
    ...(description === undefined ? {} : { description: withoutIcons(description) }),
    ...(detail === undefined ? {} : { detail: withoutIcons(detail) }),
    alwaysShow: true,
    item,
  };
}

export interface TextOptions {
  readonly position: Position;
  readonly prompt: string;
  readonly value: string;
  /** Why the text can't be taken. */
  readonly complaint: (text: string) => string | undefined;
}

export async function askForText({
  position,
  prompt,
  value,
  complaint,
}: TextOptions): Promise<Answer<string>> {
  const box = vscode.window.createInputBox();
  prepare(box, position);
  box.prompt = withoutLinks(prompt);
  box.value = value;
  const check = (): void => {
    const text = box.value.trim();
    box.validationMessage = text === '' ? '' : withoutLinks(complaint(text) ?? '');
  };
  box.onDidChangeValue(check);
  check();
  return untilAnswered<string>(box, () => {
    const text = box.value.trim();
    check();
    return Promise.resolve(text === '' || complaint(text) !== undefined ? undefined : { value: text });
  });
}

function prepare(box: vscode.QuickInput, { title, number, of }: Position): void {
  box.title = plainText(title);
  box.step = number;
  box.totalSteps = of;
  box.ignoreFocusOut = true;
}

type StepInput = vscode.QuickInput &
  Pick<vscode.InputBox, 'value' | 'buttons' | 'onDidTriggerButton' | 'onDidAccept'>;

function untilAnswered<T>(
  box: StepInput,
  accept: () => Promise<{ readonly value: T } | undefined>,
): Promise<Answer<T>> {
  box.buttons = (box.step ?? 1) > 1 ? [vscode.QuickInputButtons.Back] : [];
  return new Promise((resolve, reject) => {
    let isBusy = false;
    box.onDidTriggerButton((button) => {
      if (button === vscode.QuickInputButtons.Back) {
        resolve({ back: box.value });
        box.dispose();
      }
    });
    box.onDidHide(() => {
      resolve(undefined);
      box.dispose();
    });
    box.onDidAccept(async () => {
      if (isBusy) {
        return;
      }
      isBusy = true;
      try {
        const answer = await accept();
        if (answer) {
          resolve(answer);
          box.dispose();
        }
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
        box.dispose();
      } finally {
        isBusy = false;
      }
    });
    box.show();
  });
}

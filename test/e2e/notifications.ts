// The notifications that the editor has shown since the page was loaded, and their buttons, even if they have hidden.
import type { Locator, Page } from 'playwright-core';
import { eventually, longWaitMs } from '../support/eventually';
import { runCommand } from './editorWindow';

/** How many notifications there were at a moment: later ones come after it. */
export type Mark = number;

/** Waits until a notification has been shown, whether it is still visible or not. @returns its text */
export async function notified(page: Page, text: RegExp, since: Mark = 0): Promise<string> {
  let found: string | undefined;
  let all: readonly string[] = [];
  await eventually(
    `a notification ${String(text)}`,
    async () => {
      all = await notifications(page, since);
      found = all.find((each) => text.test(each));
      return found !== undefined;
    },
    longWaitMs,
  ).catch((error: unknown) => {
    throw new Error(
      `${error instanceof Error ? error.message : ''}; there were: ${all.join(' | ') || 'none'}`,
    );
  });
  return found ?? '';
}

/** The texts of all notifications since the page was loaded, or since a mark. */
export async function notifications(page: Page, since: Mark = 0): Promise<readonly string[]> {
  const all = await page.evaluate<readonly string[]>('window.notified ?? []');
  return all.slice(since);
}

export async function mark(page: Page): Promise<Mark> {
  return (await notifications(page)).length;
}

/** Presses a button of a notification: on the screen or, if it has hidden, in the list of all. */
export async function answer(page: Page, text: RegExp, button: string, since: Mark = 0): Promise<void> {
  await notified(page, text, since);
  let hasTried = false;
  const itemsIn = (list: Locator): Locator =>
    list.locator('.notification-list-item').filter({ hasText: text });
  const pressIn = async (list: Locator): Promise<boolean> => {
    const pressed = itemsIn(list).getByRole('button', { name: button, exact: true }).first();
    hasTried ||= (await pressed.count()) > 0;
    return pressed.click({ timeout: 3000 }).then(
      () => true,
      () => false,
    );
  };
  await eventually(`the button "${button}" of the notification ${String(text)}`, async () => {
    if (await pressIn(page.locator('.notifications-toasts'))) {
      return true;
    }
    await runCommand(page, 'Notifications: Show Notifications');
    const center = page.locator('.notifications-center');
    // On a busy machine, a press may take effect after its time is over. A pressed notification isn't in this list.
    return (await pressIn(center)) || (hasTried && (await itemsIn(center).count()) === 0);
  });
}

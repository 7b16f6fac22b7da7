// A window as a user has it: the extension installed, the editor in a browser, with notifications and dialogs.
import type { FrameLocator, Locator, Page } from 'playwright-core';
import { openWorkbench } from '../support/editor/chromium';
import type { CodeServerOptions } from '../support/editor/codeServer';
import { eventually, longWaitMs } from '../support/eventually';
import type { TempDir } from '../support/tempDir';
import { freshEditor } from './sharedEditor';
import type { Editor } from './sharedEditor';

/** Milliseconds for one attempt at something that may need several. */
const triesMs = 5000;

/** The Ports view lists only the ports of this extension, not what else listens on this machine. */
export const oursAlone = {
  'remote.otherPortsAttributes': { onAutoForward: 'ignore' },
  'remote.autoForwardPortsFallback': 0,
};

export interface EditorWindow extends Editor, AsyncDisposable {
  readonly page: Page;
  /** Opens another window of the same user. */
  readonly open: (folder: string) => Promise<Page>;
}

export interface EditorWindowOptions {
  readonly folder: string;
  readonly userSettings: Readonly<Record<string, unknown>>;
  /** Starts a server for this test only, with these options. */
  readonly server?: CodeServerOptions;
  /** Whether the editor asks to trust the folder; otherwise it trusts it. */
  readonly workspaceTrust?: boolean;
  readonly viewport?: { readonly width: number; readonly height: number };
  /** Removed with the window. */
  readonly files?: TempDir;
}

/** The windows that are open now. */
export const openWindows = new Set<EditorWindow>();

export async function openEditorWindow(options: EditorWindowOptions): Promise<EditorWindow> {
  await endWindows();
  const { folder, userSettings, workspaceTrust, viewport } = options;
  const trust = workspaceTrust === true ? { 'security.workspace.trust.enabled': true } : {};
  const { server, browser, end } = await freshEditor({ ...trust, ...userSettings }, options.server);
  const open = async (path: string): Promise<Page> => {
    const url = `${server.url}/?folder=${encodeURIComponent(path)}`;
    const page = await openWorkbench(browser, url, viewport ? { viewport } : {});
    page.setDefaultTimeout(longWaitMs);
    return page;
  };
  try {
    const window: EditorWindow = {
      server,
      browser,
      page: await open(folder),
      open,
      async [Symbol.asyncDispose]() {
        openWindows.delete(window);
        await end();
        await options.files?.remove();
      },
    };
    openWindows.add(window);
    return window;
  } catch (error) {
    await end();
    throw error;
  }
}

/** Ends the windows that tests have left open for others. */
export async function endWindows(): Promise<void> {
  for (const window of openWindows) await window[Symbol.asyncDispose]();
}

/** Opens the extension's view by its icon. */
export async function openTunnelsView(page: Page): Promise<void> {
  const icon = page.locator('.activitybar .action-item', {
    has: page.locator('[aria-label^="SSH Tunnels"]'),
  });
  await icon.first().click();
  await page.locator('.sidebar .pane-body').first().waitFor();
}

export function dialog(page: Page): Locator {
  return page.locator('.monaco-dialog-box');
}

/** The row of a tunnel or a forward, by the start of its name. */
export function row(page: Page, name: string): Locator {
  return page.locator('.sidebar [role="treeitem"]').filter({ hasText: name });
}

/** The content of a panel: a page in a page in a page. */
export function details(page: Page): FrameLocator {
  return page.frameLocator('iframe.webview').frameLocator('iframe');
}

/** The quick pick or input box; the one with this text, if several follow each other. */
export function box(page: Page, text: string | RegExp = ''): Locator {
  return page.locator('.quick-input-widget:visible').filter({ hasText: text });
}

/** Types into that box, and leaves it open. */
export async function type(page: Page, text: string, into: string | RegExp = ''): Promise<void> {
  await input(page, into).fill(text);
}

/** Types into that box and presses Enter. */
export async function enter(page: Page, text: string, into: string | RegExp = ''): Promise<void> {
  await type(page, text, into);
  await confirm(page, into);
}

/** Presses Enter in that box, which accepts its text or its first item. */
export async function confirm(page: Page, text: string | RegExp): Promise<void> {
  await input(page, text).press('Enter');
}

/** Selects an item of that box. */
export async function pick(page: Page, option: string | RegExp, from: string | RegExp = ''): Promise<void> {
  await box(page, from).locator('[role="option"]').filter({ hasText: option }).first().click();
}

function input(page: Page, text: string | RegExp): Locator {
  return box(page, text).locator('input:visible:not([type="checkbox"])').first();
}

/** Runs a command by its title from the palette. */
export async function runCommand(page: Page, title: string): Promise<void> {
  const option = box(page).locator('[role="option"]').filter({ hasText: title }).first();
  await retry(
    `the command "${title}" in the palette`,
    async () => {
      await page.keyboard.press('F1');
      await type(page, `>${title}`);
      // Enter may come while the list is still being sorted.
      await option.click();
    },
    page,
  );
}

/** Opens a link from outside the editor, which asks first whether the extension may handle it. */
export async function openLink(page: Page, link: string): Promise<void> {
  await runCommand(page, 'Developer: Open URL');
  await enter(page, link, 'URL to open');
  await dialog(page)
    .filter({ hasText: /open this URI/ })
    .getByRole('button', { name: 'Open' })
    .click();
}

/** The editor's own list of ports that something listens on. */
export async function openPortsView(page: Page): Promise<void> {
  await runCommand(page, 'Ports: Focus on Ports View');
  await page.locator('.panel .pane-body, .panel .monaco-table').first().waitFor();
}

export function portRow(page: Page, text: string | RegExp): Locator {
  return page.locator('.panel .monaco-list-row').filter({ hasText: text });
}

/** Presses a button that a row only shows under the pointer. Its name may end with a key, as in "Edit (F2)". */
export async function press(tunnel: Locator, name: string): Promise<void> {
  const page = tunnel.page();
  const plain = name.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  const withKey = new RegExp(`^${plain}( \\(.+\\))?$`);
  await retry(
    `the button "${name}" of a row`,
    async () => {
      await tunnel.hover();
      await tunnel.getByRole('button', { name: withKey }).click();
    },
    page,
  );
}

/**
 * Retries what the editor may undo meanwhile: a row is redrawn under the pointer, a box closes when something
 * else takes the focus.
 */
async function retry(what: string, act: () => Promise<void>, page: Page): Promise<void> {
  let last: unknown;
  await eventually(what, async () => {
    page.setDefaultTimeout(triesMs);
    try {
      await act();
      return true;
    } catch (error) {
      last = error;
      await page.mouse.move(0, 0);
      return false;
    } finally {
      page.setDefaultTimeout(longWaitMs);
    }
  }).catch((error: unknown) => {
    throw new Error(`${String(error)}: ${String(last)}`);
  });
}

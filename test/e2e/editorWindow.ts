// A window as a person has it: the extension installed, the editor in a browser, toasts and dialogs and all.
import { resolve } from 'node:path';
import type { Browser, FrameLocator, Locator, Page } from 'playwright-core';
import { launchChromium, openWorkbench } from '../support/editor/chromium';
import { startCodeServer } from '../support/editor/codeServer';
import type { CodeServer } from '../support/editor/codeServer';
import { shutDownDaemon } from '../support/editor/daemon';

/** Milliseconds that anything may take on a machine that has much else to do. */
const patience = 60_000;

/** The Ports view lists what this extension has it list, and none of what else listens on this machine. */
export const oursAlone = {
  'remote.otherPortsAttributes': { onAutoForward: 'ignore' },
  'remote.autoForwardPortsFallback': 0,
};

export interface EditorWindow extends AsyncDisposable {
  readonly server: CodeServer;
  readonly browser: Browser;
  readonly page: Page;
}

export interface EditorWindowOptions {
  /** A folder; undefined: an empty window. */
  readonly folder?: string | undefined;
  readonly userSettings: Readonly<Record<string, unknown>>;
  readonly env?: NodeJS.ProcessEnv;
  /** Whether the editor asks if it may trust the folder; if not, it does. */
  readonly workspaceTrust?: boolean;
  /** Folders of extensions beside this one. */
  readonly otherExtensions?: readonly string[];
  readonly viewport?: { readonly width: number; readonly height: number };
}

export async function openEditorWindow(options: EditorWindowOptions): Promise<EditorWindow> {
  const { folder, userSettings, env, workspaceTrust, otherExtensions, viewport } = options;
  const server = await startCodeServer({
    extensionPath: resolve('.'),
    userSettings: { 'workbench.startupEditor': 'none', ...userSettings },
    ...(env ? { env } : {}),
    ...(workspaceTrust === undefined ? {} : { workspaceTrust }),
    ...(otherExtensions ? { otherExtensions } : {}),
  });
  const browser = await launchChromium();
  const close = async (): Promise<void> => {
    await browser.close();
    await server.stop();
    await shutDownDaemon(server.runtimeDir);
  };
  try {
    const url =
      folder === undefined ? `${server.url}/?ew=true` : `${server.url}/?folder=${encodeURIComponent(folder)}`;
    const page = await openWorkbench(browser, url, viewport ? { viewport } : {});
    page.setDefaultTimeout(patience);
    return { server, browser, page, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Opens the extension's view by its icon, as a person does. */
export async function openTunnelsView(page: Page): Promise<void> {
  const icon = page.locator('.activitybar .action-item', {
    has: page.locator('[aria-label^="SSH Tunnels"]'),
  });
  await icon.first().click();
  await page.locator('.sidebar .pane-body').first().waitFor();
}

export function toast(page: Page, text: RegExp): Locator {
  return page.locator('.notifications-toasts .notification-list-item').filter({ hasText: text });
}

export function dialog(page: Page): Locator {
  return page.locator('.monaco-dialog-box');
}

/** The row of a tunnel or a forward, by the name it begins with. */
export function row(page: Page, name: string): Locator {
  return page.locator('.sidebar [role="treeitem"]').filter({ hasText: name });
}

/** What a panel shows: a page in a page in a page. */
export function details(page: Page): FrameLocator {
  return page.frameLocator('iframe.webview').frameLocator('iframe');
}

/** Runs a command by its title from the palette. */
export async function runCommand(page: Page, title: string): Promise<void> {
  await page.keyboard.press('F1');
  const palette = page.locator('.quick-input-widget:visible');
  await palette.locator('input[type="text"]').fill(`>${title}`);
  // Enter may come while the list is still being sorted.
  await palette.locator('[role="option"]').filter({ hasText: title }).first().click();
}

/** As from outside of the editor; it asks first whether the extension may have it. */
export async function openLink(page: Page, link: string): Promise<void> {
  await runCommand(page, 'Developer: Open URL');
  const box = page.locator('.quick-input-widget:visible input[type="text"]');
  await box.fill(link);
  await page.keyboard.press('Enter');
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

/** Presses one of the buttons that a row shows while the pointer is over it. */
export async function press(tunnel: Locator, name: string): Promise<void> {
  const button = tunnel.getByRole('button', { name, exact: true });
  for (let tries = 1; ; tries++) {
    await tunnel.hover();
    try {
      await button.click({ timeout: 3000 });
      return;
    } catch (error) {
      // The tree may have been drawn anew under the pointer.
      if (tries === 5) {
        throw error;
      }
      await tunnel.page().mouse.move(0, 0);
    }
  }
}

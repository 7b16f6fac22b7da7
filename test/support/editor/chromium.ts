// Debian's Chromium, driven by playwright-core, opening an editor that code-server serves.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import { makeOwnHome } from '../ownHome.mjs';
import { findBinary } from '../setup.mjs';

export interface WorkbenchOptions {
  /** Called before the page loads, to expose functions to it. */
  readonly prepare?: (page: Page) => Promise<void>;
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly timeoutMs?: number;
}

export async function launchChromium(): Promise<Browser> {
  const executablePath = findBinary('chromium') ?? findBinary('google-chrome');
  if (executablePath === undefined) {
    throw new Error('Chromium is missing. Install with: sudo apt-get install -y chromium');
  }
  // Its profile is a temporary one in any case; certificates and what it caches go by HOME.
  const home = makeOwnHome();
  const browser = await chromium.launch({
    executablePath,
    env: home.env,
    headless: true,
    // Ending it is the callers' part, in their order.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    args: [
      // Chromium's sandbox refuses to run for root.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
      '--disable-background-networking',
      '--disable-dev-shm-usage',
      '--disable-gpu',
    ],
  });
  browser.once('disconnected', home.remove);
  return browser;
}

/** Opens a workbench; it resolves when all its parts are there, which is a while after they are drawn. */
export async function openWorkbench(
  browser: Browser,
  url: string,
  options: WorkbenchOptions = {},
): Promise<Page> {
  const page = await openPage(browser, url, options);
  const timeout = options.timeoutMs ?? 60_000;
  await page.locator('.monaco-workbench .part.activitybar .action-item').first().waitFor({ timeout });
  // Of the workbench's own parts the last to come, when extensions have begun to run.
  await page.locator('[id="status.problems"]').waitFor({ timeout });
  return page;
}

/** Opens the page alone, for who waits for something else in it. */
export async function openPage(browser: Browser, url: string, options: WorkbenchOptions = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: options.viewport ?? { width: 1280, height: 800 } });
  const page = await context.newPage();
  await options.prepare?.(page);
  await page.goto(url, { waitUntil: 'domcontentloaded', timeout: options.timeoutMs ?? 60_000 });
  return page;
}

export async function screenshot(page: Page, file: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await page.screenshot({ path: file });
}

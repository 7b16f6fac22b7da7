// Debian's Chromium, driven by playwright-core, opening an editor that code-server serves.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, BrowserContext, LaunchOptions, Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import { makeOwnHome } from '../testHome.mjs';
import { findBinary } from '../setup.mjs';

const viewport = { width: 1280, height: 800 };

export interface WorkbenchOptions {
  /** Called before the page loads, to expose functions to it. */
  readonly prepare?: (page: Page) => Promise<void>;
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly timeoutMs?: number;
}

export async function launchChromium(): Promise<Browser> {
  // Its profile is temporary in any case; certificates and its cache depend on HOME.
  const home = makeOwnHome();
  const browser = await chromium.launch(launchOptions(home.env));
  browser.once('disconnected', home.remove);
  return browser;
}

/** The server is on this machine: compressing 20 MB of scripts takes longer than sending them. */
const extraHTTPHeaders = { 'Accept-Encoding': 'identity' };

/** A browser whose windows all belong to one user. @param profile its folder */
export async function launchChromiumWithProfile(profile: string): Promise<BrowserContext> {
  const home = makeOwnHome();
  const context = await chromium.launchPersistentContext(profile, {
    ...launchOptions(home.env),
    viewport,
    extraHTTPHeaders,
  });
  context.once('close', home.remove);
  return context;
}

function launchOptions(env: NodeJS.ProcessEnv): LaunchOptions {
  const executablePath = ['chromium-headless-shell', 'chromium', 'google-chrome']
    .map(findBinary)
    .find(Boolean);
  if (executablePath === undefined) {
    throw new Error('Chromium is missing. Install with: sudo apt-get install -y chromium');
  }
  return {
    executablePath,
    env,
    headless: true,
    // The callers end it, in their own order.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    args: [
      // Chromium's sandbox refuses to run as root.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
      '--disable-background-networking',
      '--disable-dev-shm-usage',
      '--disable-gpu',
      // A workbench loads faster without interruptions for garbage collection.
      '--js-flags=--min-semi-space-size=64 --max-semi-space-size=128',
    ],
  };
}

/** Opens a workbench; resolves when all its parts are there, which is a while after they are drawn. */
export async function openWorkbench(
  browser: Browser | BrowserContext,
  url: string,
  options: WorkbenchOptions = {},
): Promise<Page> {
  const page = await openPage(browser, url, options);
  await untilLoaded(page, options.timeoutMs);
  return page;
}

/** Resolves when all parts of a workbench are there, after it was opened or loaded anew. */
export async function untilLoaded(page: Page, timeout = 60_000): Promise<void> {
  await page.locator('.monaco-workbench .part.activitybar .action-item').first().waitFor({ timeout });
  // The last of the workbench's own parts to appear, when extensions have started.
  await page.locator('[id="status.problems"]').waitFor({ timeout });
}

/** Only opens the page, for callers that wait for something else in it. */
export async function openPage(
  browser: Browser | BrowserContext,
  url: string,
  options: WorkbenchOptions = {},
): Promise<Page> {
  const context =
    'newContext' in browser ? await browser.newContext({ viewport, extraHTTPHeaders }) : browser;
  const page = await context.newPage();
  await page.setViewportSize(options.viewport ?? viewport);
  await options.prepare?.(page);
  await page.goto(url, { waitUntil: 'domcontentloaded', timeout: options.timeoutMs ?? 60_000 });
  return page;
}

export async function screenshot(page: Page, file: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await page.screenshot({ path: file });
}

// One editor server and one browser for all tests of a process, because they start slowly. Each test starts like a
// new user: without settings, and without anything stored by the editor, the browser or the daemon.
import assert from 'node:assert/strict';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { BrowserContext, CDPSession } from 'playwright-core';
import { launchChromiumWithProfile } from '../support/editor/chromium';
import {
  builtInExtensionsForTests,
  quietPortDetection,
  startCodeServer,
  writeUserSettings,
} from '../support/editor/codeServer';
import type { CodeServer, CodeServerOptions } from '../support/editor/codeServer';
import { endLeftOvers } from '../support/editor/leftOvers';
import { shutDownDaemon } from '../support/editor/daemon';
import { tempDir } from '../support/tempDir';
import { keepNotifications } from './notificationsInPage';

/** A server, and a browser whose pages share its storage, like all windows of one user. */
export interface Editor {
  readonly server: CodeServer;
  readonly browser: BrowserContext;
}

let browser: Promise<BrowserContext & { end(): Promise<void> }> | undefined;
let server: Promise<CodeServer> | undefined;

/**
 * The editor as a new user finds it, with these settings.
 * @param options starts a server for this test only, with these options
 */
export async function freshEditor(
  userSettings: Readonly<Record<string, unknown>>,
  options?: CodeServerOptions,
): Promise<Editor & { readonly end: () => Promise<void> }> {
  const own = options ? await startServer(options) : await sharedServer();
  const context = await sharedBrowser();
  await writeUserSettings(own.dataDir, {
    'workbench.startupEditor': 'none',
    ...quietPortDetection,
    'security.workspace.trust.enabled': false,
    ...userSettings,
  });
  const end = async (): Promise<void> => {
    await closePages(context);
    await forgetAll(context, own);
    if (options) await own.stop();
  };
  return { server: own, browser: context, end };
}

/** Ends what is shared. */
export async function endSharedEditor(): Promise<void> {
  const [context, shared] = [browser, server];
  browser = server = undefined;
  await (await context)?.end();
  await (await shared)?.stop();
}

async function sharedServer(): Promise<CodeServer> {
  const current = (server ??= startServer());
  const found = await current;
  // A test may have killed it.
  void found.exited.then(() => {
    if (server === current) server = undefined;
  });
  return found;
}

async function startServer(options: CodeServerOptions = {}): Promise<CodeServer> {
  return await startCodeServer({
    extensionPath: resolve('.'),
    otherExtensions: [resolve('test/example')],
    builtInExtensions: builtInExtensionsForTests,
    // The settings of each test decide.
    workspaceTrust: true,
    ...options,
  });
}

async function sharedBrowser(): Promise<Awaited<NonNullable<typeof browser>>> {
  return await (browser ??= startBrowser());
}

async function startBrowser(): Promise<Awaited<NonNullable<typeof browser>>> {
  const profile = await tempDir('browser-');
  const context = await launchChromiumWithProfile(profile.path);
  await context.addInitScript({ content: keepNotifications });
  const end = async (): Promise<void> => {
    await context.close();
    await profile.remove();
  };
  return Object.assign(context, { end });
}

/** All pages but the first, without which the browser would exit. */
async function closePages(context: BrowserContext): Promise<void> {
  for (const page of context.pages().slice(1)) {
    // Like a user would, so the editor shuts down and its extension host exits.
    await page.goto('about:blank').catch(() => undefined);
    await page.close();
  }
}

/** Nothing of one test may remain in the next. @throws AssertionError when a process has not ended */
async function forgetAll(context: BrowserContext, { url, dataDir, runtimeDir }: CodeServer): Promise<void> {
  await shutDownDaemon(runtimeDir);
  const left = await endLeftOvers(runtimeDir, isServersOwn);
  // An extension host exits when the editor decides, and with it what the editor's own extensions have started. One
  // that a reload has left behind may start another daemon meanwhile.
  const excused = left.some(({ command }) => command.includes('--type=extensionHost'))
    ? /--type=extensionHost|\/built-in\/|\/tunnelDaemon\.js/
    : /\/built-in\//;
  const ofTheTest = left.filter(({ command }) => !excused.test(command));
  await withDevTools(context, (tools) =>
    tools.send('Storage.clearDataForOrigin', { origin: url, storageTypes: 'all' }),
  );
  for (const folder of ['User', 'Machine']) {
    await rm(join(dataDir, folder), { recursive: true, force: true, maxRetries: 3 });
  }
  await mkdir(runtimeDir, { recursive: true });
  for (const name of await readdir(runtimeDir)) {
    await rm(join(runtimeDir, name), { recursive: true, force: true });
  }
  assert.deepEqual(ofTheTest, [], 'processes of the test are left behind');
}

async function withDevTools(
  context: BrowserContext,
  use: (tools: CDPSession) => Promise<unknown>,
): Promise<void> {
  const [first] = context.pages();
  assert.ok(first);
  const tools = await context.newCDPSession(first);
  await use(tools);
  await tools.detach();
}

function isServersOwn(command: string): boolean {
  return /code-server\/out\/node\/entry|--type=(ptyHost|fileWatcher)/.test(command);
}

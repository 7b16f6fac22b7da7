// Runs an extension's tests in code-server and a headless Chromium, as the desktop's VS Code would run them. A server
// runs many, one after the other, and a browser even side by side: both start slowly.
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { repoRoot } from '../setup.mjs';
import { openPage, screenshot } from './chromium';
import type { CodeServer } from './codeServer';
import { builtInExtensionsForTests, startCodeServer, writeUserSettings } from './codeServer';

export interface TestRun {
  /** A folder or a .code-workspace file; without it the window is empty. */
  readonly workspace: string | undefined;
  /** The module whose `run()` the extension host calls. */
  readonly testsPath: string;
  readonly userSettings: Readonly<Record<string, unknown>>;
  /** For the extension host and what it starts. */
  readonly env: Readonly<Record<string, string>>;
}

export interface TestEditor extends AsyncDisposable {
  /** Resolves when the tests have passed. @throws Error */
  readonly run: (run: TestRun) => Promise<void>;
}

/** Nobody looks at it: a small window is drawn faster. */
const viewport = { width: 800, height: 600 };

/** Seconds that all tests of a run may take together. */
const timeoutVariable = 'SSH_TUNNELS_EDITOR_TIMEOUT';
/** Prints the editor's log at once, not only after a failure. */
const verboseVariable = 'SSH_TUNNELS_EDITOR_VERBOSE';

export async function startTestEditor(browser: Browser): Promise<TestEditor> {
  const server = await startCodeServer({
    otherExtensions: [path.join(repoRoot, 'test/example')],
    builtInExtensions: builtInExtensionsForTests,
    // The settings of each run decide.
    workspaceTrust: true,
    // Without it the page ignores its arguments about tests.
    vscodeOptions: ['enable-smoke-test-driver'],
  });
  return {
    run: async (run) => {
      await writeUserSettings(server.dataDir, run.userSettings);
      try {
        const code = await runInPage(browser, server, run);
        if (code !== 0) throw new Error(`The tests in the editor ended with code ${code}.`);
      } finally {
        // Settings, and what the editor and extensions have stored.
        for (const folder of ['User', 'Machine']) {
          await rm(path.join(server.dataDir, folder), { recursive: true, force: true, maxRetries: 3 });
        }
      }
    },
    [Symbol.asyncDispose]: server.stop,
  };
}

async function runInPage(browser: Browser, server: CodeServer, run: TestRun): Promise<number> {
  const seconds = Number(process.env[timeoutVariable] ?? '900');
  let timer: NodeJS.Timeout | undefined;
  let page: Page | undefined;
  const log = editorLog();
  try {
    const code = await new Promise<number>((resolve, reject) => {
      const fail = (reason: string) => reject(new Error(`The tests in the editor: ${reason}`));
      timer = setTimeout(() => fail(`not done after ${seconds} s (${timeoutVariable}).`), seconds * 1000);
      void server.exited.then((exitCode) => fail(`code-server ended with code ${exitCode}.`));
      browser.once('disconnected', () => fail('Chromium ended.'));
      const prepare = async (opened: Page) => {
        page = opened;
        opened.once('crash', () => fail('the page crashed.'));
        await opened.exposeFunction('codeAutomationLog', log.add);
        await opened.exposeFunction('codeAutomationExit', resolve);
      };
      openPage(browser, testsUrl(server.port, run), { prepare, viewport }).catch(reject);
    });
    if (code !== 0) log.print();
    return code;
  } catch (error) {
    log.print();
    if (page !== undefined) await keepEvidence(page, server);
    throw error;
  } finally {
    clearTimeout(timer);
    await closeWindow(page);
  }
}

/** The address at which a code-server on `port` runs the tests. */
function testsUrl(port: number, { workspace, testsPath, env }: TestRun): string {
  const authority = `127.0.0.1:${port}`;
  const remote = (file: string) => `vscode-remote://${authority}${file}`;
  const payload = [
    ['extensionDevelopmentPath', remote(repoRoot)],
    ['extensionTestsPath', remote(testsPath)],
    ['extensionEnvironment', JSON.stringify(env)],
    ['skipWelcome', 'true'],
  ];
  const url = new URL(`http://${authority}/`);
  if (workspace !== undefined) {
    url.searchParams.set(workspace.endsWith('.code-workspace') ? 'workspace' : 'folder', workspace);
  }
  url.searchParams.set('payload', JSON.stringify(payload));
  return url.href;
}

/** As a user does, so that its extension host exits. */
async function closeWindow(page: Page | undefined): Promise<void> {
  await page?.goto('about:blank').catch(() => undefined);
  await page
    ?.context()
    .close()
    .catch(() => undefined);
}

/** Receives everything that the workbench and the tests in it log, with the arguments of the console's call. */
function editorLog() {
  const lines: string[] = [];
  const verbose = process.env[verboseVariable] === '1';
  const add = (_type: string, args: readonly unknown[]) => {
    const line = args.map((arg) => (typeof arg === 'string' ? arg : JSON.stringify(arg))).join(' ');
    if (verbose) console.log(line);
    else lines.push(line);
  };
  const print = () => {
    for (const line of lines.splice(0)) console.log(line);
  };
  return { add, print };
}

async function keepEvidence(page: Page, server: CodeServer): Promise<void> {
  const file = path.join(repoRoot, 'test-results/editor-failure.png');
  await screenshot(page, file).then(
    () => console.error(`A picture of the editor: ${path.relative(repoRoot, file)}`),
    () => undefined,
  );
  console.error(server.log().trim().split('\n').slice(-15).join('\n'));
}

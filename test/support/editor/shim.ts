// Runs an extension's tests in code-server and a headless Chromium, as the desktop's `code` would run them.
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { endGroupsOnSignals } from '../processGroup.mjs';
import { repoRoot } from '../setup.mjs';
import { launchChromium, openPage, screenshot } from './chromium';
import type { CodeServer } from './codeServer';
import { builtInExtensionsForTests, startCodeServer } from './codeServer';
import type { ShimArguments } from './shimArguments';
import { parseShimArguments, testsUrl } from './shimArguments';

/** Seconds that all the tests may take together. */
const timeoutVariable = 'SSH_TUNNELS_EDITOR_TIMEOUT';
/** Runs the tests in an editor that asks to trust a folder; the desktop has no such command line option. */
const workspaceTrustVariable = 'SSH_TUNNELS_EDITOR_TRUST';
/** Prints the editor's log at once, not only after a failure. */
const verboseVariable = 'SSH_TUNNELS_EDITOR_VERBOSE';

/** Takes the desktop's command line, and exits with the tests' exit code. */
export async function runShim(commandLine: readonly string[]): Promise<void> {
  endGroupsOnSignals();
  let code = 1;
  try {
    code = await runTests(parseShimArguments(commandLine));
  } catch (error) {
    console.error(`The editor's tests: ${error instanceof Error ? error.message : String(error)}`);
  }
  process.exit(code);
}

async function runTests(args: ShimArguments): Promise<number> {
  const server = await startCodeServer({
    dataDir: args.userDataDir,
    extensionsDir: args.extensionsDir,
    workspaceTrust: process.env[workspaceTrustVariable] === '1',
    builtInExtensions: builtInExtensionsForTests,
    // Without it the page ignores its arguments about tests.
    vscodeOptions: ['enable-smoke-test-driver'],
  });
  let browser: Browser | undefined;
  try {
    browser = await launchChromium();
    return await runInPage(browser, server, args);
  } finally {
    await browser?.close();
    await server.stop();
  }
}

async function runInPage(browser: Browser, server: CodeServer, args: ShimArguments): Promise<number> {
  const seconds = Number(process.env[timeoutVariable] ?? '900');
  let timer: NodeJS.Timeout | undefined;
  let page: Page | undefined;
  const log = editorLog();
  try {
    const code = await new Promise<number>((resolve, reject) => {
      const fail = (reason: string) => reject(new Error(reason));
      timer = setTimeout(() => fail(`not done after ${seconds} s (${timeoutVariable}).`), seconds * 1000);
      void server.exited.then((code) => fail(`code-server ended with code ${code}.`));
      browser.once('disconnected', () => fail('Chromium ended.'));
      const prepare = async (opened: Page) => {
        page = opened;
        opened.once('crash', () => fail('the page crashed.'));
        await opened.exposeFunction('codeAutomationLog', log.add);
        await opened.exposeFunction('codeAutomationExit', resolve);
      };
      openPage(browser, testsUrl(server.port, args), { prepare }).catch(reject);
    });
    if (code !== 0) log.print();
    return code;
  } catch (error) {
    log.print();
    if (page !== undefined) await keepEvidence(page, server);
    throw error;
  } finally {
    clearTimeout(timer);
  }
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

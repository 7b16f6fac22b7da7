// A page of ours in a browser as VS Code shows it in a webview: the bundled script, the strict CSP, a theme.
import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { pageHtml } from '../../../src/views/webview/pageHtml';
import { openPage } from '../editor/chromium';
import { themeCss } from './themes';
import type { ThemeName } from './themes';

const origin = 'http://127.0.0.1:9';

export interface ShownPage extends AsyncDisposable {
  readonly page: Page;
  /** What the browser complains of: a script that threw, or what the CSP has blocked. */
  readonly complaints: readonly string[];
  draw(view: object): Promise<void>;
  /** Ids of the buttons that were pressed. */
  pressed(): Promise<readonly string[]>;
}

export async function showPage(
  browser: Browser,
  script: 'details.js' | 'map.js',
  theme: ThemeName,
  viewport: { readonly width: number; readonly height: number },
): Promise<ShownPage> {
  const html = pageHtml({
    title: 'page',
    language: 'en',
    script: `${origin}/dist/pages/${script}`,
    styles: ['theme.css', 'media/page.css', 'media/details.css'].map((file) => `${origin}/${file}`),
    subject: 'user:staging',
    cspSource: origin,
    nonce: 'n0',
  });
  const complaints: string[] = [];
  const page = await openPage(browser, `${origin}/`, {
    viewport,
    prepare: async (opened) => {
      opened.on('pageerror', (error) => complaints.push(String(error)));
      opened.on('console', (message) => {
        if (message.type() === 'error') {
          complaints.push(message.text());
        }
      });
      // Stands in for VS Code's own script, which webviews get before ours.
      await opened.addInitScript(`
        window.sent = [];
        window.acquireVsCodeApi = () => ({
          postMessage: (message) => sent.push(message),
          getState: () => undefined,
          setState: () => undefined,
        });`);
      await opened.route(`${origin}/**`, async (route) => {
        const path = new URL(route.request().url()).pathname.slice(1);
        if (path === '') {
          await route.fulfill({ contentType: 'text/html', body: html });
        } else if (path === 'theme.css') {
          await route.fulfill({ contentType: 'text/css', body: themeCss(theme) });
        } else if (/^(media\/\w+\.css|dist\/pages\/\w+\.js)$/.test(path)) {
          const contentType = path.endsWith('.css') ? 'text/css' : 'text/javascript';
          await route.fulfill({ contentType, body: await readFile(path, 'utf8') });
        } else {
          await route.fulfill({ status: 404, body: '' });
        }
      });
    },
  });
  await page.waitForLoadState('load');
  const isContrast = theme === 'contrast';
  await page.evaluate(
    `document.body.className = ${JSON.stringify(isContrast ? 'vscode-high-contrast' : `vscode-${theme}`)}`,
  );
  return {
    page,
    complaints,
    draw: async (view) => {
      await page.evaluate(`window.postMessage(${JSON.stringify({ type: 'view', view })}, '*')`);
      await page
        .locator('h1')
        .waitFor({ timeout: 5000 })
        .catch(() => {
          throw new Error(`The page is empty: ${complaints.join(', ')}`);
        });
    },
    pressed: () => page.evaluate<string[]>(`sent.filter(({ type }) => type === 'press').map(({ id }) => id)`),
    [Symbol.asyncDispose]: () => page.context().close(),
  };
}

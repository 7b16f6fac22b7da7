// A webview panel: it sends plain data to its page, and reports which button was pressed.
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { plainLines, plainText, textLanguage } from '../words/format';
import type { MessageToPage } from './pageData';
import { pageHtml, readPageMessage } from './pageHtml';

export interface WebPageOptions {
  readonly viewType: string;
  readonly title: string;
  /** The folder of the extension. */
  readonly extensionUri: vscode.Uri;
  readonly script: 'details.js' | 'map.js' | 'consent.js';
  /** What it shows: its serializer gets this after a reload of the window. */
  readonly subject?: string;
  /** That VS Code has restored; undefined: a new one. */
  readonly panel?: vscode.WebviewPanel;
  /** The page has loaded or reloaded, and is still empty. */
  readonly onReady: () => void;
  readonly onPress: (buttonId: string) => void;
  readonly onClosed: () => void;
}

export class WebPage implements vscode.Disposable {
  readonly #panel: vscode.WebviewPanel;
  #isReady = false;
  #shown = '';

  constructor({
    viewType,
    title,
    extensionUri,
    script,
    subject = '',
    panel,
    onReady,
    onPress,
    onClosed,
  }: WebPageOptions) {
    const media = vscode.Uri.joinPath(extensionUri, 'media');
    const scripts = vscode.Uri.joinPath(extensionUri, 'dist', 'pages');
    this.#panel =
      panel ?? vscode.window.createWebviewPanel(viewType, plainText(title), vscode.ViewColumn.Active);
    this.#panel.title = plainText(title);
    const { webview } = this.#panel;
    webview.options = { enableScripts: true, localResourceRoots: [media, scripts] };
    webview.onDidReceiveMessage((value: unknown) => {
      const message = readPageMessage(value);
      if (message?.type === 'ready') {
        this.#isReady = true;
        this.#shown = '';
        onReady();
      } else if (message) {
        onPress(message.id);
      }
    });
    this.#panel.onDidChangeViewState(() => {
      // VS Code discards a hidden page. It sends `ready` when it is visible again.
      this.#isReady &&= this.#panel.visible;
    });
    this.#panel.onDidDispose(onClosed);
    const address = (folder: vscode.Uri, file: string): string =>
      webview.asWebviewUri(vscode.Uri.joinPath(folder, file)).toString();
    webview.html = pageHtml({
      title,
      language: textLanguage(),
      script: address(scripts, script),
      styles: ['page.css', ...(script === 'consent.js' ? [] : ['details.css'])].map((file) =>
        address(media, file),
      ),
      subject,
      cspSource: webview.cspSource,
      nonce: randomBytes(16).toString('hex'),
    });
  }

  /** Whether the page is loaded and visible. */
  get isReady(): boolean {
    return this.#isReady;
  }

  set title(title: string) {
    this.#panel.title = plainText(title);
  }

  reveal(): void {
    this.#panel.reveal();
  }

  /** Makes every string plain text, except ids and keys, which aren't shown. */
  draw(page: object): void {
    const text = JSON.stringify(page, (name, value: unknown) =>
      typeof value === 'string' && name !== 'id' && name !== 'key' ? plainLines(value) : value,
    );
    if (this.#isReady && text !== this.#shown) {
      this.#shown = text;
      this.#send({ type: 'view', view: JSON.parse(text) as unknown });
    }
  }

  /** @param key of the section to scroll to */
  goTo(key: string): void {
    this.#send({ type: 'goTo', key });
  }

  #send(message: MessageToPage<unknown>): void {
    void this.#panel.webview.postMessage(message);
  }

  dispose(): void {
    this.#panel.dispose();
  }
}

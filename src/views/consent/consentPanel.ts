// The panel that lists the tunnels that need consent. There is one, and it is updated while it is open.
import { l10n } from 'vscode';
import type * as vscode from 'vscode';
import { WebPage } from '../webview/webPage';
import type { ConsentAction, ConsentPage } from './consentView';

/** What the panel shows. */
export interface ConsentList {
  readonly onDidChange: vscode.Event<void>;
  /** Called when the panel opens. */
  open(): void;
  close(): void;
  read(): ConsentPage;
  /** Carries out a button's action. Never rejects. */
  act(action: ConsentAction): Promise<void>;
}

const leastPauseMs = 30;

export interface ConsentPanelOptions {
  readonly viewType: string;
  /** The folder of the extension. */
  readonly extensionUri: vscode.Uri;
  readonly list: ConsentList;
}

export class ConsentPanel implements vscode.Disposable {
  readonly #options: ConsentPanelOptions;
  readonly #subscription: vscode.Disposable;
  #page: WebPage | undefined;
  #shown: ConsentPage | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** Until the next change is drawn. */
  #pauseMs = leastPauseMs;

  constructor(options: ConsentPanelOptions) {
    this.#options = options;
    this.#subscription = options.list.onDidChange(() => this.#drawSoon());
  }

  /** @param tunnelId the tunnel to scroll to */
  show(tunnelId?: string): void {
    const { viewType, extensionUri, list } = this.#options;
    list.open();
    this.#page ??= new WebPage({
      viewType,
      title: l10n.t('Review Tunnels'),
      extensionUri,
      script: 'consent.js',
      onReady: () => {
        this.#draw();
        this.#goTo(tunnelId);
      },
      onPress: (id) => {
        const action = this.#shown?.actions.get(id);
        if (action) {
          void list.act(action);
        }
      },
      onClosed: () => {
        list.close();
        this.#page = undefined;
      },
    });
    this.#page.reveal();
    this.#draw();
    this.#goTo(tunnelId);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#subscription.dispose();
    this.#page?.dispose();
  }

  /** Each of a thousand tunnels is a change once it is looked up. Drawing them takes at most a tenth of the time. */
  #drawSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#draw();
    }, this.#pauseMs);
  }

  #draw(): void {
    if (this.#page?.isReady) {
      const start = performance.now();
      this.#shown = this.#options.list.read();
      this.#page.draw(this.#shown.view);
      this.#pauseMs = Math.max(leastPauseMs, 10 * (performance.now() - start));
    }
  }

  #goTo(tunnelId: string | undefined): void {
    if (tunnelId !== undefined && this.#page?.isReady) {
      this.#page.goTo(tunnelId);
    }
  }
}

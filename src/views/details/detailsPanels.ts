// The panels with the details of a tunnel, one for each tunnel that somebody looks at, kept up to date while they can be
// seen.
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { TunnelsModel } from '../model';
import type { DetailsAction } from './detailsActions';
import { pageHtml, readPageMessage } from './detailsPage';
import { detailsOf, detailsOfNone, detailsTitle } from './detailsView';
import type { Details } from './detailsView';

/** Milliseconds between two pictures while bytes move, and while nothing does but the clock. */
const busyPace = 500;
const idlePace = 20_000;

export interface DetailsPanelsOptions {
  readonly viewType: string;
  readonly model: TunnelsModel;
  /** The folder with details.js and details.css. */
  readonly media: vscode.Uri;
  readonly platform: string;
  readonly now: () => number;
  readonly act: (tunnelId: string, action: DetailsAction) => void;
}

export class DetailsPanels implements vscode.Disposable {
  readonly #options: DetailsPanelsOptions;
  readonly #panels = new Map<string, DetailsPanel>();
  readonly #subscription: vscode.Disposable;

  constructor(options: DetailsPanelsOptions) {
    this.#options = options;
    this.#subscription = options.model.onDidChange((change) => {
      const isHurried = change.kind === 'structure' || !change.counters;
      for (const [id, panel] of this.#panels) {
        if (change.kind === 'structure' || change.id === id) {
          panel.update(isHurried);
        }
      }
    });
  }

  dispose(): void {
    this.#subscription.dispose();
    for (const panel of [...this.#panels.values()]) {
      panel.dispose();
    }
  }

  /** @param section the explanation to go to: its key, or else the first one; undefined: the top */
  show(tunnelId: string, section?: string): void {
    let panel = this.#panels.get(tunnelId);
    if (!panel) {
      panel = new DetailsPanel(tunnelId, this.#options, () => this.#panels.delete(tunnelId));
      this.#panels.set(tunnelId, panel);
    }
    panel.show(section);
  }
}

class DetailsPanel {
  readonly #tunnelId: string;
  readonly #options: DetailsPanelsOptions;
  readonly #panel: vscode.WebviewPanel;
  #name: string;
  #details: Details;
  #isReady = false;
  #shown = '';
  #section: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** "3 minutes ago" grows older by itself. */
  readonly #clock: NodeJS.Timeout;

  constructor(tunnelId: string, options: DetailsPanelsOptions, onClosed: () => void) {
    this.#tunnelId = tunnelId;
    this.#options = options;
    this.#name = tunnelId;
    this.#details = this.#read();
    const { viewType, media } = options;
    this.#panel = vscode.window.createWebviewPanel(
      viewType,
      detailsTitle(this.#name),
      vscode.ViewColumn.Active,
      {
        enableScripts: true,
        localResourceRoots: [media],
      },
    );
    const { webview } = this.#panel;
    webview.onDidReceiveMessage((message: unknown) => this.#receive(message));
    this.#panel.onDidChangeViewState(() => {
      // A page that is hidden is gone, and says that it is ready when it is there again.
      this.#isReady &&= this.#panel.visible;
    });
    this.#panel.onDidDispose(() => {
      clearTimeout(this.#timer);
      clearInterval(this.#clock);
      onClosed();
    });
    this.#clock = setInterval(() => this.update(false), idlePace);
    webview.html = pageHtml({
      title: detailsTitle(this.#name),
      script: webview.asWebviewUri(vscode.Uri.joinPath(media, 'details.js')).toString(),
      style: webview.asWebviewUri(vscode.Uri.joinPath(media, 'details.css')).toString(),
      cspSource: webview.cspSource,
      nonce: randomBytes(16).toString('hex'),
    });
  }

  dispose(): void {
    this.#panel.dispose();
  }

  show(section: string | undefined): void {
    this.#section = section;
    this.#panel.reveal();
    this.#goToSection();
  }

  /** @param hurried at once; otherwise once in a while */
  update(hurried: boolean): void {
    if (hurried || this.#timer === undefined) {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#draw(), hurried ? 0 : busyPace);
    }
  }

  #read(): Details {
    const { model, now, platform } = this.#options;
    const tunnel = model.tunnels.find(({ id }) => id === this.#tunnelId);
    if (!tunnel) {
      return detailsOfNone(this.#name);
    }
    this.#name = tunnel.name;
    return detailsOf(tunnel, { now: now(), platform });
  }

  #draw(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.#isReady) {
      return;
    }
    this.#details = this.#read();
    const text = JSON.stringify(this.#details.view);
    if (text !== this.#shown) {
      this.#shown = text;
      void this.#panel.webview.postMessage({ type: 'view', view: this.#details.view });
    }
    this.#goToSection();
  }

  #goToSection(): void {
    if (this.#isReady && this.#section !== undefined) {
      const { explanations } = this.#details.view;
      const found = explanations.find(({ key }) => key === this.#section) ?? explanations[0];
      this.#section = undefined;
      if (found) {
        void this.#panel.webview.postMessage({ type: 'goTo', key: found.key });
      }
    }
  }

  #receive(value: unknown): void {
    const message = readPageMessage(value);
    switch (message?.type) {
      case 'ready':
        this.#isReady = true;
        this.#shown = '';
        this.#draw();
        return;
      case 'press': {
        const action = this.#details.actions.get(message.id);
        if (action) {
          this.#options.act(this.#tunnelId, action);
        }
        return;
      }
      case undefined:
        return;
    }
  }
}

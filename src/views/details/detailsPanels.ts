// The details panels: one for each tunnel the user has opened, updated while it is visible.
import type * as vscode from 'vscode';
import type { TunnelsModel } from '../tunnelsModel';
import { WebPage } from '../webview/webPage';
import type { DetailsAction } from './detailsActions';
import { detailsOf, detailsOfRemovedTunnel, detailsTitle } from './detailsView';
import type { Details } from './detailsView';

/** The shortest time between two redraws for counters. */
const counterRedrawMs = 500;
/** Redraws relative times such as "3 minutes ago". */
const clockRedrawMs = 20_000;

export interface DetailsPanelsOptions {
  readonly viewType: string;
  readonly model: TunnelsModel;
  /** The folder of the extension. */
  readonly extensionUri: vscode.Uri;
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
      const isUrgent = change.kind === 'structure' || !change.counters;
      for (const [id, panel] of this.#panels) {
        if (change.kind === 'structure' || change.ids.has(id)) {
          panel.update(isUrgent);
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

  /** @param section key of the explanation or program to scroll to; if there is none, the first explanation; undefined: the top */
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
  readonly #page: WebPage;
  #name: string;
  #details: Details;
  #section: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  readonly #clock: NodeJS.Timeout;

  constructor(tunnelId: string, options: DetailsPanelsOptions, onClosed: () => void) {
    this.#tunnelId = tunnelId;
    this.#options = options;
    this.#name = tunnelId;
    this.#details = this.#read();
    this.#page = new WebPage({
      viewType: options.viewType,
      title: detailsTitle(this.#name),
      extensionUri: options.extensionUri,
      script: 'details.js',
      onReady: () => this.#draw(),
      onPress: (id) => this.#press(id),
      onClosed: () => {
        clearTimeout(this.#timer);
        clearInterval(this.#clock);
        onClosed();
      },
    });
    this.#clock = setInterval(() => this.update(false), clockRedrawMs);
  }

  dispose(): void {
    this.#page.dispose();
  }

  show(section: string | undefined): void {
    this.#section = section;
    this.#page.reveal();
    this.#goToSection();
  }

  /** @param urgent redraw at once, not after counterRedrawMs */
  update(urgent: boolean): void {
    if (urgent || this.#timer === undefined) {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#draw(), urgent ? 0 : counterRedrawMs);
    }
  }

  #read(): Details {
    const { model, now, platform } = this.#options;
    const tunnel = model.tunnels.find(({ id }) => id === this.#tunnelId);
    if (!tunnel) {
      return detailsOfRemovedTunnel(this.#name);
    }
    this.#name = tunnel.name;
    return detailsOf(tunnel, { now: now(), platform });
  }

  #draw(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.#page.isReady) {
      return;
    }
    this.#details = this.#read();
    this.#page.draw(this.#details.view);
    this.#goToSection();
  }

  #goToSection(): void {
    if (this.#page.isReady && this.#section !== undefined) {
      const { explanations, programs } = this.#details.view;
      const found =
        [...explanations, ...programs].find(({ key }) => key === this.#section) ?? explanations[0];
      this.#section = undefined;
      if (found) {
        this.#page.goTo(found.key);
      }
    }
  }

  #press(id: string): void {
    const action = this.#details.actions.get(id);
    if (action) {
      this.#options.act(this.#tunnelId, action);
    }
  }
}

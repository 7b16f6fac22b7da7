// The panels with the details of a tunnel, one for each tunnel that somebody looks at, kept up to date while they can be
// seen.
import type * as vscode from 'vscode';
import type { TunnelsModel } from '../model';
import { WebPage } from '../page/webPage';
import type { DetailsAction } from './detailsActions';
import { detailsOf, detailsOfNone, detailsTitle } from './detailsView';
import type { Details } from './detailsView';

/** Milliseconds between two pictures while bytes move, and while nothing does but the clock. */
const busyPace = 500;
const idlePace = 20_000;

export interface DetailsPanelsOptions {
  readonly viewType: string;
  readonly model: TunnelsModel;
  /** The folder with the page's script and style. */
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

  /** @param section the explanation or the program to go to: its key, or else the first explanation; undefined: the top */
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
  /** "3 minutes ago" grows older by itself. */
  readonly #clock: NodeJS.Timeout;

  constructor(tunnelId: string, options: DetailsPanelsOptions, onClosed: () => void) {
    this.#tunnelId = tunnelId;
    this.#options = options;
    this.#name = tunnelId;
    this.#details = this.#read();
    this.#page = new WebPage({
      viewType: options.viewType,
      title: detailsTitle(this.#name),
      media: options.media,
      script: 'details.js',
      onReady: () => this.#draw(),
      onPress: (id) => this.#press(id),
      onClosed: () => {
        clearTimeout(this.#timer);
        clearInterval(this.#clock);
        onClosed();
      },
    });
    this.#clock = setInterval(() => this.update(false), idlePace);
  }

  dispose(): void {
    this.#page.dispose();
  }

  show(section: string | undefined): void {
    this.#section = section;
    this.#page.reveal();
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

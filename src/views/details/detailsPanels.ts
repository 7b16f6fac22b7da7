// The details panels: one for each tunnel the user has opened, updated while it is visible.
import type * as vscode from 'vscode';
import type { TunnelsModel } from '../tunnelsModel';
import type { TunnelActivity } from '../../tunnels/model/tunnelActivity';
import { WebPage } from '../webview/webPage';
import type { RecordedLine } from './detailsTypes';
import type { Traffic } from './traffic';
import type { DetailsAction } from './detailsActions';
import { detailsOf, detailsOfRemovedTunnel, detailsTitle } from './detailsView';
import type { Details } from './detailsView';

/** The shortest time between two redraws for counters. */
const counterRedrawMs = 500;
/** While the page is visible: asks the daemon, and draws the chart and the relative times again. */
const pollMs = 1000;

/** What isn't part of the snapshots. */
export interface DetailsSources {
  /** From the daemon. undefined: it doesn't tell. Never rejects. */
  readonly activity: (tunnelId: string) => Promise<TunnelActivity | undefined>;
  readonly traffic: (tunnelId: string) => Traffic;
  readonly log: (tunnelId: string) => readonly RecordedLine[];
}

export interface DetailsPanelsOptions {
  readonly viewType: string;
  readonly model: TunnelsModel;
  /** The folder of the extension. */
  readonly extensionUri: vscode.Uri;
  readonly platform: string;
  readonly now: () => number;
  readonly sources: DetailsSources;
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
    const panel = this.#panels.get(tunnelId) ?? this.#open(tunnelId);
    panel.show(section);
  }

  /** Fills a panel that VS Code has restored after a reload of the window. */
  restore(tunnelId: string, panel: vscode.WebviewPanel): void {
    this.#panels.get(tunnelId)?.dispose();
    this.#open(tunnelId, panel);
  }

  #open(tunnelId: string, restored?: vscode.WebviewPanel): DetailsPanel {
    const onClosed = (): void => {
      if (this.#panels.get(tunnelId) === panel) {
        this.#panels.delete(tunnelId);
      }
    };
    const panel = new DetailsPanel(tunnelId, this.#options, onClosed, restored);
    this.#panels.set(tunnelId, panel);
    return panel;
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
  #activity: TunnelActivity | undefined;
  #isAsking = false;

  constructor(
    tunnelId: string,
    options: DetailsPanelsOptions,
    onClosed: () => void,
    restored: vscode.WebviewPanel | undefined,
  ) {
    this.#tunnelId = tunnelId;
    this.#options = options;
    this.#name = tunnelId;
    this.#details = this.#read();
    this.#page = new WebPage({
      viewType: options.viewType,
      title: detailsTitle(this.#name),
      extensionUri: options.extensionUri,
      script: 'details.js',
      subject: tunnelId,
      ...(restored && { panel: restored }),
      onReady: () => {
        this.#draw();
        void this.#poll();
      },
      onPress: (id) => this.#press(id),
      onClosed: () => {
        clearTimeout(this.#timer);
        clearInterval(this.#clock);
        onClosed();
      },
    });
    this.#clock = setInterval(() => void this.#poll(), pollMs);
  }

  async #poll(): Promise<void> {
    if (!this.#page.isReady || this.#isAsking) {
      return;
    }
    this.#isAsking = true;
    this.#activity = await this.#options.sources.activity(this.#tunnelId);
    this.#isAsking = false;
    this.update(false);
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
    const { traffic, log } = this.#options.sources;
    return detailsOf(tunnel, {
      now: now(),
      platform,
      ...(this.#activity && { activity: this.#activity }),
      traffic: traffic(tunnel.id),
      log: log(tunnel.id),
    });
  }

  #draw(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.#page.isReady) {
      return;
    }
    this.#details = this.#read();
    this.#page.title = detailsTitle(this.#name);
    this.#page.draw(this.#details.view);
    this.#goToSection();
  }

  #goToSection(): void {
    if (this.#page.isReady && this.#section !== undefined) {
      const { explanations, programs, forwards } = this.#details.view;
      const found =
        [...explanations, ...programs, ...forwards].find(({ key }) => key === this.#section) ??
        explanations[0];
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

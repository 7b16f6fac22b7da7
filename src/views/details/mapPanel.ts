// The panel of Show Map: the way of the bytes of all tunnels of the window. There is one, updated while it is visible.
import { l10n } from 'vscode';
import type * as vscode from 'vscode';
import type { TunnelsModel } from '../tunnelsModel';
import { WebPage } from '../webview/webPage';
import type { MapPageView } from '../webview/mapData';
import { windowMap } from './mapView';
import type { Traffic } from './traffic';

const redrawMs = 1000;

export interface MapPanelOptions {
  readonly viewType: string;
  readonly model: TunnelsModel;
  /** The folder of the extension. */
  readonly extensionUri: vscode.Uri;
  readonly traffic: (tunnelId: string) => Traffic;
}

export class MapPanel implements vscode.Disposable {
  readonly #options: MapPanelOptions;
  #open: { readonly page: WebPage; readonly timer: NodeJS.Timeout } | undefined;

  constructor(options: MapPanelOptions) {
    this.#options = options;
  }

  /** @param restored by VS Code after a reload of the window */
  show(restored?: vscode.WebviewPanel): void {
    if (this.#open && !restored) {
      this.#open.page.reveal();
      return;
    }
    this.dispose();
    const { viewType, extensionUri } = this.#options;
    const page = new WebPage({
      viewType,
      title: l10n.t('Map of the Tunnels'),
      extensionUri,
      script: 'map.js',
      ...(restored && { panel: restored }),
      onReady: () => this.#draw(),
      onPress: () => undefined,
      onClosed: () => {
        clearInterval(timer);
        this.#open = undefined;
      },
    });
    const timer = setInterval(() => this.#draw(), redrawMs);
    this.#open = { page, timer };
  }

  /** The page is sent only what has changed. */
  #draw(): void {
    if (this.#open?.page.isReady) {
      const { model, traffic } = this.#options;
      const map = windowMap(model.tunnels, (id) => traffic(id).moving);
      const view: MapPageView = {
        title: l10n.t('Map of the Tunnels'),
        state:
          map.tunnels.length === 0
            ? l10n.t('There are no tunnels yet.')
            : l10n.t('All tunnels of this window: an arrow leads from the client to the target.'),
        map,
      };
      this.#open.page.draw(view);
    }
  }

  dispose(): void {
    this.#open?.page.dispose();
  }
}

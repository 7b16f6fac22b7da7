// Handles `vscode://ssh-tunnels.ssh-tunnels/start?tunnel=staging`: asks, then starts an existing tunnel.
import * as vscode from 'vscode';
import type { TunnelSnapshot } from '../../../tunnels/model/snapshot';
import { lacksConsent } from '../../consent/consentPrompt';
import { commandIds } from '../../contributions';
import type { TunnelManager } from '../../tunnels/tunnelManager';
import type { PlainLog } from '../../ui/outputChannel';
import { confirm, showMessage } from '../../ui/dialogs';
import { explainFailure } from '../../tunnels/interactiveStart';
import type { BringUp } from '../bringUp';
import { readStartLink } from './startLink';
import { upMessage } from './upMessage';
import { startSummary } from './startSummary';

/** Shown in the question. */
const who = 'Requested by a link that you opened.';

export interface LinkOptions {
  readonly bringUp: BringUp;
  readonly manager: TunnelManager;
  readonly log: PlainLog;
}

export function registerLinks(options: LinkOptions): vscode.Disposable {
  return vscode.window.registerUriHandler(new Links(options));
}

class Links implements vscode.UriHandler {
  readonly #options: LinkOptions;
  /** A web page may open many links; the user is asked about one at a time. */
  #isBusy = false;

  constructor(options: LinkOptions) {
    this.#options = options;
  }

  async handleUri(uri: vscode.Uri): Promise<void> {
    const { log } = this.#options;
    if (this.#isBusy) {
      log.warn('Ignored a link: another one is still waiting for an answer.');
      return;
    }
    this.#isBusy = true;
    try {
      await this.#start(uri);
    } catch (error) {
      // Don't report a cancellation.
      if (!lacksConsent(error)) {
        log.error(`Link: ${explainFailure(error)}`);
        void showMessage('error', explainFailure(error));
      }
    } finally {
      this.#isBusy = false;
    }
  }

  async #start(uri: vscode.Uri): Promise<void> {
    const { bringUp, manager } = this.#options;
    const tunnel = await bringUp.find(readStartLink(uri));
    if (tunnel.state.status === 'up') {
      void showUp(tunnel, true);
      return;
    }
    // If consent is missing, bringUp asks for it, with all the tunnel would do. Without trust, it refuses to start.
    const { granted } = manager.desiredState.permission(manager.desiredState.get(tunnel.id));
    if (granted && !(await confirmStart(tunnel))) {
      return;
    }
    const now = await bringUp.tunnel(tunnel.id, undefined, who);
    if (now !== 'cancelled') {
      void showUp(now, false);
    }
  }
}

async function showUp(tunnel: TunnelSnapshot, already: boolean): Promise<void> {
  const { text, isWhole } = upMessage(tunnel, already);
  const explain = 'Explain';
  const answer = await (isWhole ? showMessage('information', text) : showMessage('warning', text, explain));
  if (answer === explain) {
    await vscode.commands.executeCommand(commandIds.explain, tunnel.id);
  }
}

async function confirmStart(tunnel: TunnelSnapshot): Promise<boolean> {
  const start = 'Start';
  const answer = await confirm(
    `Start the tunnel "${tunnel.name}"?`,
    [who, ...startSummary(tunnel).map(({ term, value }) => `${term}: ${value}`)].join('\n'),
    start,
  );
  return answer === start;
}

// `vscode://ssh-tunnels.ssh-tunnels/start?tunnel=staging`: starts a tunnel that is defined already, after a question.
import * as vscode from 'vscode';
import type { TunnelSnapshot } from '../../tunnels/model/snapshot';
import { lacksConsent } from '../consentQuestions';
import type { TunnelManager } from '../manager';
import type { PlainLog } from '../plainLog';
import { askYesNo, tell } from '../show';
import { explainFailure } from '../starter';
import type { BringUp } from './bringUp';
import { readStartLink } from './startLink';
import { whatStarts } from './whatStarts';

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
  /** A page may open links without end; its reader is asked about one. */
  #isBusy = false;

  constructor(options: LinkOptions) {
    this.#options = options;
  }

  async handleUri(uri: vscode.Uri): Promise<void> {
    const { log } = this.#options;
    if (this.#isBusy) {
      log.warn('A link came while another was still asked about: it is left out.');
      return;
    }
    this.#isBusy = true;
    try {
      await this.#start(uri);
    } catch (error) {
      // Who has just said no need not be told of it.
      if (!lacksConsent(error)) {
        log.error(`A link: ${explainFailure(error)}`);
        void tell('error', explainFailure(error));
      }
    } finally {
      this.#isBusy = false;
    }
  }

  async #start(uri: vscode.Uri): Promise<void> {
    const { bringUp, manager } = this.#options;
    const tunnel = await bringUp.find(readStartLink(uri));
    if (tunnel.state.status === 'up') {
      void tell('information', `The tunnel "${tunnel.name}" is up already.`);
      return;
    }
    // Where consent is missing, it is asked for next, with all that the tunnel would do; without trust, nothing starts.
    const { granted } = manager.wishes.permission(manager.wishes.get(tunnel.id));
    if (granted && !(await isWanted(tunnel))) {
      return;
    }
    if ((await bringUp.tunnel(tunnel.id)) !== 'cancelled') {
      void tell('information', `The tunnel "${tunnel.name}" is up.`);
    }
  }
}

async function isWanted(tunnel: TunnelSnapshot): Promise<boolean> {
  const start = 'Start';
  const answer = await askYesNo(
    `Start the tunnel "${tunnel.name}"?`,
    [
      'A link that you have opened asks for it.',
      ...whatStarts(tunnel).map(({ term, value }) => `${term}: ${value}`),
    ].join('\n'),
    start,
  );
  return answer === start;
}

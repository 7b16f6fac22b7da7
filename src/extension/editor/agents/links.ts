// `vscode://ssh-tunnels.ssh-tunnels/start?tunnel=staging`: starts a tunnel that is defined already, after a question.
import * as vscode from 'vscode';
import type { TunnelSnapshot } from '../../../tunnels/model/snapshot';
import { lacksConsent } from '../../consent/consentPrompt';
import { commandIds } from '../../contributions';
import type { TunnelManager } from '../../tunnels/tunnelManager';
import type { PlainLog } from '../../ui/outputChannel';
import { askYesNo, tell } from '../../ui/dialogs';
import { explainFailure } from '../../tunnels/interactiveStart';
import type { BringUp } from '../bringUp';
import { readStartLink } from './startLink';
import { upWords } from './upMessage';
import { whatStarts } from './startSummary';

/** For who is asked whether it may. */
const who = 'A link that you have opened asks for it.';

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
      void tellUp(tunnel, true);
      return;
    }
    // Where consent is missing, it is asked for next, with all that the tunnel would do; without trust, nothing starts.
    const { granted } = manager.wishes.permission(manager.wishes.get(tunnel.id));
    if (granted && !(await isWanted(tunnel))) {
      return;
    }
    const now = await bringUp.tunnel(tunnel.id, undefined, who);
    if (now !== 'cancelled') {
      void tellUp(now, false);
    }
  }
}

async function tellUp(tunnel: TunnelSnapshot, already: boolean): Promise<void> {
  const { text, isWhole } = upWords(tunnel, already);
  const explain = 'Explain';
  const answer = await (isWhole ? tell('information', text) : tell('warning', text, explain));
  if (answer === explain) {
    await vscode.commands.executeCommand(commandIds.explain, tunnel.id);
  }
}

async function isWanted(tunnel: TunnelSnapshot): Promise<boolean> {
  const start = 'Start';
  const answer = await askYesNo(
    `Start the tunnel "${tunnel.name}"?`,
    [who, ...whatStarts(tunnel).map(({ term, value }) => `${term}: ${value}`)].join('\n'),
    start,
  );
  return answer === start;
}

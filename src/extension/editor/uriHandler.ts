// Handles `vscode://ssh-tunnels.ssh-tunnels/start?tunnel=staging`: asks, then starts an existing tunnel.
import * as vscode from 'vscode';
import { errorWords } from '../../tunnels/errors/errors';
import type { TunnelSnapshot } from '../../tunnels/model/snapshot';
import { findHidden } from '../../tunnels/util/untrustedText';
import { english } from '../../tunnels/util/l10n';
import { isClosedQuestion } from '../consent/consentPrompt';
import { commandIds } from '../contributions';
import type { TunnelManager } from '../tunnels/tunnelManager';
import type { PlainLog } from '../ui/outputChannel';
import { confirm, showMessage } from '../ui/dialogs';
import { explainFailure } from '../tunnels/interactiveStart';
import type { TunnelStarter } from './startAndWait';
import { quotedName } from '../../views/words/exactText';
import { checkShown } from './agents/shownTunnels';
import { serverOf, startSummary } from './agents/startSummary';

export interface LinkOptions {
  readonly starter: TunnelStarter;
  readonly manager: TunnelManager;
  readonly log: PlainLog;
}

export function registerUriHandler(options: LinkOptions): vscode.Disposable {
  return vscode.window.registerUriHandler(new StartUriHandler(options));
}

class StartUriHandler implements vscode.UriHandler {
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
      if (!isClosedQuestion(error)) {
        log.error(`Link: ${explainFailure(error, english)}`);
        void showMessage('error', explainFailure(error));
      }
    } finally {
      this.#isBusy = false;
    }
  }

  async #start(uri: vscode.Uri): Promise<void> {
    const { starter, manager } = this.#options;
    const tunnel = await starter.find(readStartLink(uri));
    if (tunnel.state.status === 'up') {
      void showUp(tunnel, true);
      return;
    }
    // If consent is missing, the start asks for it, with all the tunnel would do. Without trust, it refuses to start.
    const { granted } = manager.desiredState.permission(manager.desiredState.get(tunnel.id));
    if (granted) {
      if (!(await confirmStart(tunnel))) {
        return;
      }
      checkShown(
        tunnel,
        manager.tunnels.find(({ id }) => id === tunnel.id),
      );
    }
    const now = await starter.tunnel(tunnel.id, undefined, requestedBy());
    if (now !== 'cancelled') {
      void showUp(now, false);
    }
  }
}

async function showUp(tunnel: TunnelSnapshot, already: boolean): Promise<void> {
  const { text, isWhole } = upMessage(tunnel, already);
  const explain = vscode.l10n.t('Explain');
  const answer = await (isWhole ? showMessage('information', text) : showMessage('warning', text, explain));
  if (answer === explain) {
    await vscode.commands.executeCommand(commandIds.explain, tunnel.id);
  }
}

export interface UpMessage {
  readonly text: string;
  readonly isWhole: boolean;
}

/**
 * The message that a requested tunnel is up, or up except for some forwards.
 * @param already the tunnel was up before the request
 */
export function upMessage({ name: tunnel, forwards }: TunnelSnapshot, already: boolean): UpMessage {
  const missing = forwards.flatMap(({ forward: { label }, state }) =>
    state.status === 'failed' ? [{ label, error: state.error }] : [],
  );
  const [first, ...others] = missing;
  if (!first) {
    const text = already
      ? vscode.l10n.t('The tunnel "{tunnel}" is already up.', { tunnel })
      : vscode.l10n.t('The tunnel "{tunnel}" is up.', { tunnel });
    return { text, isWhole: true };
  }
  const error = errorWords(first.error, vscode.l10n).message;
  const values = { tunnel, forward: first.label, count: others.length, error };
  const text =
    others.length === 0
      ? vscode.l10n.t('The tunnel "{tunnel}" is up, except for "{forward}": {error}', values)
      : others.length === 1
        ? vscode.l10n.t(
            'The tunnel "{tunnel}" is up, except for "{forward}" and 1 more forward: {error}',
            values,
          )
        : vscode.l10n.t(
            'The tunnel "{tunnel}" is up, except for "{forward}" and {count} more forwards: {error}',
            values,
          );
  return { text, isWhole: false };
}

/** Shown in the question. */
function requestedBy(): string {
  return vscode.l10n.t('Requested by a link that you opened.');
}

async function confirmStart(tunnel: TunnelSnapshot): Promise<boolean> {
  const start = vscode.l10n.t('Start');
  const answer = await confirm(
    vscode.l10n.t('{host}: start the tunnel {tunnel}?', {
      host: serverOf(tunnel),
      tunnel: quotedName(tunnel.name),
    }),
    [...startSummary(tunnel).map(({ term, value }) => `${term}: ${value}`), '', requestedBy()].join('\n'),
    start,
  );
  return answer === start;
}

/** Parts of a vscode.Uri, already decoded. */
export interface LinkParts {
  readonly path: string;
  readonly query: string;
  readonly fragment: string;
}

/** An id includes a folder name, so it may be long. */
const maxReferenceLength = 300;
const example = '/start?tunnel=staging';

/**
 * Parses a start link. A link can only name an existing tunnel; it can't define or change one.
 * @returns the name or id of the tunnel to start
 * @throws Error with a message for the user
 */
export function readStartLink({ path, query, fragment }: LinkParts): string {
  if (path !== '/start') {
    throw new Error(vscode.l10n.t('Unknown link. Use {example}.', { example }));
  }
  const [, tunnel] = /^tunnel=(.*)$/s.exec(query) ?? [];
  if (tunnel === undefined || tunnel === '') {
    throw new Error(vscode.l10n.t('The link names no tunnel. Use {example}.', { example }));
  }
  // A name may contain "&", but not "&key=": that would look like another parameter.
  if (fragment !== '' || /&[^&=]*=/.test(tunnel)) {
    throw new Error(vscode.l10n.t('The link has more than a tunnel name. Use {example}.', { example }));
  }
  if (tunnel.length > maxReferenceLength) {
    throw new Error(vscode.l10n.t('The tunnel name in the link is too long.'));
  }
  if (findHidden(tunnel) >= 0) {
    throw new Error(vscode.l10n.t('The tunnel name in the link has an invisible character.'));
  }
  return tunnel;
}

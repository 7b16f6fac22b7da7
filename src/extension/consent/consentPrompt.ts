// Asks for consent: a notification for tunnels that would start automatically, a dialog when the user starts one. Both
// show the resolved facts. Only a yes is remembered.
import * as vscode from 'vscode';
import { errorWords, TunnelFailure } from '../../tunnels/errors/errors';
import { consentNotice, describeConsentRequests } from '../../views/consent/consentLines';
import { sheetInText } from '../../views/consent/consentDiff';
import { quotedName, titleServer } from '../../views/words/exactText';
import { plainText } from '../../views/words/format';
import type { ValidTunnel } from '../settings/configuredTunnel';
import type { ResolvedTunnel, Consents } from './consents';
import type { TunnelManager } from '../tunnels/tunnelManager';
import { subjectOf } from '../tunnels/startPolicy';
import { fitsDialog, showModal, showMessage } from '../ui/dialogs';

/** Milliseconds that a tunnel must wait for consent before the user is notified. */
const settleDelayMs = 1500;

/** Tunnels that are looked up for a notification or a dialog. Each has two lines or more. */
const maxTunnels = 20;

const notNow: vscode.MessageItem = { title: vscode.l10n.t('Not Now'), isCloseAffordance: true };

export interface ConsentPromptOptions {
  readonly manager: TunnelManager;
  readonly consents: Consents;
  /** The machine that listens, if it isn't the desktop. */
  readonly where: string | undefined;
  /** Opens the consent page. */
  readonly review: (tunnelId?: string) => void;
}

export class ConsentPrompt {
  readonly #options: ConsentPromptOptions;
  /** The waiting tunnels that the user was notified about; not asked again. */
  #notified: ReadonlySet<string> = new Set();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: ConsentPromptOptions) {
    this.#options = options;
  }

  /** Call this whenever a tunnel may have started to wait for consent. */
  notify(): void {
    const waiting = new Set(this.#options.manager.awaitingConsent.map(keyOf));
    this.#notified = new Set([...this.#notified].filter((key) => waiting.has(key)));
    if (this.#timer !== undefined || [...waiting].every((key) => this.#notified.has(key))) {
      return;
    }
    // A change of the settings by one of our commands arrives a moment after the change of the consent.
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#options.consents.isChanging) {
        this.notify();
        return;
      }
      const stillWaiting = this.#options.manager.awaitingConsent.filter((tunnel) =>
        waiting.has(keyOf(tunnel)),
      );
      void this.#notifyOf(stillWaiting);
      this.notify();
    }, settleDelayMs);
  }

  dispose(): void {
    clearTimeout(this.#timer);
  }

  async #notifyOf(waiting: readonly ValidTunnel[]): Promise<void> {
    const { manager } = this.#options;
    const keys = waiting.map(keyOf);
    const isNew = keys.some((key) => !this.#notified.has(key));
    this.#notified = new Set(keys);
    if (!isNew) {
      return;
    }
    // The message has no room for more.
    const named = waiting.slice(0, maxTunnels);
    const results = await Promise.all(named.map((tunnel) => this.#tryToResolve(tunnel)));
    const facts = results.map((result) => ('facts' in result ? result.facts : undefined));
    const [allow, review] = [vscode.l10n.t('Allow…'), vscode.l10n.t('Review')];
    const answer = await showMessage(
      'information',
      describeConsentRequests(waiting, facts),
      allow,
      review,
      notNow.title,
    );
    if (answer === review) {
      this.#options.review();
    } else if (answer === allow) {
      await this.askTogether(manager.awaitingConsent);
      manager.refresh();
    }
  }

  /** Like ask(), but names the tunnels that can't be resolved and still asks about the others. */
  async askTogether(tunnels: readonly ValidTunnel[]): Promise<void> {
    if (tunnels.length > maxTunnels) {
      this.#options.review();
      return;
    }
    const results = await Promise.all(tunnels.map((tunnel) => this.#tryToResolve(tunnel)));
    const faults = results.flatMap((result) => ('fault' in result ? [result.fault] : []));
    if (faults.length > 0) {
      void showMessage('warning', faults.join(' '));
    }
    await this.#show(results.flatMap((result) => ('facts' in result ? [result] : [])));
  }

  /**
   * Shows the facts of these tunnels in one modal list.
   * @param who a sentence that says who asks, if it isn't the user
   * @returns whether all of them are allowed now
   * @throws TunnelFailure if one can't be resolved
   */
  async ask(tunnels: readonly ValidTunnel[], who?: string): Promise<boolean> {
    const { consents } = this.#options;
    return this.#show(await Promise.all(tunnels.map((tunnel) => consents.resolve(tunnel))), who);
  }

  async #tryToResolve(tunnel: ValidTunnel): Promise<ResolvedTunnel | { readonly fault: string }> {
    try {
      return await this.#options.consents.resolve(tunnel);
    } catch (error) {
      const why =
        error instanceof TunnelFailure ? errorWords(error.error, vscode.l10n).message : String(error);
      return {
        fault: vscode.l10n.t('"{tunnel}" can\'t be allowed yet. {why}', { tunnel: tunnel.name, why }),
      };
    }
  }

  async #show(all: readonly ResolvedTunnel[], who?: string): Promise<boolean> {
    const { consents, where, review: openReview } = this.#options;
    const [first] = all;
    if (!first) {
      return true;
    }
    const text = all.map(({ tunnel, facts }) => sheetInText(consents.sheet(tunnel, facts))).join('\n\n');
    // Longer text is shown on the consent page.
    const isLong = !fitsDialog(text);
    const allow: vscode.MessageItem = { title: vscode.l10n.t('Allow') };
    const review: vscode.MessageItem = { title: vscode.l10n.t('Review') };
    const answer = await showModal(
      all.length === 1
        ? vscode.l10n.t('{host}: allow the tunnel {tunnel}?', {
            host: titleServer(first.facts.hops),
            tunnel: quotedName(first.tunnel.name),
          })
        : vscode.l10n.t('Allow these {count} tunnels?', { count: all.length }),
      [
        isLong ? vscode.l10n.t('There is too much to show here. Choose Review to read it.') : text,
        ...(who === undefined ? [] : [who]),
        ...(where === undefined
          ? []
          : [vscode.l10n.t('The ports are opened on {machine}.', { machine: plainText(where) })]),
        consentNotice(),
      ].join('\n\n'),
      // The user can't allow what they can't read.
      ...(isLong ? [] : [allow]),
      review,
      notNow,
    );
    if (answer === review) {
      openReview(first.tunnel.id);
    }
    if (answer !== allow) {
      return false;
    }
    for (const resolved of all) {
      await consents.allow(resolved);
    }
    return true;
  }
}

/** Whether an error means that consent is missing. */
export function lacksConsent(error: unknown): boolean {
  return error instanceof TunnelFailure && error.code === 'ConsentNeeded';
}

/** Whether the user closed a question. They know that, and the row still says what is needed: it is no error. */
export function isClosedQuestion(error: unknown): boolean {
  return lacksConsent(error) || (error instanceof TunnelFailure && error.code === 'AuthenticationCancelled');
}

/** Identifies what a notification is about. It changes when the tunnel's meaning changes. */
function keyOf(tunnel: ValidTunnel): string {
  return `${tunnel.id} ${subjectOf(tunnel)}`;
}

// Asks for consent: one quiet notification for what would start by itself, a dialog at a start that somebody asked for,
// both leading to one list with the resolved facts. Nothing is remembered but a yes.
import type * as vscode from 'vscode';
import { TunnelFailure } from '../../tunnels/errors/errors';
import { whatAllowMeans, wishInWords } from '../../views/consent/consentLines';
import { sheetInText } from '../../views/consent/consentSheet';
import { plainText } from '../../views/words/format';
import type { UsableTunnel } from '../settings/configuredTunnel';
import type { Asked, Consents } from './consents';
import type { TunnelManager } from '../tunnels/tunnelManager';
import { subjectOf } from '../tunnels/permission';
import { askInDialog, tell } from '../ui/dialogs';

/** Lines and characters that a dialog shows whole on a small screen: what is longer is to be read in the list. */
const mostLines = 24;
const mostCharacters = 2500;

/** Milliseconds for which a tunnel has to wait for consent before somebody is told. */
const settleTime = 1500;

const notNow: vscode.MessageItem = { title: 'Not Now', isCloseAffordance: true };

export interface ConsentQuestionsOptions {
  readonly manager: TunnelManager;
  readonly consents: Consents;
  /** The machine that listens, where that is not the desktop. */
  readonly where: string | undefined;
  /** Opens the list of all that needs consent. */
  readonly review: (tunnelId?: string) => void;
}

export class ConsentQuestions {
  readonly #options: ConsentQuestionsOptions;
  /** What waits and was notified of: the same is not asked twice. */
  #notified: ReadonlySet<string> = new Set();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: ConsentQuestionsOptions) {
    this.#options = options;
  }

  /** To be called whenever tunnels may have begun to wait for consent. */
  notify(): void {
    const waiting = new Set(this.#options.manager.awaitingConsent.map(keyOf));
    this.#notified = new Set([...this.#notified].filter((key) => waiting.has(key)));
    if (this.#timer !== undefined || [...waiting].every((key) => this.#notified.has(key))) {
      return;
    }
    // While a command of ours changes a tunnel and its consent, it may seem to wait for a moment.
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      const still = this.#options.manager.awaitingConsent.filter((tunnel) => waiting.has(keyOf(tunnel)));
      void this.#notifyOf(still);
      this.notify();
    }, settleTime);
  }

  dispose(): void {
    clearTimeout(this.#timer);
  }

  async #notifyOf(waiting: readonly UsableTunnel[]): Promise<void> {
    const { manager } = this.#options;
    const keys = waiting.map(keyOf);
    const isNew = keys.some((key) => !this.#notified.has(key));
    this.#notified = new Set(keys);
    if (!isNew) {
      return;
    }
    const results = await Promise.all(waiting.map((tunnel) => this.#tryToResolve(tunnel)));
    const facts = results.map((result) => ('facts' in result ? result.facts : undefined));
    const [allow, review] = ['Allow…', 'Review'];
    const answer = await tell('information', wishInWords(waiting, facts), allow, review, notNow.title);
    if (answer === review) {
      this.#options.review();
    } else if (answer === allow) {
      await this.askTogether(manager.awaitingConsent);
      manager.refresh();
    }
  }

  /** As ask(); one that can't be resolved is named, and keeps nobody from allowing the others. */
  async askTogether(tunnels: readonly UsableTunnel[]): Promise<void> {
    const results = await Promise.all(tunnels.map((tunnel) => this.#tryToResolve(tunnel)));
    const faults = results.flatMap((result) => ('fault' in result ? [result.fault] : []));
    if (faults.length > 0) {
      void tell('warning', faults.join(' '));
    }
    await this.#show(results.flatMap((result) => ('facts' in result ? [result] : [])));
  }

  /**
   * Shows the facts of these tunnels in one modal list.
   * @param who asks for them, in a sentence, where that is not the user at the keyboard
   * @returns whether all of them are allowed now
   * @throws TunnelFailure where one can't be resolved
   */
  async ask(tunnels: readonly UsableTunnel[], who?: string): Promise<boolean> {
    const { consents } = this.#options;
    return this.#show(await Promise.all(tunnels.map((tunnel) => consents.resolve(tunnel))), who);
  }

  async #tryToResolve(tunnel: UsableTunnel): Promise<Asked | { readonly fault: string }> {
    try {
      return await this.#options.consents.resolve(tunnel);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return { fault: `"${tunnel.name}" can't be allowed yet. ${why}` };
    }
  }

  async #show(all: readonly Asked[], who?: string): Promise<boolean> {
    const { consents, where, review: openReview } = this.#options;
    const [first] = all;
    if (!first) {
      return true;
    }
    const text = all.map(({ tunnel, facts }) => sheetInText(consents.sheet(tunnel, facts))).join('\n\n');
    const isLong = text.length > mostCharacters || text.split('\n').length > mostLines;
    const allow: vscode.MessageItem = { title: 'Allow' };
    const review: vscode.MessageItem = { title: 'Review' };
    const answer = await askInDialog(
      all.length === 1 ? `Allow the tunnel "${first.tunnel.name}"?` : `Allow these ${all.length} tunnels?`,
      [
        ...(who === undefined ? [] : [who]),
        ...(where === undefined ? [] : [`The ports are opened on ${plainText(where)}.`]),
        isLong ? 'What they would do is too long for this box: review it.' : text,
        whatAllowMeans,
      ].join('\n\n'),
      // What can't be read can't be allowed.
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
    for (const asked of all) {
      await consents.allow(asked);
    }
    return true;
  }
}

/** Whether it was consent that was missing. */
export function lacksConsent(error: unknown): boolean {
  return error instanceof TunnelFailure && error.code === 'ConsentNeeded';
}

/** Of what a notification is about: another one when it means something else. */
function keyOf(tunnel: UsableTunnel): string {
  return `${tunnel.id} ${subjectOf(tunnel)}`;
}

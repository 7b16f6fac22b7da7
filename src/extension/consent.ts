// Asks for consent: one quiet notification for what would start by itself, one list with the resolved facts to decide
// on. Nothing is remembered but a yes.
import * as vscode from 'vscode';
import type { ResolvedFacts } from '../tunnels/host/protocol';
import { TunnelFailure } from '../tunnels/model/errors';
import { plainText } from '../views/format';
import type { UsableTunnel } from './configuredTunnel';
import { describeForward, describeTunnel, whatAllowMeans, wishInWords } from './consentWords';
import type { TunnelManager } from './manager';

interface Resolved {
  readonly tunnel: UsableTunnel;
  readonly facts: ResolvedFacts;
}

export class ConsentQuestions {
  readonly #manager: TunnelManager;
  /** The machine that listens, where that is not the desktop. */
  readonly #where: string | undefined;
  /** What the open or last notification was about: the same is not asked twice in a session. */
  #notified = '';

  constructor(manager: TunnelManager, where: string | undefined) {
    this.#manager = manager;
    this.#where = where;
  }

  /** To be called whenever tunnels may have begun to wait for consent. */
  async notify(): Promise<void> {
    const waiting = this.#manager.awaitingConsent;
    const subject = JSON.stringify(waiting.map(({ id, entry }) => [id, entry.definition]));
    if (waiting.length === 0 || subject === this.#notified) {
      return;
    }
    this.#notified = subject;
    const allow = 'Allow…';
    const answer = await vscode.window.showInformationMessage(wishInWords(waiting), allow, 'Not Now');
    if (answer === allow) {
      await this.askTogether(this.#manager.awaitingConsent);
      this.#manager.refresh();
    }
  }

  /** As ask(); one that can't be resolved is named, and keeps nobody from allowing the others. */
  async askTogether(tunnels: readonly UsableTunnel[]): Promise<void> {
    const resolved: Resolved[] = [];
    const faults: string[] = [];
    await Promise.all(
      tunnels.map(async (tunnel) => {
        try {
          resolved.push({ tunnel, facts: await this.#manager.facts(tunnel) });
        } catch (error) {
          faults.push(
            `"${tunnel.name}" can't be allowed yet. ${error instanceof Error ? error.message : String(error)}`,
          );
        }
      }),
    );
    if (faults.length > 0) {
      void vscode.window.showWarningMessage(plainText(faults.join(' ')));
    }
    // In the order in which they were wanted, not in that of the answers.
    await this.#show(tunnels.flatMap((tunnel) => resolved.filter((one) => one.tunnel === tunnel)));
  }

  /**
   * Shows the facts of these tunnels in one modal list.
   * @returns whether all of them are allowed now
   * @throws TunnelFailure where one can't be resolved
   */
  async ask(tunnels: readonly UsableTunnel[]): Promise<boolean> {
    return this.#show(
      await Promise.all(
        tunnels.map(async (tunnel) => ({ tunnel, facts: await this.#manager.facts(tunnel) })),
      ),
    );
  }

  async #show(resolved: readonly Resolved[]): Promise<boolean> {
    if (resolved.length === 0) {
      return true;
    }
    const allow = 'Allow';
    const answer = await vscode.window.showWarningMessage(
      resolved.length === 1
        ? `Allow the tunnel "${plainText(resolved[0]?.tunnel.name ?? '')}"?`
        : `Allow these ${resolved.length} tunnels?`,
      {
        modal: true,
        detail: [
          ...(this.#where === undefined ? [] : [`The ports are opened on ${plainText(this.#where)}.`]),
          ...resolved.map(({ tunnel, facts }) => describeTunnel(tunnel, facts)),
          whatAllowMeans,
        ].join('\n\n'),
      },
      allow,
    );
    if (answer !== allow) {
      return false;
    }
    for (const { tunnel, facts } of resolved) {
      await this.#manager.allow(tunnel, facts);
    }
    return true;
  }

  /** Lists what is and isn't allowed; choosing one allows or revokes it. */
  async review(candidates: readonly UsableTunnel[]): Promise<void> {
    const picked = await vscode.window.showQuickPick(
      candidates.map((tunnel) => ({
        label: plainText(tunnel.name),
        description: this.#manager.isAllowed(tunnel) ? 'allowed' : 'not allowed',
        detail: tunnel.entry.definition.forwards.map(describeForward).join('; '),
        tunnel,
      })),
      { title: 'Tunnels of this workspace', placeHolder: 'Choose a tunnel to allow it or to take that back' },
    );
    if (!picked) {
      return;
    }
    if (this.#manager.isAllowed(picked.tunnel)) {
      const revoke = 'Take Back';
      const answer = await vscode.window.showWarningMessage(
        `"${plainText(picked.tunnel.name)}" is allowed. Take that back?`,
        { modal: true, detail: 'The tunnel is stopped, and you are asked again before it starts.' },
        revoke,
      );
      if (answer === revoke) {
        await this.#manager.revoke(picked.tunnel);
        this.#manager.refresh();
      }
    } else if (await this.ask([picked.tunnel])) {
      this.#manager.refresh();
    }
  }
}

/** Whether it was consent that was missing. */
export function lacksConsent(error: unknown): boolean {
  return error instanceof TunnelFailure && error.code === 'ConsentNeeded';
}

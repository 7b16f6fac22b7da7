// Builds what asks the user for consent: the prompt, the review page, starts that need consent, and the offer to run a
// program again.
import * as vscode from 'vscode';
import { programNode } from '../../views/tree/nodes';
import { scheduleTimeout } from '../../tunnels/util/timeOuts';
import { ConsentPanel } from '../../views/consent/consentPanel';
import { ConsentPrompt } from './consentPrompt';
import { ConsentPageModel } from './consentPageModel';
import { Consents } from './consents';
import { commandIds, consentViewType } from '../contributions';
import type { Core } from '../core';
import { confirmStartDisabled } from '../settings/writeOverrides';
import { ProgramNotifications } from '../tunnels/programNotifications';
import { ProgramTrust } from './programTrust';
import { showMessage } from '../ui/dialogs';
import { InteractiveStart } from '../tunnels/interactiveStart';

export interface ConsentServices {
  readonly consents: Consents;
  readonly interactiveStart: InteractiveStart;
  /** Opens the consent page, at this tunnel. */
  readonly review: (tunnelId?: string) => void;
  dispose(): void;
}

/** @param where the machine that listens, if it isn't the desktop */
export function createConsentServices(
  { daemonConnection, workspaceStorage, desiredState, manager }: Core,
  where: string | undefined,
  extensionUri: vscode.Uri,
): ConsentServices {
  const consents = new Consents(daemonConnection, workspaceStorage, desiredState);
  const review = (tunnelId?: string): void => panel.show(tunnelId);
  const prompt = new ConsentPrompt({ manager, consents, where, review });
  const trust = new ProgramTrust({
    consents,
    workspaceStorage,
    permission: (tunnel) => desiredState.permission(tunnel),
    where,
  });
  const interactiveStart = new InteractiveStart(manager, prompt, trust, confirmStartDisabled);
  const list = new ConsentPageModel({ manager, consents, interactiveStart, where });
  const panel = new ConsentPanel({ viewType: consentViewType, extensionUri, list });
  const runAgain = vscode.l10n.t('Run Again');
  const news = new ProgramNotifications({
    hasRun: (id, program) => interactiveStart.hasRun(id, program),
    offer: async (message) => (await showMessage('warning', message, runAgain)) === runAgain,
    run: (id, program) =>
      void vscode.commands.executeCommand(commandIds.runX11Program, programNode(id, program)),
    schedule: scheduleTimeout,
  });
  const subscription = manager.onDidChange((change) => {
    if (change.kind === 'structure' || !change.counters) {
      prompt.notify();
      for (const tunnel of manager.tunnels) {
        if (change.kind === 'structure' || change.ids.has(tunnel.id)) {
          news.look(tunnel);
        }
      }
    }
  });
  const parts = vscode.Disposable.from(subscription, prompt, news, list, panel);
  return { consents, interactiveStart, review, dispose: () => void parts.dispose() };
}

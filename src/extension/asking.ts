// Builds what asks the user for consent: the prompt, the review page, starts that need consent, and the offer to run a
// program again.
import * as vscode from 'vscode';
import { programRow } from '../views/tree/nodes';
import { scheduleTimeout } from '../views/tree/pacer';
import { ConsentPanel } from '../views/consent/consentPanel';
import { ConsentQuestions } from './consent/consentPrompt';
import { ConsentReview } from './consent/consentReview';
import { Consents } from './consent/consents';
import { commandIds, consentViewType } from './contributions';
import type { Core } from './core';
import { startsAllTheSame } from './settings/writeOverrides';
import { ProgramNews } from './tunnels/programNews';
import { ProgramTrust } from './consent/programTrust';
import { tell } from './ui/dialogs';
import { Starter } from './tunnels/interactiveStart';

export interface Asking {
  readonly consents: Consents;
  readonly starter: Starter;
  /** Opens the consent page, at this tunnel. */
  readonly review: (tunnelId?: string) => void;
  dispose(): void;
}

/** @param where the machine that listens, if it isn't the desktop */
export function createAsking(
  { link, memory, wishes, manager }: Core,
  where: string | undefined,
  media: vscode.Uri,
): Asking {
  const consents = new Consents(link, memory, wishes);
  const review = (tunnelId?: string): void => panel.show(tunnelId);
  const prompt = new ConsentQuestions({ manager, consents, where, review });
  const trust = new ProgramTrust({
    consents,
    memory,
    permission: (tunnel) => wishes.permission(tunnel),
    where,
  });
  const starter = new Starter(manager, prompt, trust, startsAllTheSame);
  const list = new ConsentReview({ manager, consents, starter, where });
  const panel = new ConsentPanel({ viewType: consentViewType, media, list });
  const runAgain = 'Run Again';
  const news = new ProgramNews({
    hasRun: (id, program) => starter.hasRun(id, program),
    offer: async (message) => (await tell('warning', message, runAgain)) === runAgain,
    run: (id, program) =>
      void vscode.commands.executeCommand(commandIds.runX11Program, programRow(id, program)),
    schedule: scheduleTimeout,
  });
  const subscription = manager.onDidChange((change) => {
    if (change.kind === 'structure' || !change.counters) {
      prompt.notify();
      for (const tunnel of manager.tunnels) {
        if (change.kind === 'structure' || change.id === tunnel.id) {
          news.look(tunnel);
        }
      }
    }
  });
  const parts = vscode.Disposable.from(subscription, prompt, news, list, panel);
  return { consents, starter, review, dispose: () => void parts.dispose() };
}

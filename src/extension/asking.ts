// Consent as this window asks for it: the questions, the list to review, and the starts that go through them.
import * as vscode from 'vscode';
import { ConsentPanel } from '../views/consent/consentPanel';
import { ConsentQuestions } from './consentQuestions';
import { ConsentReview } from './consentReview';
import { Consents } from './consents';
import { consentViewType } from './contributions';
import type { Core } from './core';
import { startsAllTheSame } from './overridesSetting';
import { Starter } from './starter';

export interface Asking {
  readonly consents: Consents;
  readonly starter: Starter;
  /** Opens the list of all that needs consent, at this tunnel. */
  readonly review: (tunnelId?: string) => void;
  dispose(): void;
}

/** @param where the machine that listens, where that is not the desktop */
export function createAsking(
  { link, memory, wishes, manager }: Core,
  where: string | undefined,
  media: vscode.Uri,
): Asking {
  const consents = new Consents(link, memory, wishes);
  const review = (tunnelId?: string): void => panel.show(tunnelId);
  const questions = new ConsentQuestions({ manager, consents, where, review });
  const starter = new Starter(manager, questions, startsAllTheSame);
  const list = new ConsentReview({ manager, consents, starter, where });
  const panel = new ConsentPanel({ viewType: consentViewType, media, list });
  const subscription = manager.onDidChange((change) => {
    if (change.kind === 'structure' || !change.counters) {
      questions.notify();
    }
  });
  const parts = vscode.Disposable.from(subscription, questions, list, panel);
  return { consents, starter, review, dispose: () => void parts.dispose() };
}

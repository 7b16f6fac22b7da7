// Errors of a tunnel that is not allowed to start: without the user's consent, or in an untrusted workspace.
import type { Localizer } from '../util/l10n';
import { here } from './explanation';
import type { ErrorWords, Reported, TextsByCode } from './explanation';

export type ConsentError = Reported & (ConsentNeeded | WorkspaceUntrusted);

interface ConsentNeeded {
  readonly code: 'ConsentNeeded';
  readonly name: string;
  /** disabled: no code says that exactly; this is the closest, because the tunnel waits for the user's decision. */
  readonly reason: 'new' | 'changed' | 'disabled';
}

interface WorkspaceUntrusted {
  readonly code: 'WorkspaceUntrusted';
  readonly name: string;
}

export function consentNeeded(name: string, reason: ConsentNeeded['reason']): ConsentError {
  return { code: 'ConsentNeeded', name, reason };
}

export function workspaceUntrusted(name: string): ConsentError {
  return { code: 'WorkspaceUntrusted', name };
}

export const consentTexts: TextsByCode<ConsentError> = {
  ConsentNeeded: {
    words: consentWords,
    explain: (error, _circumstances, l10n) => ({
      steps: [
        here(consentWords(error, l10n).nextStep),
        here(l10n.t('A tunnel from a project opens ports on this machine, so it needs your consent.')),
      ],
      actions: ['reviewConsent'],
    }),
  },

  WorkspaceUntrusted: {
    words: ({ name }, l10n) => ({
      message: l10n.t('"{name}" comes from a workspace that you don\'t trust.', { name }),
      nextStep: l10n.t('Trust the workspace (Workspaces: Manage Workspace Trust), then start it.'),
    }),
    explain: (_error, _circumstances, l10n) => ({
      steps: [here(l10n.t('Trust the workspace (Workspaces: Manage Workspace Trust), then start it.'))],
      actions: ['manageTrust'],
    }),
  },
};

function consentWords({ name, reason }: ConsentNeeded, l10n: Localizer): ErrorWords {
  switch (reason) {
    case 'new':
      return {
        message: l10n.t('"{name}" isn\'t allowed to start yet.', { name }),
        nextStep: l10n.t('Review what it opens and allow it.'),
      };
    case 'changed':
      return {
        message: l10n.t('"{name}" has changed since you allowed it.', { name }),
        nextStep: l10n.t('Review what it opens and allow it.'),
      };
    case 'disabled':
      return {
        message: l10n.t('"{name}" is disabled in your setting sshTunnels.overrides.', { name }),
        nextStep: l10n.t('Remove "disabled" from it, or start the tunnel manually.'),
      };
  }
}

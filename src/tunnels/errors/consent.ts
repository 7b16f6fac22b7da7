// Errors of a tunnel that is not even started: invalid, not allowed, or without a daemon.
import { localize } from '../util/l10n';
import type { Localizer, Message } from '../util/l10n';
import { here, reported } from './explanation';
import type { ErrorWords, Reported, TextsByCode } from './explanation';

export type ConsentError = Reported & (InvalidDefinition | ConsentNeeded | WorkspaceUntrusted | DaemonLost);

interface InvalidDefinition {
  readonly code: 'InvalidDefinition';
  /** As the parsers of the settings and of ssh_config report them. */
  readonly problem: Message;
  readonly nextStep: Message;
}

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

type DaemonLost = { readonly code: 'DaemonLost' } & (
  | { readonly reason: 'ended' }
  /** Two windows run different versions of the extension, whose daemons are not compatible. */
  | { readonly reason: 'takenOver'; readonly name: string }
  /** The folder belongs to another user, who could otherwise pose as the daemon. */
  | { readonly reason: 'folderTaken'; readonly folder: string }
);

export function invalidDefinition(problem: Message, nextStep: Message, detail?: string): ConsentError {
  return { code: 'InvalidDefinition', problem, nextStep, ...reported(detail) };
}

export function consentNeeded(name: string, reason: ConsentNeeded['reason']): ConsentError {
  return { code: 'ConsentNeeded', name, reason };
}

export function workspaceUntrusted(name: string): ConsentError {
  return { code: 'WorkspaceUntrusted', name };
}

export function takenOver(name: string): ConsentError {
  return { code: 'DaemonLost', reason: 'takenOver', name };
}

export function daemonLost(detail?: string): ConsentError {
  return { code: 'DaemonLost', reason: 'ended', ...reported(detail) };
}

export function daemonFolderTaken(folder: string): ConsentError {
  return { code: 'DaemonLost', reason: 'folderTaken', folder };
}

export const consentTexts: TextsByCode<ConsentError> = {
  InvalidDefinition: {
    words: ({ problem, nextStep }, l10n) => ({
      message: localize(problem, l10n),
      nextStep: localize(nextStep, l10n),
    }),
    explain: ({ nextStep }, _circumstances, l10n) => ({
      steps: [here(localize(nextStep, l10n))],
      actions: ['edit', 'openSshConfig'],
    }),
  },

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

  DaemonLost: {
    words: daemonWords,
    explain: (error, _circumstances, l10n) => ({
      steps: [here(daemonWords(error, l10n).nextStep)],
      actions: ['tryAgain', 'showLog'],
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

function daemonWords(error: DaemonLost, l10n: Localizer): ErrorWords {
  switch (error.reason) {
    case 'ended':
      return {
        message: l10n.t('The daemon that runs the tunnels ended or could not be started.'),
        nextStep: l10n.t('Restarting automatically; the log has the details.'),
      };
    case 'takenOver':
      return {
        message: l10n.t('A newer version of SSH Tunnels, in another window, has taken over "{name}".', {
          name: error.name,
        }),
        nextStep: l10n.t('Reload this window (Developer: Reload Window) to use the new version.'),
      };
    case 'folderTaken':
      return {
        message: l10n.t(
          "The daemon that runs the tunnels can't use {folder}: it is not a folder that you own.",
          {
            folder: error.folder,
          },
        ),
        nextStep: l10n.t(
          'Ask its owner or an administrator to remove it, or set XDG_RUNTIME_DIR to a folder of your own.',
        ),
      };
  }
}

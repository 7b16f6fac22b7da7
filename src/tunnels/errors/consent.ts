// Errors of a tunnel that is not allowed to start: without the user's consent, or in an untrusted workspace.
import type { Localizer } from '../util/l10n';
import { readable } from '../util/untrustedText';
import { here } from './explanation';
import type { ErrorWords, Reported, TextsByCode } from './explanation';

export type ConsentError = Reported & (ConsentNeeded | SocketMoved | WorkspaceUntrusted);

interface ConsentNeeded {
  readonly code: 'ConsentNeeded';
  readonly name: string;
  /** disabled: no code says that exactly; this is the closest, because the tunnel waits for the user's decision. */
  readonly reason: 'new' | 'changed' | 'disabled';
}

/** A socket path of a project leads elsewhere than the user allowed. */
interface SocketMoved {
  readonly code: 'ConsentNeeded';
  readonly name: string;
  readonly reason: 'socketMoved';
  /** As written. */
  readonly path: string;
  /** Where the user allowed it to lead. undefined: nothing was asked, as the path was to stay in the project. */
  readonly allowed: string | undefined;
  /** Where it leads. */
  readonly real: string;
}

interface WorkspaceUntrusted {
  readonly code: 'WorkspaceUntrusted';
  readonly name: string;
}

export function consentNeeded(name: string, reason: ConsentNeeded['reason']): ConsentError {
  return { code: 'ConsentNeeded', name, reason };
}

/** The names in a path that leads elsewhere are the project's, too. */
export function socketMoved(
  name: string,
  socket: Pick<SocketMoved, 'path' | 'allowed' | 'real'>,
): ConsentError {
  return { code: 'ConsentNeeded', name, reason: 'socketMoved', ...socket, real: readable(socket.real) };
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

function consentWords(error: ConsentNeeded | SocketMoved, l10n: Localizer): ErrorWords {
  const { name } = error;
  switch (error.reason) {
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
    case 'socketMoved':
      return socketMovedWords(error, l10n);
    case 'disabled':
      return {
        message: l10n.t('"{name}" is disabled in your setting sshTunnels.overrides.', { name }),
        nextStep: l10n.t('Remove "disabled" from it, or start the tunnel manually.'),
      };
  }
}

function socketMovedWords({ name, path, allowed, real }: SocketMoved, l10n: Localizer): ErrorWords {
  return {
    message:
      allowed === undefined
        ? l10n.t(
            '"{name}" can\'t use the socket {path}: a symbolic link leads out of the project, to {real}.',
            { name, path, real },
          )
        : l10n.t(
            '"{name}" can\'t use the socket {path}: it leads to {real} now, and you allowed {allowed}.',
            { name, path, real, allowed },
          ),
    nextStep: l10n.t('Stop and start the tunnel to review and allow that path, or remove the symbolic link.'),
  };
}

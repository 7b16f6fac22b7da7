// Errors of a tunnel that is not even started: invalid, not allowed, or without a daemon.
import { english, localize } from '../util/l10n';
import type { Message } from '../util/l10n';
import type { TunnelError } from './errors';
import { failure } from './errors';

export function invalidDefinition(
  problem: Message | string,
  nextStep: Message | string,
  detail?: string,
): TunnelError {
  return failure('InvalidDefinition', inEnglish(problem), inEnglish(nextStep), detail);
}

function inEnglish(text: Message | string): string {
  return typeof text === 'string' ? text : localize(text, english);
}

export function consentNeeded(name: string, changed: boolean): TunnelError {
  return failure(
    'ConsentNeeded',
    changed ? `"${name}" has changed since you allowed it.` : `"${name}" isn't allowed to start yet.`,
    'Review what it opens and allow it.',
  );
}

/** No code says that exactly; this is the closest: the tunnel waits for the user's decision. */
export function tunnelDisabled(name: string): TunnelError {
  return failure(
    'ConsentNeeded',
    `"${name}" is disabled in your setting sshTunnels.overrides.`,
    'Remove "disabled" from it, or start the tunnel manually.',
  );
}

export function workspaceUntrusted(name: string): TunnelError {
  return failure(
    'WorkspaceUntrusted',
    `"${name}" comes from a workspace that you don't trust.`,
    'Trust the workspace (Workspaces: Manage Workspace Trust), then start it.',
  );
}

/** Two windows run different versions of the extension, whose daemons are not compatible. */
export function handedOver(name: string): TunnelError {
  return failure(
    'DaemonLost',
    `A newer version of SSH Tunnels, in another window, has taken over "${name}".`,
    'Reload this window (Developer: Reload Window) to use the new version.',
  );
}

export function daemonLost(detail?: string): TunnelError {
  return failure(
    'DaemonLost',
    'The daemon that runs the tunnels ended or could not be started.',
    'Restarting automatically; the log has the details.',
    detail,
  );
}

/** Its owner could otherwise pose as the daemon. */
export function daemonFolderTaken(folder: string): TunnelError {
  return failure(
    'DaemonLost',
    `The daemon that runs the tunnels can't use ${folder}: it is not a folder that you own.`,
    'Ask its owner or an administrator to remove it, or set XDG_RUNTIME_DIR to a folder of your own.',
  );
}

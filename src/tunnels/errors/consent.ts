// Why a tunnel is not even tried.
import type { TunnelError } from './errors';
import { failure } from './errors';

export function invalidDefinition(message: string, nextStep: string, detail?: string): TunnelError {
  return failure('InvalidDefinition', message, nextStep, detail);
}

export function consentNeeded(name: string, changed: boolean): TunnelError {
  return failure(
    'ConsentNeeded',
    changed
      ? `What "${name}" would open has changed since you allowed it.`
      : `You have not yet allowed "${name}" to open its ports.`,
    'Review what it opens, and allow it.',
  );
}

/** Of the fixed codes this is the nearest: it waits for a word of the user's. */
export function tunnelDisabled(name: string): TunnelError {
  return failure(
    'ConsentNeeded',
    `You have disabled "${name}" for yourself, in sshTunnels.overrides.`,
    'Take "disabled" out there, or start it once.',
  );
}

export function workspaceUntrusted(name: string): TunnelError {
  return failure(
    'WorkspaceUntrusted',
    `"${name}" comes from a workspace that you have not trusted.`,
    'Trust the workspace (Workspaces: Manage Workspace Trust), then start it.',
  );
}

/** Windows of two versions are open, whose hosts do not understand each other. */
export function handedOver(name: string): TunnelError {
  return failure(
    'DaemonLost',
    `A newer version of SSH Tunnels, in another window, has taken over "${name}".`,
    'Reload this window (Developer: Reload Window), and it has that version, too.',
  );
}

export function daemonLost(detail?: string): TunnelError {
  return failure(
    'DaemonLost',
    'The process that runs the tunnels ended, or could not be started.',
    'Wait: it is started again by itself, and the log has the details.',
    detail,
  );
}

/** Whoever has it could otherwise listen in the host's place. */
export function daemonFolderTaken(folder: string): TunnelError {
  return failure(
    'DaemonLost',
    `The process that runs the tunnels can't use the folder ${folder}: it is not a folder of yours.`,
    'Ask its owner or an administrator to remove it, or set XDG_RUNTIME_DIR to a folder of your own.',
  );
}

// Why a tunnel is not even tried.
import type { TunnelError } from '../errors';
import { failure } from './failure';

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

export function workspaceUntrusted(name: string): TunnelError {
  return failure(
    'WorkspaceUntrusted',
    `"${name}" comes from a workspace that you have not trusted.`,
    'Trust the workspace (Workspaces: Manage Workspace Trust), then start it.',
  );
}

export function tunnelHostLost(detail?: string): TunnelError {
  return failure(
    'TunnelHostLost',
    'The process that runs the tunnels ended, or could not be started.',
    'Nothing to do: it is started again by itself. The log has the details.',
    detail,
  );
}

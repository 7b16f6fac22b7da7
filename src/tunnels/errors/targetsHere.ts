// Errors when this machine can't connect to the target of a remote forward.
import type { TunnelError } from './errors';
import { failure } from './errors';

export function targetHereRefused(target: string, detail?: string): TunnelError {
  return failure(
    'TargetRefused',
    `${target} refused the connection from this machine: nothing listens there.`,
    'Start the service on this machine, or correct the target of the remote forward; SSH itself works.',
    detail,
    { target },
  );
}

export function targetHereNotFound(target: string, detail?: string): TunnelError {
  return failure(
    'TargetNotFound',
    `This machine can't resolve the name in ${target}.`,
    'Check the name, which is resolved on this machine; SSH itself works.',
    detail,
    { target },
  );
}

export function targetHereUnreachable(target: string, detail?: string): TunnelError {
  return failure(
    'TargetUnreachable',
    `This machine can't reach ${target}.`,
    'Check the network between this machine and the target; SSH itself works.',
    detail,
    { target },
  );
}

export function targetHereSocketUnusable(path: string, detail?: string): TunnelError {
  return failure(
    'TargetUnreachable',
    `This machine can't open the socket ${path}: it doesn't exist, nothing listens on it, or you don't have permission.`,
    'Start the service that creates the socket, or correct the path; SSH itself works.',
    detail,
    { target: path },
  );
}

// Why a target of a remote forward, which this machine dials, is not reached.
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
    `This machine cannot find the name in ${target}.`,
    'Check the spelling of the target, which is looked up on this machine; SSH itself works.',
    detail,
    { target },
  );
}

export function targetHereUnreachable(target: string, detail?: string): TunnelError {
  return failure(
    'TargetUnreachable',
    `This machine cannot reach ${target}.`,
    'Check the network between this machine and the target; SSH itself works.',
    detail,
    { target },
  );
}

export function targetHereSocketUnusable(path: string, detail?: string): TunnelError {
  return failure(
    'TargetUnreachable',
    `This machine cannot open the socket ${path}: it is not there, nothing listens on it, or this user may not use it.`,
    'Start the service that makes the socket, or correct the path; SSH itself works.',
    detail,
    { target: path },
  );
}

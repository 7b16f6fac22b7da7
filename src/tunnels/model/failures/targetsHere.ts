// Why a target of a remote forward, which this machine dials, is not reached.
import type { TunnelError } from '../errors';
import { failure } from './failure';

export function targetHereRefused(target: string, detail?: string): TunnelError {
  return failure(
    'TargetRefused',
    `${target} refused the connection from this machine: nothing listens there.`,
    'SSH is fine. Start the service here, or correct the target of the remote forward.',
    detail,
    { target },
  );
}

export function targetHereNotFound(target: string, detail?: string): TunnelError {
  return failure(
    'TargetNotFound',
    `This machine cannot find the name in ${target}.`,
    'SSH is fine. The target of a remote forward is looked up here: check its spelling.',
    detail,
    { target },
  );
}

export function targetHereUnreachable(target: string, detail?: string): TunnelError {
  return failure(
    'TargetUnreachable',
    `This machine cannot reach ${target}.`,
    'SSH is fine. Check the network between here and the target.',
    detail,
    { target },
  );
}

export function targetHereSocketUnusable(path: string, detail?: string): TunnelError {
  return failure(
    'TargetUnreachable',
    `This machine cannot open the socket ${path}: it is not there, nothing listens on it, or this user may not use it.`,
    'SSH is fine. Start the service that makes the socket, or correct the path.',
    detail,
    { target: path },
  );
}

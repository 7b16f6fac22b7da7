// Adds to the error of a connection that ssh would not have needed one: a ControlMaster is logged in to the host.
import { TunnelFailure } from '../../errors/errors';
import type { TunnelError } from '../../errors/errors';
import { NeedsAnswer } from '../../ssh/auth/prompter';
import type { EffectiveHost } from '../../ssh/config/effectiveHost';
import { isMasterAlive } from '../../ssh/transport/controlMaster';

/**
 * @param hops of the tunnel
 * @param hop at which the connection failed
 * @returns the error, with the master if there is one. Never rejects
 */
export async function nameControlMaster(
  error: unknown,
  hops: readonly EffectiveHost[],
  hop: number,
): Promise<unknown> {
  const host = hops[hop];
  if (!(error instanceof TunnelFailure) || host?.controlPath === undefined) {
    return error;
  }
  // To a host whose key has changed, no way should be used.
  const { code } = error.error;
  if (code === 'HostKeyChanged' || code === 'HostKeyRevoked' || !(await isMasterAlive(host.controlPath))) {
    return error;
  }
  const isJumpHost = hop < hops.length - 1;
  const named: TunnelError = {
    ...error.error,
    controlMaster: { host: host.alias, path: host.controlPath, ...(isJumpHost && { isJumpHost }) },
  };
  return error instanceof NeedsAnswer
    ? new NeedsAnswer(error.need, named)
    : new TunnelFailure(named, { cause: error });
}

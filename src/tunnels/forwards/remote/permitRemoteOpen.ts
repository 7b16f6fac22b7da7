// PermitRemoteOpen of ssh_config(5): which targets the server may ask for through a remote dynamic forward.
import type { TcpAddress } from '../../util/address';
import type { PermittedTarget } from '../../ssh/config/hostConfig';

/**
 * Compares the host as text, like open_match() in OpenSSH's channels.c: a name is not looked up, and isn't the same as
 * its address.
 * @param permitted undefined: all targets
 */
export function isPermitted(
  { host, port }: TcpAddress,
  permitted: readonly PermittedTarget[] | undefined,
): boolean {
  return (
    permitted === undefined ||
    permitted.some(
      (target) =>
        (target.host === '*' || target.host === host) && (target.port === '*' || target.port === port),
    )
  );
}

// For tests that use forwards without the daemon: all is permitted, as in the user's own tunnels.
import type { TunnelPermissions } from '../../src/tunnels/daemon/tunnel/tunnelServices';

export const everythingPermitted: TunnelPermissions = {
  followsLinks: true,
  check: () => Promise.resolve(),
  checkSockets: () => Promise.resolve(),
  checkHops: () => Promise.resolve(),
};

// Opens a channel from the server to a target: ssh2's two calls for it, as a promise.
import type { Client, ClientChannel } from 'ssh2';
import { isSocketPath } from '../../util/address';
import type { Address, TcpAddress } from '../../util/address';

/** The channel has its ReceiveWindow made in the tick in which it comes, or ssh2 goes on minding its own. @throws Error */
export function openChannel(
  client: Client,
  target: Address,
  origin: TcpAddress,
  onOpen: (channel: ClientChannel) => void,
): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    const opened = (error: Error | undefined, channel: ClientChannel): void => {
      if (error) {
        reject(error);
      } else {
        onOpen(channel);
        resolve(channel);
      }
    };
    // ssh2 throws where the connection has gone.
    if (isSocketPath(target)) {
      client.openssh_forwardOutStreamLocal(target.path, opened);
    } else {
      client.forwardOut(origin.host, origin.port, target.host, target.port, opened);
    }
  });
}

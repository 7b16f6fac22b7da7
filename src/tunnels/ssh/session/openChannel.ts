// Opens a channel to a target, over a port or a Unix socket.
import type { Client, ClientChannel } from 'ssh2';
import { isSocketPath } from '../../util/address';
import type { Address, TcpAddress } from '../../util/address';

/** `onOpen` runs in the tick in which the channel opens: later, ssh2 would manage the window itself. @throws Error */
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
    // ssh2 throws if the connection is already closed.
    if (isSocketPath(target)) {
      client.openssh_forwardOutStreamLocal(target.path, opened);
    } else {
      client.forwardOut(origin.host, origin.port, target.host, target.port, opened);
    }
  });
}

// A port that nobody listens on at this moment.
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

/** Somebody may take it before you do: whoever binds it must be ready to ask for another. */
export function freePort(host = '127.0.0.1'): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, host, () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

// JSON-RPC over a socket that has passed the handshake; the same at both ends.
import type { Socket } from 'node:net';
import { createMessageConnection, SocketMessageWriter } from 'vscode-jsonrpc/node';
import type { MessageConnection } from 'vscode-jsonrpc/node';
import { BoundedReader, longestMessage } from './boundedReader';

export function rpcOver(socket: Socket): MessageConnection {
  // The other side would hang up, and again at the next try.
  const writer = new SocketMessageWriter(socket, { contentEncoder: { name: 'bounded', encode: bounded } });
  return createMessageConnection(new BoundedReader(socket), writer);
}

function bounded(bytes: Uint8Array): Promise<Uint8Array> {
  return bytes.length > longestMessage
    ? Promise.reject(new Error(`too much to be said at once: ${bytes.length} bytes`))
    : Promise.resolve(bytes);
}

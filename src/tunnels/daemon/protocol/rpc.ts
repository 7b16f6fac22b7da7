// JSON-RPC over a socket after the handshake, for both ends.
import type { Socket } from 'node:net';
import { createMessageConnection, SocketMessageWriter } from 'vscode-jsonrpc/node';
import type { MessageConnection } from 'vscode-jsonrpc/node';
import { BoundedReader, longestMessage } from './boundedReader';

export function rpcOver(socket: Socket): MessageConnection {
  // The other side closes the connection when a message is too large, so don't send it.
  const writer = new SocketMessageWriter(socket, { contentEncoder: { name: 'bounded', encode: bounded } });
  return createMessageConnection(new BoundedReader(socket), writer);
}

function bounded(bytes: Uint8Array): Promise<Uint8Array> {
  return bytes.length > longestMessage
    ? Promise.reject(new Error(`message of ${bytes.length} bytes is too large to send`))
    : Promise.resolve(bytes);
}

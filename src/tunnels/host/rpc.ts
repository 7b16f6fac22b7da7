// JSON-RPC over a socket that has passed the handshake; the same at both ends.
import type { Socket } from 'node:net';
import { createMessageConnection, SocketMessageReader, SocketMessageWriter } from 'vscode-jsonrpc/node';
import type { MessageConnection } from 'vscode-jsonrpc/node';

export function rpcOver(socket: Socket): MessageConnection {
  const reader = new SocketMessageReader(socket);
  // Its timer for half a message rearms itself for ever, even when the other side has died in mid-message.
  reader.partialMessageTimeout = 0;
  return createMessageConnection(reader, new SocketMessageWriter(socket));
}

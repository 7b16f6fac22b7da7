// Reaches a host that runs, and proves the secret.
import { connect as connectSocket } from 'node:net';
import type { Socket } from 'node:net';
import { greetDaemon } from '../protocol/handshake';
import { protocolMajor } from '../protocol/protocol';
import { readEndpointFile } from './endpointFile';
import type { EndpointFile } from './endpointFile';

/** How often it is looked whether another host has come: milliseconds. */
const lookInterval = 200;

/** @returns undefined when nobody answers there, or nobody who knows the secret */
export async function tryConnect(folder: string, major: number = protocolMajor): Promise<Socket | undefined> {
  const endpointFile = await readEndpointFile(folder, major);
  return endpointFile && (await reach(endpointFile));
}

/** The same, but gives up as soon as another host has come: what was there before may never answer. */
export async function tryConnectNewest(folder: string): Promise<Socket | undefined> {
  const endpointFile = await readEndpointFile(folder);
  if (!endpointFile) {
    return undefined;
  }
  const replaced = new AbortController();
  const timer = setInterval(() => {
    void readEndpointFile(folder).then((found) => {
      if (found && found.endpoint !== endpointFile.endpoint) {
        replaced.abort();
      }
    });
  }, lookInterval);
  return reach(endpointFile, replaced.signal).finally(() => clearInterval(timer));
}

async function reach(endpointFile: EndpointFile, signal?: AbortSignal): Promise<Socket | undefined> {
  const socket = connectSocket(endpointFile.endpoint);
  const giveUp = (): void => void socket.destroy();
  signal?.addEventListener('abort', giveUp, { once: true });
  try {
    await new Promise((resolve, reject) => {
      socket.once('connect', resolve).once('error', reject).once('close', reject);
    });
    await greetDaemon(socket, endpointFile.secret);
    return socket;
  } catch {
    socket.on('error', () => undefined).destroy();
    return undefined;
  } finally {
    signal?.removeEventListener('abort', giveUp);
  }
}

// Connects to the running daemon, and proves to it that we know its secret.
import { connect as connectSocket } from 'node:net';
import type { Socket } from 'node:net';
import { greetDaemon, handshakeTimeoutMs } from '../protocol/handshake';
import { protocolMajor } from '../protocol/protocol';
import { readEndpointFile } from '../endpoint/endpointFile';
import type { EndpointFile } from '../endpoint/endpointFile';

/**
 * For a daemon whose process is there. It may be busy, or its machine: another daemon would take its tunnels. A window
 * waits this long before it starts another one, and that one as long before it replaces the first.
 */
const busyTimeoutMs = 10_000;

/** How often to check whether another daemon has replaced this one. */
const checkIntervalMs = 200;

/** @returns undefined when nothing answers there, or it does not know the secret */
export async function tryConnect(folder: string, major: number = protocolMajor): Promise<Socket | undefined> {
  const endpointFile = await readEndpointFile(folder, major);
  return endpointFile && (await connectAndAuthenticate(endpointFile));
}

/** The same, but gives up as soon as another daemon has replaced this one: a replaced daemon may never answer. */
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
  }, checkIntervalMs);
  return connectAndAuthenticate(endpointFile, replaced.signal).finally(() => clearInterval(timer));
}

async function connectAndAuthenticate(
  endpointFile: EndpointFile,
  signal?: AbortSignal,
): Promise<Socket | undefined> {
  const socket = connectSocket(endpointFile.endpoint);
  const giveUp = (): void => void socket.destroy();
  signal?.addEventListener('abort', giveUp, { once: true });
  try {
    await new Promise((resolve, reject) => {
      socket.once('connect', resolve).once('error', reject).once('close', reject);
    });
    await greetDaemon(
      socket,
      endpointFile.secret,
      isRunning(endpointFile.pid) ? busyTimeoutMs : handshakeTimeoutMs,
    );
    return socket;
  } catch {
    socket.on('error', () => undefined).destroy();
    return undefined;
  } finally {
    signal?.removeEventListener('abort', giveUp);
  }
}

/** Whether a process of this user has that number: the daemon, unless it has ended and the number was given again. */
function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

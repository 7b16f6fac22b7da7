// Reaches a host that runs, and proves the secret.
import { connect as connectSocket } from 'node:net';
import type { Socket } from 'node:net';
import { greetHost } from '../protocol/handshake';
import { protocolMajor } from '../protocol/protocol';
import { readRendezvous } from './endpointFile';
import type { Rendezvous } from './endpointFile';

/** How often it is looked whether another host has come: milliseconds. */
const lookInterval = 200;

/** @returns undefined when nobody answers there, or nobody who knows the secret */
export async function tryReach(folder: string, major: number = protocolMajor): Promise<Socket | undefined> {
  const rendezvous = await readRendezvous(folder, major);
  return rendezvous && (await reach(rendezvous));
}

/** The same, but gives up as soon as another host has come: what was there before may never answer. */
export async function tryReachNewest(folder: string): Promise<Socket | undefined> {
  const rendezvous = await readRendezvous(folder);
  if (!rendezvous) {
    return undefined;
  }
  const replaced = new AbortController();
  const timer = setInterval(() => {
    void readRendezvous(folder).then((found) => {
      if (found && found.endpoint !== rendezvous.endpoint) {
        replaced.abort();
      }
    });
  }, lookInterval);
  return reach(rendezvous, replaced.signal).finally(() => clearInterval(timer));
}

async function reach(rendezvous: Rendezvous, signal?: AbortSignal): Promise<Socket | undefined> {
  const socket = connectSocket(rendezvous.endpoint);
  const giveUp = (): void => void socket.destroy();
  signal?.addEventListener('abort', giveUp, { once: true });
  try {
    await new Promise((resolve, reject) => {
      socket.once('connect', resolve).once('error', reject).once('close', reject);
    });
    await greetHost(socket, rendezvous.secret);
    return socket;
  } catch {
    socket.on('error', () => undefined).destroy();
    return undefined;
  } finally {
    signal?.removeEventListener('abort', giveUp);
  }
}

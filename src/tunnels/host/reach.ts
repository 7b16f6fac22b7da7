// Reaches a host that runs, and proves the secret.
import { connect as connectSocket } from 'node:net';
import type { Socket } from 'node:net';
import { greetHost } from './handshake';
import { protocolMajor } from './protocol';
import { readRendezvous } from './rendezvous';

/** @returns undefined when nobody answers there, or nobody who knows the secret */
export async function tryReach(folder: string, major: number = protocolMajor): Promise<Socket | undefined> {
  const rendezvous = await readRendezvous(folder, major);
  if (!rendezvous) {
    return undefined;
  }
  const socket = connectSocket(rendezvous.endpoint);
  try {
    await new Promise((resolve, reject) => {
      socket.once('connect', resolve).once('error', reject);
    });
    await greetHost(socket, rendezvous.secret);
    return socket;
  } catch {
    socket.on('error', () => undefined).destroy();
    return undefined;
  }
}

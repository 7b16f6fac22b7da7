// Finds the process that listens where a forward wants to, with the means of each operating system.
import type { TcpAddress } from '../../../util/address';
import type { PortHolder } from '../../../errors/forwards/addressInUse';
import { findOnLinux } from './linux';
import { findOnMac } from './mac';
import { findOnWindows } from './win32';

/** @returns undefined if it can't be found out. Never rejects. */
export async function findPortHolder(address: TcpAddress): Promise<PortHolder | undefined> {
  try {
    const found = await findHere(address);
    return found?.kind === 'program' && found.pid === process.pid ? { kind: 'daemon' } : found;
  } catch {
    return undefined;
  }
}

function findHere(address: TcpAddress): Promise<PortHolder | undefined> {
  switch (process.platform) {
    case 'linux':
      return findOnLinux(address);
    case 'darwin':
      return findOnMac(address);
    case 'win32':
      return findOnWindows(address);
    default:
      return Promise.resolve(undefined);
  }
}

// Finds the process that listens where a forward wants to, with the means of each operating system.
import type { TcpAddress } from '../../../util/address';
import type { PortHolderFound } from '../../../errors/portHolder';
import { findOnLinux } from './linux';
import { findOnMac } from './mac';
import { findOnWindows } from './win32';

/** @returns undefined if it can't be found out. Never rejects. */
export async function findPortHolder(address: TcpAddress): Promise<PortHolderFound | undefined> {
  try {
    const found = await findHere(address);
    return found === 'another user' || found === undefined
      ? found
      : { ...found, isOurs: found.pid === process.pid };
  } catch {
    return undefined;
  }
}

function findHere(address: TcpAddress): Promise<PortHolderFound | undefined> {
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

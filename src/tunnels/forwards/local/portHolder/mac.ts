// Finds the process that has a port on macOS, with lsof. It shows only the user's own processes.
import type { TcpAddress } from '../../../util/address';
import type { PortHolder } from '../../../errors/forwards/addressInUse';
import { outputOf } from '../../../util/system/programOutput';
import { conflictingListeners } from './conflictingListeners';

/** A process and the address where it listens. */
export interface Listening {
  readonly name: string;
  readonly pid: number;
  readonly host: string;
}

export async function findOnMac({ host, port }: TcpAddress): Promise<PortHolder | undefined> {
  const output = await outputOf('/usr/sbin/lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpcn']);
  if (output === undefined) {
    return undefined;
  }
  const [first] = conflictingListeners(host, parseLsof(output));
  // The port is taken, but not by a process of ours.
  return first ? { kind: 'program', name: first.name, pid: first.pid } : { kind: 'anotherUser' };
}

/** Parses `lsof -F pcn`: a letter and a value on each line; a process comes before its files (lsof(8)). */
export function parseLsof(output: string): Listening[] {
  const found: Listening[] = [];
  let pid = 0;
  let name = '';
  for (const line of output.split('\n')) {
    const value = line.slice(1);
    if (line.startsWith('p')) {
      pid = Number(value);
      name = '';
    } else if (line.startsWith('c')) {
      name = value;
    } else if (line.startsWith('n')) {
      found.push({ pid, name, host: hostOf(value) });
    }
  }
  return found;
}

/** `127.0.0.1:5432`, `[::1]:5432`, `*:5432`; lsof writes `*` for the wildcard of both families. */
function hostOf(address: string): string {
  const host = address.slice(0, address.lastIndexOf(':')).replace(/^\[|\]$/g, '');
  return host === '*' ? '::' : host;
}

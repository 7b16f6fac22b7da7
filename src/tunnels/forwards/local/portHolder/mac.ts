// The holder of a port on macOS, by lsof, which shows a user nobody's processes but their own.
import type { TcpAddress } from '../../../util/address';
import type { PortHolder, PortHolderFound } from '../../../errors/portHolder';
import { inTheWay } from './inTheWay';
import { outputOf } from './run';

/** A process, and where it listens. */
export interface Listening extends PortHolder {
  readonly host: string;
}

export async function findOnMac({ host, port }: TcpAddress): Promise<PortHolderFound | undefined> {
  const output = await outputOf('/usr/sbin/lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpcn']);
  if (output === undefined) {
    return undefined;
  }
  const [first] = inTheWay(host, parseLsof(output));
  // Somebody has it, and lsof sees nobody.
  return first ? { name: first.name, pid: first.pid } : 'another user';
}

/** Of `lsof -F pcn`: a letter and a value on each line; a process comes before its files (lsof(8)). */
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

/** `127.0.0.1:5432`, `[::1]:5432`, `*:5432`: lsof writes the wildcard of either family so. */
function hostOf(address: string): string {
  const host = address.slice(0, address.lastIndexOf(':')).replace(/^\[|\]$/g, '');
  return host === '*' ? '::' : host;
}

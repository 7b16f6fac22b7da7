// Finds the process that has a port on Windows, with netstat and tasklist, and the port ranges that Windows reserves.
import type { TcpAddress } from '../../../util/address';
import type { PortHolder } from '../../../errors/forwards/addressInUse';
import type { PortRange } from '../../../config/portHints';
import { readWindowsListeners } from '../../../util/system/netstat';
import { outputOf, windowsProgram } from '../../../util/system/programOutput';
import { conflictingListeners } from './conflictingListeners';

export async function findOnWindows({ host, port }: TcpAddress): Promise<PortHolder | undefined> {
  const listening = await readWindowsListeners();
  const [first] = conflictingListeners(
    host,
    listening.filter((row) => row.port === port),
  );
  if (!first) {
    return undefined;
  }
  const tasks = await outputOf(windowsProgram('tasklist.exe'), [
    '/FI',
    `PID eq ${first.pid}`,
    '/FO',
    'CSV',
    '/NH',
  ]);
  const name = parseTasklist(tasks ?? '', first.pid);
  return name === undefined ? undefined : { kind: 'program', name, pid: first.pid };
}

/** The range reserved by Windows that contains this port. Never rejects. */
export async function findReservedRange(port: number): Promise<PortRange | undefined> {
  if (process.platform !== 'win32') {
    return undefined;
  }
  const show = ['interface', 'ipv4', 'show', 'excludedportrange', 'protocol=tcp'];
  const output = await outputOf(windowsProgram('netsh.exe'), show);
  return parseExcludedRanges(output ?? '').find(({ from, to }) => port >= from && port <= to);
}

/** The process name, from `"postgres.exe","4711","Services","0","12,345 K"`. */
export function parseTasklist(output: string, pid: number): string | undefined {
  return output
    .split(/\r?\n/)
    .map((line) => /^"([^"]+)","(\d+)"/.exec(line))
    .find((row) => Number(row?.[2]) === pid)?.[1];
}

/** Two columns, first and last port; a star marks ranges that an administrator has set. */
export function parseExcludedRanges(output: string): PortRange[] {
  return output.split(/\r?\n/).flatMap((line) => {
    const [, from, to] = /^\s*(\d+)\s+(\d+)\s*\*?\s*$/.exec(line) ?? [];
    return from === undefined ? [] : [{ from: Number(from), to: Number(to) }];
  });
}

// The TCP listeners of all users on macOS and Windows, by netstat. It prints numbers, and asks no name server.
import type { TcpAddress } from '../address';
import { outputOf, windowsProgram } from './programOutput';

export interface WindowsListener extends TcpAddress {
  readonly pid: number;
}

export async function readMacListeners(): Promise<TcpAddress[]> {
  return parseMacNetstat((await outputOf('/usr/sbin/netstat', ['-an', '-p', 'tcp'])) ?? '');
}

/** `tcp4 0 0 127.0.0.1.5432 *.* LISTEN`; `tcp46` is a socket for both families (netstat(1) of macOS). */
export function parseMacNetstat(output: string): TcpAddress[] {
  const row = /^tcp(4|6|46)\s+\d+\s+\d+\s+(\S+)\.(\d+)\s+\S+\s+LISTEN\b/;
  return output.split('\n').flatMap((line) => {
    const [, family, address, port] = row.exec(line) ?? [];
    const wildcards = { '4': ['0.0.0.0'], '6': ['::'], '46': ['0.0.0.0', '::'] }[family ?? ''];
    const hosts = address === undefined || address === '*' ? (wildcards ?? []) : [address];
    return hosts.map((host) => ({ host, port: Number(port) }));
  });
}

/** A listener for both families has two rows. */
export async function readWindowsListeners(): Promise<WindowsListener[]> {
  const tables = await Promise.all(
    ['TCP', 'TCPv6'].map((protocol) => outputOf(windowsProgram('netstat.exe'), ['-ano', '-p', protocol])),
  );
  return tables.flatMap((table) => parseNetstat(table ?? ''));
}

/**
 * A listening socket is recognized by its foreign address 0.0.0.0:0 or [::]:0, because the state is written in the
 * system's language.
 */
export function parseNetstat(output: string): WindowsListener[] {
  const row = /^\s*TCP\s+(\S+):(\d+)\s+(?:0\.0\.0\.0:0|\[::\]:0)\s+\S.*?\s(\d+)\s*$/;
  return output.split(/\r?\n/).flatMap((line) => {
    const [, address, port, pid] = row.exec(line) ?? [];
    return address === undefined
      ? []
      : [{ host: address.replace(/^\[|\]$/g, ''), port: Number(port), pid: Number(pid) }];
  });
}

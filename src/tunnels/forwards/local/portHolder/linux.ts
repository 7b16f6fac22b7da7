// Finds the process that has a port on Linux, from /proc (proc(5)).
import { readdir, readFile, readlink } from 'node:fs/promises';
import type { TcpAddress } from '../../../util/address';
import type { PortHolder } from '../../../errors/forwards/addressInUse';
import { conflictingListeners } from './conflictingListeners';

export interface Listening {
  readonly host: string;
  readonly port: number;
  /** The user id of the owner. */
  readonly uid: number;
  readonly inode: string;
}

/** TCP_LISTEN, include/net/tcp_states.h */
const listening = '0A';

export async function findOnLinux({ host, port }: TcpAddress): Promise<PortHolder | undefined> {
  const tables = await Promise.all(['/proc/net/tcp', '/proc/net/tcp6'].map(readOrEmpty));
  const onPort = tables.flatMap(parseProcNet).filter((row) => row.port === port);
  const rows = conflictingListeners(host, onPort);
  for (const { inode } of rows) {
    const holder = await findProcess(`socket:[${inode}]`);
    if (holder) {
      return holder;
    }
  }
  // Everyone can read a socket's owner, but only the owner can read which process has it.
  return rows.some(({ uid }) => uid !== process.getuid?.()) ? { kind: 'anotherUser' } : undefined;
}

/** The listening sockets in /proc/net/tcp or tcp6. */
export function parseProcNet(table: string): Listening[] {
  return table.split('\n').flatMap((line) => {
    const [, local, , state, , , , uid, , inode] = line.trim().split(/\s+/);
    const [address, port] = local?.split(':') ?? [];
    if (state !== listening || address === undefined || port === undefined || inode === undefined) {
      return [];
    }
    return [{ host: readAddress(address), port: Number.parseInt(port, 16), uid: Number(uid), inode }];
  });
}

/** 32-bit words in the machine's byte order, which is little-endian wherever VS Code runs. */
function readAddress(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) => [...Buffer.from(word, 'hex')].reverse());
  if (bytes.length === 4) {
    return bytes.join('.');
  }
  const isMapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255;
  return isMapped ? bytes.slice(12).join('.') : formatIpv6(bytes);
}

/** As net.Server writes it: shortened by RFC 5952. The URL class does that. */
function formatIpv6(bytes: readonly number[]): string {
  const groups = Array.from({ length: 8 }, (_, index) =>
    (((bytes[2 * index] ?? 0) << 8) | (bytes[2 * index + 1] ?? 0)).toString(16),
  );
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}

async function findProcess(socket: string): Promise<PortHolder | undefined> {
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => []);
    for (const descriptor of descriptors) {
      if ((await readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => '')) === socket) {
        return { kind: 'program', pid: Number(pid), name: (await readOrEmpty(`/proc/${pid}/comm`)).trim() };
      }
    }
  }
  return undefined;
}

function readOrEmpty(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '');
}

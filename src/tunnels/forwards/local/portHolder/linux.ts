// The holder of a port on Linux, by /proc: see proc(5).
import { readdir, readFile, readlink } from 'node:fs/promises';
import type { TcpAddress } from '../../../util/address';
import type { PortHolder, PortHolderFound } from '../../../errors/portHolder';
import { inTheWay } from './inTheWay';

export interface Listening {
  readonly host: string;
  readonly port: number;
  /** The user it belongs to. */
  readonly uid: number;
  readonly inode: string;
}

/** TCP_LISTEN, include/net/tcp_states.h */
const listening = '0A';

export async function findOnLinux({ host, port }: TcpAddress): Promise<PortHolderFound | undefined> {
  const tables = await Promise.all(['/proc/net/tcp', '/proc/net/tcp6'].map(readOrEmpty));
  const onPort = tables.flatMap(parseProcNet).filter((row) => row.port === port);
  const rows = inTheWay(host, onPort);
  for (const { inode } of rows) {
    const holder = await processWith(`socket:[${inode}]`);
    if (holder) {
      return holder;
    }
  }
  // Whose it is can be read by all, which process it is by its owner alone.
  return rows.some(({ uid }) => uid !== process.getuid?.()) ? 'another user' : undefined;
}

/** The listening sockets of /proc/net/tcp or tcp6. */
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

/** Words of 32 bits in the order of the machine, which is little-endian wherever VS Code runs. */
function readAddress(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) => [...Buffer.from(word, 'hex')].reverse());
  if (bytes.length === 4) {
    return bytes.join('.');
  }
  const isMapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255;
  return isMapped ? bytes.slice(12).join('.') : formatIpv6(bytes);
}

/** As net.Server names it: shortened by the rules of RFC 5952, as a URL does it. */
function formatIpv6(bytes: readonly number[]): string {
  const groups = Array.from({ length: 8 }, (_, index) =>
    (((bytes[2 * index] ?? 0) << 8) | (bytes[2 * index + 1] ?? 0)).toString(16),
  );
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}

async function processWith(socket: string): Promise<PortHolder | undefined> {
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => []);
    for (const descriptor of descriptors) {
      if ((await readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => '')) === socket) {
        return { pid: Number(pid), name: (await readOrEmpty(`/proc/${pid}/comm`)).trim() };
      }
    }
  }
  return undefined;
}

function readOrEmpty(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '');
}

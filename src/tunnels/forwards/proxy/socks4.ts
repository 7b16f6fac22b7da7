// SOCKS 4 and 4a: the protocol memos of NEC ("SOCKS: A protocol for TCP proxy across firewalls", and its 4A extension).
import type { Duplex } from 'node:stream';
import { hangUp } from './pendingClients';
import type { TcpAddress } from '../../util/address';
import { readMessage } from './proxyHandshake';
import type { Negotiation } from './proxyHandshake';
import { checkTarget } from './checkTarget';

const connect = 1;
const granted = 90;
const rejected = 91;
/** A user id and a name, each with its terminator. Longer requests are invalid. */
const longestRequest = 8 + 256 + 256;

export async function serveSocks4(client: Duplex, far: Negotiation, signal: AbortSignal): Promise<void> {
  const { command, target } = await readMessage(client, signal, parse);
  far.onRequestRead();
  if (command !== connect || !target) {
    hangUp(client, reply(rejected));
    return;
  }
  try {
    const channel = await far.dial(target);
    client.write(reply(granted));
    far.join(client, channel);
  } catch {
    hangUp(client, reply(rejected));
  }
}

interface Request {
  readonly command: number;
  /** undefined: not a valid target. */
  readonly target: TcpAddress | undefined;
}

/** @returns undefined while incomplete @throws Error when too long */
function parse(data: Buffer): { readonly value: Request; readonly length: number } | undefined {
  const userEnd = data.indexOf(0, 8);
  // 0.0.0.x with x not 0: a host name follows (4A).
  const isName = data.length >= 8 && data.readUInt32BE(4) >>> 8 === 0 && data.readUInt8(7) !== 0;
  const end = userEnd >= 0 && isName ? data.indexOf(0, userEnd + 1) : userEnd;
  if (data.length < 9 || end < 0) {
    if (data.length > longestRequest) {
      throw new Error('the request is too long');
    }
    return undefined;
  }
  const host = isName ? data.toString('latin1', userEnd + 1, end) : [...data.subarray(4, 8)].join('.');
  const value = { command: data.readUInt8(1), target: checkTarget(host, data.readUInt16BE(2)) };
  return { value, length: end + 1 };
}

function reply(code: number): Buffer {
  return Buffer.from([0, code, 0, 0, 0, 0, 0, 0]);
}

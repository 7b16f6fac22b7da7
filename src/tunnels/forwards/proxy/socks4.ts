// SOCKS 4 and 4a: the protocol memos of NEC ("SOCKS: A protocol for TCP proxy across firewalls", and its 4A extension).
import type { Duplex } from 'node:stream';
import { hangUp } from './hangUp';
import type { TcpAddress } from '../../model/address';
import { nextChunk } from './proxyServer';
import type { Negotiation } from './proxyServer';
import { checkTarget } from './target';

const connect = 1;
const granted = 90;
const rejected = 91;
/** A user id and a name, each with its end; more is no request. */
const longest = 8 + 256 + 256;

export async function serveSocks4(client: Duplex, far: Negotiation, signal: AbortSignal): Promise<void> {
  const { command, target } = await readRequest(client, signal);
  far.asked();
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
  /** undefined: none that could be dialled. */
  readonly target: TcpAddress | undefined;
}

async function readRequest(client: Duplex, signal: AbortSignal): Promise<Request> {
  let data = Buffer.alloc(0);
  for (;;) {
    data = Buffer.concat([data, await nextChunk(client, signal)]);
    const parsed = parse(data);
    if (parsed) {
      client.unshift(data.subarray(parsed.length));
      return parsed;
    }
    if (data.length > longest) {
      throw new Error('the request does not end');
    }
  }
}

/** @returns undefined while something is missing */
function parse(data: Buffer): (Request & { readonly length: number }) | undefined {
  const userEnd = data.indexOf(0, 8);
  if (data.length < 9 || userEnd < 0) {
    return undefined;
  }
  const command = data.readUInt8(1);
  const port = data.readUInt16BE(2);
  // 0.0.0.x, x not 0: a name follows (4A).
  const isName = data.readUInt32BE(4) >>> 8 === 0 && data.readUInt8(7) !== 0;
  if (!isName) {
    const host = [...data.subarray(4, 8)].join('.');
    return { command, target: checkTarget(host, port), length: userEnd + 1 };
  }
  const nameEnd = data.indexOf(0, userEnd + 1);
  if (nameEnd < 0) {
    return undefined;
  }
  const name = data.toString('latin1', userEnd + 1, nameEnd);
  return { command, target: checkTarget(name, port), length: nameEnd + 1 };
}

function reply(code: number): Buffer {
  return Buffer.from([0, code, 0, 0, 0, 0, 0, 0]);
}

// SOCKS 5 (RFC 1928), without authentication: the port is open to this machine alone, unless the user says otherwise.
import type { Duplex } from 'node:stream';
import { hangUp } from './pendingClients';
import { REP } from 'socksv5/lib/constants.js';
import Parser from 'socksv5/lib/server.parser.js';
import { reasonOf } from './reason';
import type { Reason } from './reason';
import type { Negotiation } from './proxyServer';
import { checkTarget } from './target';

const version = 5;
const noAuthentication = 0;
const noAcceptableMethod = 0xff;

const replies: Readonly<Record<Reason, number>> = {
  refused: REP.CONNREFUSED,
  notFound: REP.HOSTUNREACH,
  unreachable: REP.HOSTUNREACH,
  networkUnreachable: REP.NETUNREACH,
  timedOut: REP.TTLEXPIRED,
  notPermitted: REP.DISALLOW,
  other: REP.GENFAIL,
};

/** Answers after the far side has answered, and not before. */
export async function serveSocks5(client: Duplex, far: Negotiation, signal: AbortSignal): Promise<void> {
  const parser = new Parser(client);
  // One that stumbles over a version goes on reading, and stumbles again when nobody listens any more.
  parser.on('error', () => parser.stop());
  const next = <T>(event: 'methods' | 'request'): Promise<T> =>
    new Promise((resolve, reject) => {
      parser.once(event, resolve as () => void).once('error', reject);
      const gone = (): void => reject(new Error('the client has gone'));
      client.once('end', gone);
      signal.addEventListener('abort', gone, { once: true });
      if (client.readableEnded) {
        gone();
      }
    });

  const methods = await next<Buffer>('methods');
  if (!methods.includes(noAuthentication)) {
    hangUp(client, Buffer.from([version, noAcceptableMethod]));
    return;
  }
  client.write(Buffer.from([version, noAuthentication]));
  parser.authed = true;
  const asked = next<{ cmd: string; dstAddr: string; dstPort: number }>('request');
  parser.start();
  let request: Awaited<typeof asked>;
  try {
    request = await asked;
  } catch (error) {
    hangUp(client, reply(answerTo(error)));
    return;
  }
  far.asked();
  if (request.cmd !== 'connect') {
    hangUp(client, reply(REP.CMDUNSUPP));
    return;
  }
  const target = checkTarget(request.dstAddr, request.dstPort);
  if (!target) {
    hangUp(client, reply(REP.GENFAIL));
    return;
  }
  try {
    const channel = await far.dial(target);
    client.write(reply(REP.SUCCESS));
    far.join(client, channel);
  } catch (error) {
    hangUp(client, reply(replies[reasonOf(error)]));
  }
}

/** What the parser has stumbled over. */
function answerTo(error: unknown): number {
  const text = String(error);
  if (text.includes('address type')) {
    return REP.ATYPUNSUPP;
  }
  return text.includes('command') ? REP.CMDUNSUPP : REP.GENFAIL;
}

/** The bound address is the server's secret: all zeroes, as OpenSSH answers. */
function reply(code: number): Buffer {
  return Buffer.from([version, code, 0, 1, 0, 0, 0, 0, 0, 0]);
}

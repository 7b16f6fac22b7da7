// SOCKS 5 (RFC 1928), without authentication: the port is open only to this machine, unless the user has configured it
// otherwise.
import type { Duplex } from 'node:stream';
import { hangUp } from './pendingClients';
import { REP } from 'socksv5/lib/constants.js';
import Parser from 'socksv5/lib/server.parser.js';
import { failureReasonOf } from './failureReason';
import type { FailureReason } from './failureReason';
import type { ProxyHandshake } from './proxyHandshake';
import { checkTarget } from './checkTarget';

const version = 5;
const noAuthentication = 0;
const noAcceptableMethod = 0xff;

const replies: Readonly<Record<FailureReason, number>> = {
  refused: REP.CONNREFUSED,
  notFound: REP.HOSTUNREACH,
  unreachable: REP.HOSTUNREACH,
  networkUnreachable: REP.NETUNREACH,
  timedOut: REP.TTLEXPIRED,
  notPermitted: REP.DISALLOW,
  shortage: REP.GENFAIL,
  other: REP.GENFAIL,
};

/** Answers only after the far side has answered. */
export async function serveSocks5(client: Duplex, far: ProxyHandshake, signal: AbortSignal): Promise<void> {
  const parser = new Parser(client);
  // The parser keeps emitting errors after the first; stop it.
  parser.on('error', () => parser.stop());
  const next = <T>(event: 'methods' | 'request'): Promise<T> =>
    new Promise((resolve, reject) => {
      parser.once(event, resolve as () => void).once('error', reject);
      const onGone = (): void => reject(new Error('the client has disconnected'));
      client.once('end', onGone);
      signal.addEventListener('abort', onGone, { once: true });
      if (client.readableEnded) {
        onGone();
      }
    });

  const methods = await next<Buffer>('methods');
  if (!methods.includes(noAuthentication)) {
    hangUp(client, Buffer.from([version, noAcceptableMethod]));
    return;
  }
  client.write(Buffer.from([version, noAuthentication]));
  parser.authed = true;
  const nextRequest = next<{ cmd: string; dstAddr: string; dstPort: number }>('request');
  parser.start();
  let request: Awaited<typeof nextRequest>;
  try {
    request = await nextRequest;
  } catch (error) {
    hangUp(client, reply(replyCodeFor(error)));
    return;
  }
  far.onRequestRead();
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
    hangUp(client, reply(replies[failureReasonOf(error)]));
  }
}

/** The reply code for an error of the parser. */
function replyCodeFor(error: unknown): number {
  const text = String(error);
  if (text.includes('address type')) {
    return REP.ATYPUNSUPP;
  }
  return text.includes('command') ? REP.CMDUNSUPP : REP.GENFAIL;
}

/** The bound address is not known here: all zeroes, as OpenSSH answers. */
function reply(code: number): Buffer {
  return Buffer.from([version, code, 0, 1, 0, 0, 0, 0, 0, 0]);
}

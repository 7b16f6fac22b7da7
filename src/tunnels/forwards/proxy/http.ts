// An HTTP proxy, for programs that know no SOCKS: CONNECT (RFC 9110 §9.3.6) and requests with an absolute address
// (RFC 9112 §3.2.2). Node's own HTTP server reads the client, Node's own client asks the target.
import { createServer, request as httpRequest, STATUS_CODES } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { discard, hangUp, linger } from './pendingClients';
import { TunnelFailure } from '../../errors/errors';
import type { TcpAddress } from '../../util/address';
import { reasonOf } from './reason';
import type { Reason } from './reason';
import type { Negotiation } from './proxyServer';
import { checkTarget } from './target';

/** RFC 9110 §7.6.1; what `Connection` names besides goes, too. */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

const statuses: Readonly<Record<Reason, number>> = {
  refused: 502,
  notFound: 502,
  unreachable: 502,
  networkUnreachable: 502,
  timedOut: 504,
  notPermitted: 403,
  other: 502,
};

const noHttp = "The target's answer is no HTTP that could be passed on.";

/** Resolves when the client is joined with its target, or when it has gone. */
export async function serveHttp(client: Duplex, far: Negotiation, signal: AbortSignal): Promise<void> {
  // Of Node's own time-outs those that a server begins when it listens do not run here, and none does for what is no
  // socket: this one is for the header Keep-Alive, which tells the client.
  const server = createServer({ keepAliveTimeout: far.pause });
  // A client that has said all it has to say still wants its answer. Node's own property, which its types do not know.
  Object.assign(server, { httpAllowHalfOpen: true });
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
    const turns = new Turns(client, far);
    server.on('request', (request, response) => {
      turns.begin();
      response.once('close', () => turns.finish());
      // What Node's client will not send ends the client's connection, rather than to leave it waiting.
      pass(request, response, far).catch(() => response.destroy());
    });
    server.on('connect', (request, _socket, head) => {
      turns.begin();
      client.off('data', count).off('data', turns.onData);
      // At once, or what it says before the target has answered is lost: it may have ended already.
      client.pause();
      client.unshift(head);
      void tunnel(request, client, far).then(resolve);
    });
    server.on('clientError', () => {
      hangUp(client, 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
    });
    const count = ({ length }: Buffer): void => far.taken?.(length);
    client.on('data', count);
    adopt(server, client);
    // Later than Node's own listener, which parses: what was a whole request is under way by now.
    client.on('data', turns.onData);
  });
}

/** Whose turn it is to say something: a connection may have several requests, also at once (RFC 9112 §9.3). */
class Turns {
  readonly #client: Duplex;
  readonly #far: Negotiation;
  #underWay = 0;
  #pausing = false;

  constructor(client: Duplex, far: Negotiation) {
    this.#client = client;
    this.#far = far;
  }

  readonly onData = (): void => {
    if (this.#pausing) {
      this.#pausing = false;
      this.#far.asking();
    }
  };

  begin(): void {
    this.#underWay++;
    this.#pausing = false;
    this.#far.asked();
  }

  finish(): void {
    this.#underWay--;
    if (this.#client.writableEnded) {
      // Its last answer. Node leaves it to the client to close what is no socket.
      linger(this.#client);
    } else if (this.#underWay === 0) {
      this.#pausing = true;
      this.#far.pausing();
    }
  }
}

/** Node's server takes any stream for a connection. */
function adopt(server: Server, client: Duplex): void {
  server.emit('connection', client);
  // It was paused to look at its first byte.
  client.resume();
}

async function tunnel(request: IncomingMessage, client: Duplex, far: Negotiation): Promise<void> {
  const target = parseAuthority(request.url ?? '');
  if (!target) {
    hangUp(client, 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
    return;
  }
  try {
    const channel = await far.dial(target);
    client.write('HTTP/1.1 200 Connection established\r\n\r\n');
    far.join(client, channel);
  } catch (error) {
    hangUp(client, refusal(error));
  }
}

/** `host:port`, IPv6 in brackets. */
function parseAuthority(text: string): TcpAddress | undefined {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  return host === undefined ? undefined : checkTarget(host, Number(port));
}

function refusal(error: unknown): string {
  const body = `${sentence(error)}\n`;
  const status = statuses[reasonOf(error)];
  return [
    `HTTP/1.1 ${status} Not Reached`,
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}

function sentence(error: unknown): string {
  return error instanceof TunnelFailure ? error.message : 'The target could not be reached.';
}

/** One request with an absolute address, to its target, over a connection of its own. */
async function pass(request: IncomingMessage, response: ServerResponse, far: Negotiation): Promise<void> {
  const url = parseUrl(request.url ?? '');
  const target = url && checkTarget(url.hostname.replace(/^\[|\]$/g, ''), Number(url.port || '80'));
  if (!url || !target) {
    refuse(response, 400, 'This is a proxy: it takes CONNECT, and requests with a whole http:// address.');
    return;
  }
  let channel: Duplex;
  try {
    channel = await far.dial(target);
  } catch (error) {
    refuse(response, statuses[reasonOf(error)], sentence(error));
    return;
  }
  response.on('close', () => discard(channel));
  const onward = httpRequest({
    createConnection: () => channel,
    method: request.method,
    path: `${url.pathname}${url.search}`,
    // The host is that of the address, whatever the client says (RFC 9112 §3.2.2).
    headers: [
      'Host',
      url.host,
      ...endToEnd(request.rawHeaders, 'host'),
      ...framing(request),
      'Connection',
      'close',
    ],
    setHost: false,
  });
  const fail = (text: string): void => {
    if (!response.headersSent) {
      refuse(response, 502, text);
    } else if (!response.writableEnded) {
      response.destroy();
    }
  };
  // Later than Node's own listener, which parses: what was parsed has been taken off the window.
  onward.on('socket', () => channel.on('data', (data: Buffer) => far.passedOn(channel, data.length)));
  onward.on('response', (answer) => {
    try {
      response.writeHead(answer.statusCode ?? 502, answer.statusMessage, endToEnd(answer.rawHeaders));
    } catch {
      // Node's client takes a status or a reason that its server will not say.
      fail(noHttp);
      return;
    }
    answer.pipe(response);
    answer.on('error', () => response.destroy());
  });
  // To 101 (Switching Protocols); nobody asked for that, as Upgrade is not passed on.
  onward.on('upgrade', () => fail(noHttp));
  onward.on('error', (error: NodeJS.ErrnoException) => {
    // HPE: what Node's parser says.
    fail(error.code?.startsWith('HPE_') ? noHttp : 'The target closed the connection without an answer.');
  });
  response.on('close', () => {
    // An answer may come before the body has: its rest is read all the same, up to the next request.
    request.unpipe(onward).resume();
  });
  request.pipe(onward);
}

/**
 * A user and a password in it are not passed on: HTTP has no place for them there (RFC 9110 §4.2.4). Who means them for
 * the target says them in Authorization, as curl does.
 */
function parseUrl(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url?.protocol === 'http:' ? url : undefined;
}

function refuse(response: ServerResponse, status: number, text: string): void {
  const headers = { 'Content-Type': 'text/plain; charset=utf-8', Connection: 'close' };
  response.writeHead(status, STATUS_CODES[status], headers);
  response.end(`${text}\n`);
}

/** A body without a length goes on in chunks, whatever the method: or the target takes it for the next request. */
function framing({ headers }: IncomingMessage): string[] {
  return headers['transfer-encoding'] === undefined ? [] : ['Transfer-Encoding', 'chunked'];
}

/** Names and values in turn, as they came, without those for this hop alone, nor the one to leave out. */
function endToEnd(raw: readonly string[], leftOut?: string): string[] {
  const pairs = raw.flatMap((name, at) => (at % 2 === 0 ? [[name, raw[at + 1] ?? ''] as const] : []));
  const named = pairs
    .filter(([name]) => name.toLowerCase() === 'connection')
    .flatMap(([, value]) => value.toLowerCase().split(','))
    .map((name) => name.trim());
  const dropped = new Set([...hopByHop, ...named, leftOut]);
  return pairs.filter(([name]) => !dropped.has(name.toLowerCase())).flat();
}

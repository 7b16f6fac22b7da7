// The HTTP proxy, for programs without SOCKS: CONNECT (RFC 9110 §9.3.6) and requests with an absolute URL (RFC 9112
// §3.2.2). Node's HTTP server parses the client's requests, and Node's HTTP client sends them to the target.
import { createServer, request as httpRequest, STATUS_CODES } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { discard, hangUp, linger } from './pendingClients';
import { TunnelFailure } from '../../errors/errors';
import type { TcpAddress } from '../../util/address';
import { reasonOf } from './failureReason';
import type { Reason } from './failureReason';
import type { Negotiation } from './proxyHandshake';
import { checkTarget } from './checkTarget';

/** Not passed on (RFC 9110 §7.6.1), nor are the headers that `Connection` names. */
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

const invalidResponse = "The target didn't send a valid HTTP response.";

/** Resolves when the client is joined with its target, or has disconnected. */
export async function serveHttp(client: Duplex, far: Negotiation, signal: AbortSignal): Promise<void> {
  // Node's own time-outs do not run here: some start only when a server listens, none works on streams that are not
  // sockets. This one only sets the Keep-Alive header, which informs the client.
  const server = createServer({ keepAliveTimeout: far.idleTimeoutMs });
  // A client that has ended its side still gets its answer. This property of Node is missing in its types.
  Object.assign(server, { httpAllowHalfOpen: true });
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
    const requests = new RequestCounter(client, far);
    server.on('request', (request, response) => {
      requests.begin();
      response.once('close', () => requests.finish());
      // If Node's client refuses to send a request, close the connection instead of leaving the client waiting.
      passOn(request, response, far).catch(() => response.destroy());
    });
    server.on('connect', (request, _socket, head) => {
      requests.begin();
      client.off('data', count).off('data', requests.onData);
      // Pause now, or data that the client sends before the target answers is lost: the client may have ended already.
      client.pause();
      client.unshift(head);
      void tunnel(request, client, far).then(resolve);
    });
    server.on('clientError', () => {
      hangUp(client, 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
    });
    const count = ({ length }: Buffer): void => far.taken?.(length);
    client.on('data', count);
    addConnection(server, client);
    // Added after Node's own listener, which parses: a complete request has already begun when this one runs.
    client.on('data', requests.onData);
  });
}

/** Counts a connection's requests, to time out an idle client. There may be several at once (RFC 9112 §9.3). */
class RequestCounter {
  readonly #client: Duplex;
  readonly #far: Negotiation;
  #active = 0;
  #isIdle = false;

  constructor(client: Duplex, far: Negotiation) {
    this.#client = client;
    this.#far = far;
  }

  readonly onData = (): void => {
    if (this.#isIdle) {
      this.#isIdle = false;
      this.#far.onRequestStart();
    }
  };

  begin(): void {
    this.#active++;
    this.#isIdle = false;
    this.#far.onRequestRead();
  }

  finish(): void {
    this.#active--;
    if (this.#client.writableEnded) {
      // This was the last answer. Node leaves a stream that is not a socket open, for the client to close.
      linger(this.#client);
    } else if (this.#active === 0) {
      this.#isIdle = true;
      this.#far.onIdle();
    }
  }
}

/** Node's server accepts any stream as a connection. */
function addConnection(server: Server, client: Duplex): void {
  server.emit('connection', client);
  // It was paused after the first byte.
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
  const body = `${messageOf(error)}\n`;
  const status = statuses[reasonOf(error)];
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}

function messageOf(error: unknown): string {
  return error instanceof TunnelFailure ? error.message : "Can't connect to the target.";
}

/** Sends one request with an absolute URL to its target, over a new connection. */
async function passOn(request: IncomingMessage, response: ServerResponse, far: Negotiation): Promise<void> {
  const url = parseUrl(request.url ?? '');
  const target = url && checkTarget(url.hostname.replace(/^\[|\]$/g, ''), Number(url.port || '80'));
  if (!url || !target) {
    refuse(response, 400, 'This is a proxy. Use CONNECT, or requests with an absolute http:// URL.');
    return;
  }
  let channel: Duplex;
  try {
    channel = await far.dial(target);
  } catch (error) {
    refuse(response, statuses[reasonOf(error)], messageOf(error));
    return;
  }
  response.on('close', () => discard(channel));
  const onward = httpRequest({
    createConnection: () => channel,
    method: request.method,
    path: `${url.pathname}${url.search}`,
    // The host comes from the URL, whatever the client's Host header is (RFC 9112 §3.2.2).
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
  // Added after Node's own listener, which parses: these bytes have been consumed when this one runs.
  onward.on('socket', () => channel.on('data', (data: Buffer) => far.passedOn(channel, data.length)));
  onward.on('response', (answer) => {
    try {
      response.writeHead(answer.statusCode ?? 502, answer.statusMessage, endToEnd(answer.rawHeaders));
    } catch {
      // Node's client accepts statuses and reasons that Node's server refuses to send.
      fail(invalidResponse);
      return;
    }
    answer.pipe(response);
    answer.on('error', () => response.destroy());
  });
  // For 101 (Switching Protocols). Not requested, since the Upgrade header is not passed on.
  onward.on('upgrade', () => fail(invalidResponse));
  onward.on('error', (error: NodeJS.ErrnoException) => {
    // HPE_: errors of Node's HTTP parser.
    fail(
      error.code?.startsWith('HPE_')
        ? invalidResponse
        : 'The target closed the connection without an answer.',
    );
  });
  response.on('close', () => {
    // The answer may come before the whole body was sent. Read the rest, up to the next request.
    request.unpipe(onward).resume();
  });
  request.pipe(onward);
}

/**
 * A user and password in the URL are not passed on: HTTP does not allow them there (RFC 9110 §4.2.4). A client sends
 * them in the Authorization header, as curl does.
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

/** A body without a length is sent in chunks for every method. Otherwise the target reads it as the next request. */
function framing({ headers }: IncomingMessage): string[] {
  return headers['transfer-encoding'] === undefined ? [] : ['Transfer-Encoding', 'chunked'];
}

/** The received names and values in turn, without hop-by-hop headers and without the excluded one. */
function endToEnd(raw: readonly string[], excluded?: string): string[] {
  const pairs = raw.flatMap((name, at) => (at % 2 === 0 ? [[name, raw[at + 1] ?? ''] as const] : []));
  const named = pairs
    .filter(([name]) => name.toLowerCase() === 'connection')
    .flatMap(([, value]) => value.toLowerCase().split(','))
    .map((name) => name.trim());
  const dropped = new Set([...hopByHop, ...named, excluded]);
  return pairs.filter(([name]) => !dropped.has(name.toLowerCase())).flat();
}

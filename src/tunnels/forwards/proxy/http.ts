// The HTTP proxy, for programs without SOCKS: CONNECT (RFC 9110 §9.3.6) and requests with an absolute URL (RFC 9112
// §3.2.2). Node's HTTP server parses the client's requests, and Node's HTTP client sends them to the target.
import { createServer, request as httpRequest, STATUS_CODES } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { discard, hangUp } from './pendingClients';
import { TunnelFailure } from '../../errors/errors';
import type { TcpAddress } from '../../util/address';
import { failureReasonOf } from './failureReason';
import type { FailureReason } from './failureReason';
import type { ProxyHandshake } from './proxyHandshake';
import { checkTarget } from './checkTarget';
import { RequestStream } from './requestStream';

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

const statuses: Readonly<Record<FailureReason, number>> = {
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
export async function serveHttp(client: Duplex, far: ProxyHandshake, signal: AbortSignal): Promise<void> {
  // Node's own time-outs do not run here: some start only when a server listens, none works on streams that are not
  // sockets. This one only sets the Keep-Alive header, which informs the client.
  const server = createServer({ keepAliveTimeout: far.idleTimeoutMs });
  // A client that has ended its side still gets its answer. This property of Node is missing in its types.
  Object.assign(server, { httpAllowHalfOpen: true });
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
    const requests = new RequestStream(client, far);
    server.on('request', (request, response) => {
      response.once('close', () => requests.finish());
      // If Node's client refuses to send a request, close the connection instead of leaving the client waiting.
      requests.begin(request, () => void passOn(request, response, far).catch(() => response.destroy()));
    });
    server.on('connect', (request, _socket, head) => {
      requests.release(head);
      requests.begin(request, () => void tunnel(request, client, far).then(resolve));
    });
    server.on('clientError', () => {
      requests.abandon();
      hangUp(client, 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
    });
    // Node's server accepts any stream as a connection.
    server.emit('connection', requests);
    requests.start();
  });
}

async function tunnel(request: IncomingMessage, client: Duplex, far: ProxyHandshake): Promise<void> {
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
  const status = statuses[failureReasonOf(error)];
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
async function passOn(
  request: IncomingMessage,
  response: ServerResponse,
  far: ProxyHandshake,
): Promise<void> {
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
    refuse(response, statuses[failureReasonOf(error)], messageOf(error));
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

// The HTTP proxy, for programs without SOCKS: CONNECT (RFC 9110 §9.3.6) and requests with an absolute URL (RFC 9112
// §3.2.2). Node's HTTP server parses the client's requests, and Node's HTTP client sends them to the target.
import { createServer, STATUS_CODES } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { hangUp } from './pendingClients';
import { TunnelFailure } from '../../errors/errors';
import { failureReasonOf } from './failureReason';
import type { FailureReason } from './failureReason';
import { fieldsOf, listOf, valuesOf } from './headerFields';
import { exchangeWithTarget, longestHead } from './httpExchange';
import type { ProxyHandshake } from './proxyHandshake';
import { parseAbsoluteForm, parseAuthorityForm } from './requestTarget';
import { RequestStream } from './requestStream';

const statuses: Readonly<Record<FailureReason, number>> = {
  refused: 502,
  notFound: 502,
  unreachable: 502,
  networkUnreachable: 502,
  timedOut: 504,
  notPermitted: 403,
  shortage: 503,
  other: 502,
};

/** Resolves when the client is joined with its target, or has disconnected. */
export async function serveHttp(client: Duplex, far: ProxyHandshake, signal: AbortSignal): Promise<void> {
  const server = createServer({
    // Node's own time-outs do not run here: some start only when a server listens, none works on streams that are not
    // sockets. This one only sets the Keep-Alive header, which informs the client.
    keepAliveTimeout: far.idleTimeoutMs,
    maxHeaderSize: longestHead,
    // Checked below, so that the client is told why.
    requireHostHeader: false,
  });
  // By default Node silently drops the 2001st header and all others after it, and then a length may be missing.
  server.maxHeadersCount = 0;
  // A client that has ended its side still gets its answer. This property of Node is missing in its types.
  Object.assign(server, { httpAllowHalfOpen: true });
  await new Promise<void>((resolve) => {
    const requests = new RequestStream(client, far);
    signal.addEventListener(
      'abort',
      () => {
        requests.abandon();
        resolve();
      },
      { once: true },
    );
    const upgrade = (target: Duplex, answer: Buffer): void => {
      requests.release(Buffer.alloc(0));
      client.write(answer);
      far.join(client, target);
      resolve();
    };
    let answering: ServerResponse | undefined;
    const serve = (request: IncomingMessage, response: ServerResponse): void => {
      response.once('close', () => requests.finish());
      const steps = { upgrade, onceLast: (listener: () => void) => requests.onceLast(listener) };
      // If Node's client refuses to send a request, close the connection instead of leaving the client waiting.
      requests.begin(request, () => {
        answering = response;
        void passOn(request, response, far, steps).catch(() => response.destroy());
      });
    };
    // The target decides about `Expect` (RFC 9110 §10.1.1).
    server.on('request', serve).on('checkContinue', serve).on('checkExpectation', serve);
    server.on('connect', (request, _socket, head) => {
      requests.release(head);
      requests.begin(request, () => void tunnel(request, client, far).then(resolve));
    });
    server.on('clientError', ({ code, reason }: NodeJS.ErrnoException & { readonly reason?: string }) => {
      if (answering?.headersSent === true && !answering.closed) {
        // The request that is being answered is invalid further on. An error would look like a part of the answer.
        if (answering.writableEnded) {
          requests.end();
        } else {
          requests.destroy();
        }
        return;
      }
      requests.abandon();
      // A text of Node's parser, such as "Invalid char in url path".
      const why = reason === undefined || reason === '' ? '' : `: ${reason}`;
      hangUp(client, lastAnswer(code === 'HPE_HEADER_OVERFLOW' ? 431 : 400, `The request is invalid${why}.`));
    });
    // Node's server accepts any stream as a connection.
    server.emit('connection', requests);
    requests.start();
  });
}

async function tunnel(request: IncomingMessage, client: Duplex, far: ProxyHandshake): Promise<void> {
  const target = parseAuthorityForm(request.url ?? '');
  if (!target) {
    hangUp(client, lastAnswer(400, 'CONNECT needs a host and a port.'));
    return;
  }
  try {
    const channel = await far.dial(target);
    client.write('HTTP/1.1 200 Connection established\r\n\r\n');
    far.join(client, channel);
  } catch (error) {
    hangUp(client, lastAnswer(statuses[failureReasonOf(error)], messageOf(error)));
  }
}

function lastAnswer(status: number, text: string): string {
  const body = `${text}\n`;
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
  steps: { upgrade(target: Duplex, answer: Buffer): void; onceLast(listener: () => void): void },
): Promise<void> {
  const problem = problemOf(request);
  if (problem) {
    refuse(response, ...problem);
    return;
  }
  const target = parseAbsoluteForm(request.method ?? '', request.url ?? '');
  if (!target) {
    refuse(response, 400, 'This is a proxy. Use CONNECT, or requests with an absolute http:// URL.');
    return;
  }
  let channel: Duplex;
  try {
    channel = await far.dial(target.address);
  } catch (error) {
    refuse(response, statuses[failureReasonOf(error)], messageOf(error));
    return;
  }
  exchangeWithTarget({
    request,
    response,
    target,
    channel,
    passedOn: (bytes) => far.passedOn(channel, bytes),
    refuse: (text) => refuse(response, 502, text),
    upgrade: (answer) => steps.upgrade(channel, answer),
    onceLast: (listener) => steps.onceLast(listener),
  });
}

/** What Node accepts, but a proxy must not pass on. */
function problemOf(request: IncomingMessage): [status: number, text: string] | undefined {
  const { httpVersion, httpVersionMajor, rawHeaders } = request;
  const fields = fieldsOf(rawHeaders);
  const hosts = valuesOf(fields, 'host').length;
  const codings = listOf(fields, 'transfer-encoding');
  if (httpVersionMajor !== 1) {
    return [505, 'This proxy speaks HTTP/1.1 only.'];
  }
  if (hosts > 1 || (hosts === 0 && httpVersion !== '1.0')) {
    // RFC 9112 §3.2.
    return [400, 'A request needs exactly one Host header.'];
  }
  if (codings.length > 0 && httpVersion === '1.0') {
    // RFC 9112 §6.1.
    return [400, 'A request of HTTP/1.0 has no Transfer-Encoding.'];
  }
  if (codings.some((coding) => coding !== 'chunked') || codings.length > 1) {
    // Node decodes the chunks only: the target would get the rest without the name of its coding.
    return [501, 'This proxy knows no Transfer-Encoding but "chunked".'];
  }
  return undefined;
}

function refuse(response: ServerResponse, status: number, text: string): void {
  const headers = { 'Content-Type': 'text/plain; charset=utf-8', Connection: 'close' };
  response.writeHead(status, STATUS_CODES[status], headers);
  response.end(`${text}\n`);
}

// One HTTP request on its way to its target, and the answer on its way back, by Node's HTTP client. Fields, bodies,
// interim answers (1xx) and trailers are passed on as received; only the framing belongs to each connection.
import { request as httpRequest } from 'node:http';
import type { ClientRequest, IncomingMessage, InformationEvent, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { endToEnd, fieldsOf, isSendable, listOf, trailersOf, valuesOf } from './headerFields';
import type { Field } from './headerFields';
import { discard } from './pendingClients';
import type { RequestTarget } from './requestTarget';

/** Bytes. Node allows 16 KB, but tickets in headers are longer: for Kerberos, Microsoft advises 64 KB. */
export const longestHead = 64 * 1024;

/** A target that sends more interim answers (1xx) to one request is disconnected. */
const mostInterim = 32;

const invalidResponse = "The target didn't send a valid HTTP response.";

export interface Exchange {
  /** With an absolute URL, valid for a proxy. */
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly target: RequestTarget;
  /** A new connection to the target. Closed when the exchange ends. */
  readonly channel: Duplex;
  /** Bytes of the target were delivered. */
  readonly passedOn: (bytes: number) => void;
  /** Answers 502 with this text. */
  readonly refuse: (text: string) => void;
  /** The target has switched protocols: joins the client with the channel from now on. */
  readonly upgrade: (answer: Buffer) => void;
  /** Calls back when the client has ended its side, and this is its last request. */
  readonly onceLast: (listener: () => void) => void;
}

/** @throws Error when Node's client refuses to send the request */
export function exchangeWithTarget(exchange: Exchange): void {
  const { request, response, target, channel, passedOn } = exchange;
  const fields = fieldsOf(request.rawHeaders);
  const isUpgrade = wantsUpgrade(request, fields);
  let answer: IncomingMessage | undefined;
  let isJoined = false;
  let hasFailed = false;
  response.on('close', () => isJoined || discard(channel));
  const onward = httpRequest({
    createConnection: () => channel,
    method: request.method,
    path: target.path,
    headers: requestFields(request, target.host, fields).flat(),
    setHost: false,
    maxHeaderSize: longestHead,
  });
  // As in the server: no field is dropped silently.
  onward.maxHeadersCount = 0;
  // Before Node's own listener, which takes an answer without a length for complete when the connection breaks.
  channel.prependListener('error', () => {
    if (answer?.complete === false) {
      response.destroy();
    }
  });
  const fail = (text: string): void => {
    discard(channel);
    if (hasFailed) {
      return;
    }
    hasFailed = true;
    if (response.headersSent) {
      response.destroy();
    } else {
      exchange.refuse(text);
    }
  };
  const count = (data: Buffer): void => passedOn(data.length);
  // Added after Node's own listener, which parses: these bytes have been consumed when this one runs.
  onward.on('socket', () => channel.on('data', count));
  passInterimAnswers(onward, exchange, () => fail(invalidResponse));
  onward.on('response', (received) => {
    answer = received;
    if (!hasFailed) {
      passAnswer(received, request, response, () => fail(invalidResponse));
    }
  });
  onward.on('upgrade', (switched: IncomingMessage, _channel, head: Buffer) => {
    const fieldsBack = fieldsOf(switched.rawHeaders);
    if (!isUpgrade || !request.complete || response.destroyed || !areSendable(fieldsBack)) {
      fail(invalidResponse);
      return;
    }
    isJoined = true;
    channel.off('data', count);
    exchange.upgrade(Buffer.concat([headOf(101, switched.statusMessage ?? '', fieldsBack), head]));
  });
  onward.on('error', (error: NodeJS.ErrnoException) => {
    // HPE_: errors of Node's HTTP parser.
    const isInvalid = error.code?.startsWith('HPE_') ?? false;
    if (!answer) {
      fail(isInvalid ? invalidResponse : 'The target closed the connection without an answer.');
    } else if (isInvalid && !answer.complete) {
      fail(invalidResponse);
    }
    // Otherwise the answer is complete, or is read on: the target may have stopped reading the request.
  });
  response.on('close', () => {
    // The answer may come before the whole body was sent. Read the rest, up to the next request.
    request.unpipe(onward).resume();
  });
  request.on('end', () => {
    addTrailers(onward, request);
  });
  // It may have gone altogether: over SSH, an end is all that is heard of that. As in every other forward, the target
  // learns of the end, and still may answer.
  onward.once('finish', () => exchange.onceLast(() => channel.end()));
  request.pipe(onward);
}

/** A client of HTTP/1.0 can't switch protocols (RFC 9110 §7.8). */
function wantsUpgrade({ httpVersion }: IncomingMessage, fields: readonly Field[]): boolean {
  return (
    httpVersion !== '1.0' &&
    listOf(fields, 'connection').includes('upgrade') &&
    valuesOf(fields, 'upgrade').length > 0
  );
}

function requestFields(request: IncomingMessage, host: string, fields: readonly Field[]): readonly Field[] {
  const isOld = request.httpVersion === '1.0';
  const isChunked = valuesOf(fields, 'transfer-encoding').length > 0;
  const dropped = [...(isChunked ? [] : ['trailer']), ...(isOld ? ['expect'] : [])];
  // The host comes from the URL, whatever the client's Host header is (RFC 9112 §3.2.2).
  const kept = endToEnd(fields, ...dropped).map(([name, value]): Field => [
    name,
    name.toLowerCase() === 'host' ? host : value,
  ]);
  const takesTrailers = !isOld && listOf(fields, 'te').some((coding) => coding.startsWith('trailers'));
  const upgrades = wantsUpgrade(request, fields) ? fields.filter(([name]) => isUpgradeField(name)) : [];
  return [
    ...(valuesOf(fields, 'host').length > 0 ? [] : [['Host', host] as const]),
    ...kept,
    // Otherwise, Node sends no body in chunks.
    ...(isChunked || valuesOf(fields, 'content-length').length > 0 || isBodyless(request)
      ? []
      : [['Content-Length', '0'] as const]),
    ...(takesTrailers ? [['TE', 'trailers'] as const] : []),
    ...upgrades,
    ['Connection', `${upgrades.length > 0 ? 'Upgrade' : 'close'}${takesTrailers ? ', TE' : ''}`],
  ];
}

function isUpgradeField(name: string): boolean {
  return name.toLowerCase() === 'upgrade';
}

/** The methods that Node sends without a body if there is no length. */
function isBodyless({ method = '' }: IncomingMessage): boolean {
  return ['GET', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE'].includes(method);
}

/** @param onFlood called when the target sends too many */
function passInterimAnswers(
  onward: ClientRequest,
  { request, response }: Exchange,
  onFlood: () => void,
): void {
  let count = 0;
  onward.on('information', ({ statusCode, statusMessage, rawHeaders }: InformationEvent) => {
    const fields = endToEnd(fieldsOf(rawHeaders), 'content-length', 'transfer-encoding', 'trailer');
    if (++count > mostInterim) {
      onFlood();
    } else if (request.httpVersion === '1.0' || response.headersSent) {
      // HTTP/1.0 has none (RFC 9110 §15.2).
    } else if (statusCode === 100) {
      response.writeContinue();
    } else if (areSendable([...fields, ['', statusMessage]])) {
      response.socket?.write(headOf(statusCode, statusMessage, fields));
    }
  });
}

/** @param onInvalid called if it can't be passed on; nothing was sent then */
function passAnswer(
  answer: IncomingMessage,
  request: IncomingMessage,
  response: ServerResponse,
  onInvalid: () => void,
): void {
  const fields = fieldsOf(answer.rawHeaders);
  const status = answer.statusCode ?? 502;
  if (status === 101) {
    // Node emits `upgrade` only if it names a protocol. The client would speak another one, and we would read that as
    // its next requests.
    onInvalid();
    return;
  }
  const hasBody = request.method !== 'HEAD' && status !== 204 && status !== 304;
  const codings = listOf(fields, 'transfer-encoding');
  const isChunked = codings.includes('chunked') && hasBody && request.httpVersion !== '1.0';
  if (hasBody && codings.some((coding) => !['chunked', 'identity'].includes(coding))) {
    // As for requests: Node decodes the chunks only.
    onInvalid();
    return;
  }
  // A 204 has no length (RFC 9110 §8.6).
  const dropped = [
    'transfer-encoding',
    ...(status === 204 ? ['content-length'] : []),
    ...(isChunked ? [] : ['trailer']),
  ];
  response.sendDate = false;
  try {
    response.writeHead(status, answer.statusMessage, endToEnd(fields, ...dropped).flat());
  } catch {
    // Node's client accepts statuses and reasons that Node's server refuses to send.
    onInvalid();
    return;
  }
  answer.on('error', () => response.destroy());
  answer.on('end', () => isChunked && addTrailers(response, answer));
  answer.pipe(response);
}

function addTrailers(to: ClientRequest | ServerResponse, from: IncomingMessage): void {
  const trailers = trailersOf(from.rawTrailers);
  if (trailers.length > 0 && areSendable(trailers)) {
    to.addTrailers(trailers);
  }
}

function areSendable(fields: readonly Field[]): boolean {
  return fields.every(([, value]) => isSendable(value));
}

function headOf(status: number, reason: string, fields: readonly Field[]): Buffer {
  const lines = [`HTTP/1.1 ${status} ${reason}`, ...fields.map(([name, value]) => `${name}: ${value}`)];
  return Buffer.from([...lines, '', ''].join('\r\n'), 'latin1');
}

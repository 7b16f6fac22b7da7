// The target of an HTTP request to a proxy: where to connect, and what to send there. Nothing of the path and query is
// changed (RFC 9110 §7.7, RFC 9112 §3.2).
import { isIPv6 } from 'node:net';
import type { TcpAddress } from '../../util/address';
import { checkTarget } from './checkTarget';

export interface RequestTarget {
  readonly address: TcpAddress;
  /** For the Host header: host and port as the client has written them. */
  readonly host: string;
  /** The origin-form, or `*`. */
  readonly path: string;
}

/** RFC 3986 §3.2.2, without percent-encoding, which no resolver decodes, and without zones. */
const host = String.raw`(?:\[[\da-f:.]+\]|[\w.~!$&'()*+,;=-]+)`;

/**
 * A user and password are not passed on: HTTP does not allow them there (RFC 9110 §4.2.4). A client sends them in the
 * Authorization header, as curl does.
 */
const userInfo = String.raw`(?:[\w.~!$&'()*+,;=:%-]*@)?`;

/** No space, control character, or fragment. */
const pathAndQuery = String.raw`(?:[/?][^\0- #\x7f]*)?`;

const authorityForm = new RegExp(`^(${host}):(\\d{1,5})$`, 'i');
const absoluteForm = new RegExp(`^http://${userInfo}(${host})(:\\d{0,9})?(${pathAndQuery})$`, 'i');

/** The target of CONNECT: `host:port`, IPv6 in brackets (RFC 9112 §3.2.3). */
export function parseAuthorityForm(text: string): TcpAddress | undefined {
  const [, name = '', port = ''] = authorityForm.exec(text) ?? [];
  return addressOf(name, port);
}

/** An absolute http:// URL (RFC 9112 §3.2.2). */
export function parseAbsoluteForm(method: string, text: string): RequestTarget | undefined {
  const [, name = '', colonPort = '', rest = ''] = absoluteForm.exec(text) ?? [];
  const address = addressOf(name, colonPort.slice(1) || '80');
  if (!address) {
    return undefined;
  }
  return { address, host: `${name}${colonPort}`, path: pathOf(method, rest) };
}

function addressOf(name: string, port: string): TcpAddress | undefined {
  const bare = name.startsWith('[') ? name.slice(1, -1) : name;
  return name === bare || isIPv6(bare) ? checkTarget(bare, Number(port)) : undefined;
}

function pathOf(method: string, rest: string): string {
  if (rest === '') {
    // RFC 9112 §3.2.4.
    return method === 'OPTIONS' ? '*' : '/';
  }
  return rest.startsWith('?') ? `/${rest}` : rest;
}
